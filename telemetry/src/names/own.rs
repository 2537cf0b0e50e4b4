//! Our own. The conventions have no word for them; the prefix keeps them apart.

/// Boolean on a span: the caller went away (or the future was dropped) before the operation ended.
pub(crate) const CANCELLED: &str = "throughline.cancelled";
/// Rows that a service removed because nobody needs them any more.
pub(crate) const RETENTION_DELETED_ROWS: &str = "throughline.retention.deleted_rows";
/// Double on a database span, seconds: how long it waited for a connection of its pool.
pub(crate) const CONNECTION_WAIT_TIME: &str = "throughline.db.connection.wait_time";
/// Lookups in a cache, {lookup}, by name and result.
pub(crate) const CACHE_LOOKUPS: &str = "throughline.cache.lookups";
/// What is cached, low cardinality.
pub(crate) const CACHE_NAME: &str = "throughline.cache.name";
/// `hit`, `miss` or `error`.
pub(crate) const CACHE_RESULT: &str = "throughline.cache.result";
/// From the acceptance of work to its outcome, seconds.
pub(crate) const COMPLETION_DURATION: &str = "throughline.completion.duration";
/// What was completed, low cardinality.
pub(crate) const COMPLETION_WORK: &str = "throughline.completion.work";
/// How it ended, one of few words.
pub(crate) const COMPLETION_OUTCOME: &str = "throughline.completion.outcome";
