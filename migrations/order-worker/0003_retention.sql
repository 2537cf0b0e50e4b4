-- Events are forgotten two weeks after they were handled, twice as long as Kafka keeps messages by
-- default: the job looks for the oldest.
CREATE INDEX inbox_by_age ON inbox (handled_at);
