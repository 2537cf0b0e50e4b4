-- Events that were handled: Kafka may deliver one twice.
CREATE TABLE inbox (
    event_id uuid PRIMARY KEY
);

-- Books to be fetched from the shelves.
CREATE TABLE picks (
    hold_id uuid PRIMARY KEY,
    isbn text NOT NULL
);
