-- What can be bought. Orders copy the price: a later change does not touch them.
CREATE TABLE products (
    sku         text PRIMARY KEY,
    name        text NOT NULL,
    -- Minor units (cents): money is never a float.
    price_minor bigint NOT NULL CHECK (price_minor > 0),
    currency    char(3) NOT NULL
);

CREATE TABLE orders (
    -- UUIDv7, made by the service.
    id               uuid PRIMARY KEY,
    -- A user of another service's database: no foreign key can say so.
    user_id          uuid NOT NULL,
    status           text NOT NULL DEFAULT 'pending'
                     CHECK (status IN ('pending', 'confirmed', 'rejected', 'cancelled')),
    total_minor      bigint NOT NULL CHECK (total_minor > 0),
    currency         char(3) NOT NULL,
    rejection_reason text CHECK ((rejection_reason IS NOT NULL) = (status = 'rejected')),
    created_at       timestamptz NOT NULL DEFAULT now(),
    settled_at       timestamptz CHECK ((settled_at IS NULL) = (status = 'pending'))
);

CREATE INDEX orders_by_user ON orders (user_id, id DESC);

CREATE TABLE order_lines (
    order_id         uuid NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    position         integer NOT NULL,
    sku              text NOT NULL REFERENCES products (sku),
    quantity         integer NOT NULL CHECK (quantity > 0),
    unit_price_minor bigint NOT NULL,
    PRIMARY KEY (order_id, position)
);

-- One order for one key of one user. The primary key makes a concurrent twin wait for the first one.
CREATE TABLE idempotency_keys (
    user_id    uuid NOT NULL,
    key        text NOT NULL,
    -- SHA-256 of the parsed request: the same key with another body is a mistake of the caller.
    body_hash  bytea NOT NULL,
    order_id   uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key)
);

-- Events that are to be published: written in the order's own transaction, so that there is never an
-- order without its event nor an event without its order. A row lives until its order is settled.
CREATE TABLE outbox (
    -- The event's id; the consumer's inbox knows it again when the event is sent twice.
    id            uuid PRIMARY KEY,
    -- The order in which events were written; of one key the earlier one is sent first.
    position      bigint GENERATED ALWAYS AS IDENTITY,
    order_id      uuid NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    topic         text NOT NULL,
    key           text NOT NULL,
    payload       bytea NOT NULL,
    -- The propagation headers of the request that wrote the event: the trace goes on from there.
    trace_context jsonb NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    -- A relay that takes a row holds it until then; when it dies, another one takes over.
    leased_until  timestamptz,
    -- Set only after the broker confirmed the message.
    sent_at       timestamptz
);

CREATE INDEX outbox_by_key ON outbox (key, position);
CREATE INDEX outbox_by_position ON outbox (position);
CREATE INDEX outbox_by_order ON outbox (order_id);
