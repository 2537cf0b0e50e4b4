//! The variables that the SDK reads by itself. It passes over a value that makes no sense without a
//! word, or says so before there is a subscriber to hear it; here they are looked at once more.

use crate::environment::Environment;

/// Milliseconds and counts.
const NUMBERS: [&str; 12] = [
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BLRP_SCHEDULE_DELAY",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT",
    "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_METRIC_EXPORT_INTERVAL",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
];

const SAMPLERS: [&str; 6] = [
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
];

const RATIO: &str = "OTEL_TRACES_SAMPLER_ARG";

/// Warns of each value that the SDK will not take.
pub(crate) fn check(environment: &mut Environment) {
    for name in NUMBERS {
        environment.check(name, "a number", |value| value.parse::<u64>().is_ok());
    }
    environment.check("OTEL_TRACES_SAMPLER", &SAMPLERS.join(", "), |value| SAMPLERS.contains(&value));
    environment.check(RATIO, "a ratio from 0 to 1", |value| {
        value.parse::<f64>().is_ok_and(|ratio| (0.0..=1.0).contains(&ratio))
    });
}
