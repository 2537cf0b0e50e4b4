CREATE TABLE holds (
    id uuid PRIMARY KEY,
    isbn text NOT NULL,
    reader text NOT NULL
);

-- Events on their way to Kafka, written together with what they tell.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    payload bytea NOT NULL
);
