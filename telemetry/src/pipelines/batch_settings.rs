//! `OTEL_BSP_*` for spans and `OTEL_BLRP_*` for log records: how many wait, how long, and how many leave
//! together.

use std::{fmt, time::Duration};

use crate::environment::Environment;

const BATCH: usize = 512;
const EXPORT_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BatchSettings {
    pub queue: usize,
    pub batch: usize,
    /// Between two batches, where the queue does not fill one before.
    pub delay: Duration,
    /// For one batch, its retries included. The SDK's batch threads know none
    /// ([`Exporter`](crate::pipelines::exporter::Exporter) does).
    pub timeout: Duration,
}

impl BatchSettings {
    pub(crate) fn read(prefix: &str, queue: usize, delay: Duration, environment: &mut Environment) -> Self {
        let [queue_name, batch_name, delay_name, timeout_name] =
            ["MAX_QUEUE_SIZE", "MAX_EXPORT_BATCH_SIZE", "SCHEDULE_DELAY", "EXPORT_TIMEOUT"]
                .map(|name| format!("{prefix}_{name}"));
        let queue = environment.positive(&queue_name, queue);
        let batch = environment.positive(&batch_name, BATCH.min(queue));
        if batch > queue {
            let allowed = format!("at most {queue_name}, {queue}");
            environment.warn(&batch_name, &batch.to_string(), &allowed, &format!("{queue} is used"));
        }
        Self {
            queue,
            batch: batch.min(queue),
            delay: environment.interval(&delay_name, delay),
            timeout: environment.timeout(&[&timeout_name], EXPORT_TIMEOUT),
        }
    }
}

impl fmt::Display for BatchSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queue, batch, delay, timeout } = self;
        write!(formatter, "queue {queue}, batches of {batch} every {delay:?}, {timeout:?} for each")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::BatchSettings;
    use crate::environment::Environment;

    #[test]
    fn a_batch_is_never_larger_than_its_queue() {
        let variables = [("OTEL_BSP_MAX_QUEUE_SIZE", "16"), ("OTEL_BSP_EXPORT_TIMEOUT", "0")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = &mut Environment::from_variables(variables);
        let settings = BatchSettings::read("OTEL_BSP", 2048, Duration::from_secs(5), environment);
        assert_eq!((settings.queue, settings.batch), (16, 16));
        assert!(settings.timeout > Duration::from_secs(3600), "0 is no limit");
    }
}
