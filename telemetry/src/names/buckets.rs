//! Bucket boundaries of histograms.

/// Bucket boundaries in seconds for HTTP, gRPC and messaging durations. Without them the SDK would
/// use its default ones, made for milliseconds, and every request would fall into the first.
pub(crate) const CALL_BUCKETS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Bucket boundaries in seconds for database operations.
pub(crate) const DATABASE_BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];
/// Bucket boundaries in seconds for how late a task is woken: tokio's timer ticks by the millisecond, a
/// scheduler that is in trouble is late by tens of them.
pub(crate) const SCHEDULER_DELAY_BUCKETS: [f64; 13] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];
/// Bucket boundaries in seconds for a collection of all metrics, which takes fractions of a millisecond.
pub(crate) const COLLECTION_BUCKETS: [f64; 9] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.1, 1.0];
/// What the SDK takes for a histogram whose maker names no boundaries.
pub(crate) const DEFAULT_BUCKETS: [f64; 15] =
    [0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0];
/// Bucket boundaries in bytes for HTTP bodies: powers of four. The conventions advise none, and the
/// SDK's default ones end at 10 kB.
pub(crate) const BODY_SIZE_BUCKETS: [f64; 12] = [
    0.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];
