//! An export that failed is tried again, where the specification of OTLP says that it may be.

use std::{
    borrow::Cow,
    fmt,
    future::Future,
    time::{Duration, Instant},
};

use backon::{ExponentialBuilder, Retryable};

/// As many as the SDK's exporters make for the other signals: 0.1 s, 0.2 s and 0.4 s after the failure
/// before, up to twice that by chance, so that a collector that comes back is not met by everybody at
/// once.
const RETRIES: usize = 3;
const FIRST_DELAY: Duration = Duration::from_millis(100);

/// Why an attempt failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Low cardinality: `UNAVAILABLE`, `503`, `connection_refused`, `timeout`.
    pub error_type: Cow<'static, str>,
    pub reason: String,
    pub again: Again,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It would fail again.
    Never,
    /// After a while.
    Later,
    /// Not before this time, says the collector.
    After(Duration),
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.error_type, self.reason)
    }
}

/// Attempts until one succeeds, or must not be repeated, or `timeout` has passed for all of them together:
/// a wait that would end after it is not begun.
pub(crate) async fn with_retries<T, F: Future<Output = Result<T, Failure>>>(
    timeout: Duration,
    attempt: impl FnMut() -> F,
) -> Result<T, Failure> {
    let end = Instant::now() + timeout;
    let policy =
        ExponentialBuilder::default().with_jitter().with_min_delay(FIRST_DELAY).with_max_times(RETRIES);
    let attempts = attempt.retry(policy).when(|failure| failure.again != Again::Never).adjust(
        |failure: &Failure, delay| {
            let delay = match failure.again {
                Again::After(least) => delay?.max(least),
                Again::Never | Again::Later => delay?,
            };
            Some(delay).filter(|delay| *delay < end.saturating_duration_since(Instant::now()))
        },
    );
    tokio::time::timeout(timeout, attempts).await.unwrap_or_else(|_| {
        let reason = format!("no answer within {timeout:?}");
        Err(Failure { error_type: "timeout".into(), reason, again: Again::Never })
    })
}

#[cfg(test)]
mod tests {
    use std::{
        cell::RefCell,
        time::{Duration, Instant},
    };

    use super::{Again, Failure, with_retries};

    const PATIENCE: Duration = Duration::from_secs(60);

    /// When each attempt began, until the last of these failures, and how it ended.
    async fn attempts(failures: &[Again], timeout: Duration) -> (Vec<Instant>, Result<(), String>) {
        let times = RefCell::new(Vec::new());
        let attempt = async || {
            let number = times.borrow().len();
            times.borrow_mut().push(Instant::now());
            let fail = |again: &Again| Failure {
                error_type: format!("failure {number}").into(),
                reason: String::new(),
                again: *again,
            };
            failures.get(number).map_or(Ok(()), |again| Err(fail(again)))
        };
        let result = with_retries(timeout, attempt).await;
        (times.into_inner(), result.map_err(|failure| failure.error_type.into_owned()))
    }

    #[tokio::test]
    async fn the_delays_grow_and_the_last_failure_is_told() {
        let (times, result) = attempts(&[Again::Later; 9], PATIENCE).await;
        let gaps: Vec<_> = times.windows(2).map(|two| (two[1] - two[0]).as_millis()).collect();
        assert!(gaps[0] >= 100 && gaps[1] >= 200 && gaps[2] >= 400, "{gaps:?}");
        assert_eq!((gaps.len(), result), (3, Err("failure 3".to_owned())));
    }

    #[tokio::test]
    async fn a_collector_that_says_when_is_not_asked_before() {
        let wait = Duration::from_millis(300);
        let (times, result) = attempts(&[Again::After(wait)], PATIENCE).await;
        assert_eq!((times.len(), result), (2, Ok(())));
        assert!(times[1] - times[0] >= wait);
    }

    #[tokio::test]
    async fn what_would_fail_again_is_not_tried_again() {
        let (times, result) = attempts(&[Again::Never], PATIENCE).await;
        assert_eq!((times.len(), result), (1, Err("failure 0".to_owned())));
    }

    #[tokio::test]
    async fn a_wait_that_would_end_too_late_is_not_begun() {
        let (times, result) = attempts(&[Again::After(PATIENCE)], PATIENCE / 2).await;
        assert_eq!((times.len(), result), (1, Err("failure 0".to_owned())));
    }

    #[tokio::test]
    async fn an_attempt_without_an_answer_ends_with_the_time() {
        let silence = || std::future::pending::<Result<(), Failure>>();
        let result = with_retries(Duration::from_millis(10), silence).await;
        assert_eq!(result.map_err(|failure| failure.error_type), Err("timeout".into()));
    }
}
