-- Who somebody is, and whether they may order.
CREATE TABLE users (
    -- UUIDv7, made by the service: ids sort by time, which keeps the index compact.
    id            uuid PRIMARY KEY,
    -- Stored in lower case, so that uniqueness does not depend on how somebody typed it.
    email         text NOT NULL CONSTRAINT users_email_key UNIQUE CHECK (email = lower(email)),
    name          text NOT NULL,
    -- Argon2id with its parameters and salt in PHC string format.
    password_hash text NOT NULL,
    status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    created_at    timestamptz NOT NULL DEFAULT now()
);
