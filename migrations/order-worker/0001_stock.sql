-- How much there is. Rows with a number are locked while an order takes from them, so orders of one
-- SKU go one after another; rows without one are made to order, never run out, and lock nobody.
CREATE TABLE stock (
    sku       text PRIMARY KEY,
    available bigint CHECK (available >= 0)
);

-- Each unit sold, made to order or not.
CREATE TABLE reservations (
    order_id uuid NOT NULL,
    sku      text NOT NULL REFERENCES stock (sku),
    quantity bigint NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, sku)
);

-- Events that were handled, with what came of them: an event that comes again gets the same answer.
CREATE TABLE inbox (
    event_id         uuid PRIMARY KEY,
    order_id         uuid NOT NULL,
    -- NULL: confirmed. Otherwise why not.
    rejection_reason text,
    handled_at       timestamptz NOT NULL DEFAULT now()
);
