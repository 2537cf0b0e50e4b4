-- Keys are removed a day after they were used: the job looks for the oldest.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
