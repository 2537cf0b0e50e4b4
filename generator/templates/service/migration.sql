-- What the service owns: say it here.
CREATE TABLE my_things (
    -- Chosen by whoever asks for a new row. UUIDv7 sorts by time, which keeps the index compact.
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL DEFAULT now()
);
