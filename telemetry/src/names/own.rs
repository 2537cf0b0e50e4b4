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
/// Instruments, {instrument}, with more sets of attributes than are kept apart.
pub(crate) const OVERFLOWING_INSTRUMENTS: &str = "throughline.telemetry.overflowing_instruments";
/// Runs of an observable instrument's callback that panicked, {panic}, by the metric that it observes.
pub(crate) const METRIC_CALLBACK_PANICS: &str = "throughline.metric.callback.panics";
/// The name of a metric.
pub(crate) const METRIC_NAME: &str = "throughline.metric.name";
/// Threads of the service's runtime that run tasks, {worker}.
pub(crate) const TOKIO_WORKERS: &str = "throughline.tokio.workers";
/// Tasks of the service's runtime that have not ended, {task}.
pub(crate) const TOKIO_TASKS_ALIVE: &str = "throughline.tokio.tasks.alive";
/// Tasks that no worker has taken yet, {task}.
pub(crate) const TOKIO_GLOBAL_QUEUE_DEPTH: &str = "throughline.tokio.global_queue.depth";
/// Time that a worker did not stand still, s.
pub(crate) const TOKIO_WORKER_BUSY_TIME: &str = "throughline.tokio.worker.busy_time";
/// Int: which worker, from 0.
pub(crate) const TOKIO_WORKER_INDEX: &str = "throughline.tokio.worker.index";
/// How much later than it asked for a task was woken, s.
pub(crate) const TOKIO_SCHEDULER_DELAY: &str = "throughline.tokio.scheduler.delay";
/// Records of an assigned partition that its group has not committed, {message}.
pub(crate) const KAFKA_CONSUMER_LAG: &str = "throughline.kafka.consumer.lag";
/// Messages that nobody could handle, {message}, by source and error.
pub(crate) const DEAD_LETTERS: &str = "throughline.dead_letters";
/// Events that wait in an outbox, {row}.
pub(crate) const OUTBOX_ROWS: &str = "throughline.outbox.rows";
/// Seconds since the oldest of them was written.
pub(crate) const OUTBOX_OLDEST_ROW_AGE: &str = "throughline.outbox.oldest_row.age";
/// From the acceptance of work to its outcome, seconds.
pub(crate) const COMPLETION_DURATION: &str = "throughline.completion.duration";
/// What was completed, low cardinality.
pub(crate) const COMPLETION_WORK: &str = "throughline.completion.work";
/// How it ended, one of few words.
pub(crate) const COMPLETION_OUTCOME: &str = "throughline.completion.outcome";
