//! What the variables say of metrics, besides where they go and how often.

use std::fmt;

use opentelemetry_sdk::metrics::{Aggregation, Instrument, InstrumentKind, Stream, Temporality};

use crate::{environment::Environment, metrics::exemplars::ExemplarFilter};

/// The parameters that the specification recommends for an exponential histogram.
const MAX_SIZE: u32 = 160;
const MAX_SCALE: i8 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MetricSettings {
    /// `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`: since when a sum counts. Under `delta` those
    /// that can go down count from the start all the same; under `lowmemory` all that are observed do.
    pub temporality: Temporality,
    /// `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`: histograms choose their buckets
    /// themselves, whatever boundaries the code advises.
    pub exponential: bool,
    pub exemplars: ExemplarFilter,
}

impl MetricSettings {
    pub(crate) fn read(environment: &mut Environment) -> Self {
        let temporality = environment.choice(
            &["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"],
            &["cumulative", "delta", "lowmemory"],
            "cumulative",
        );
        let aggregation = environment.choice(
            &["OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"],
            &["explicit_bucket_histogram", "base2_exponential_bucket_histogram"],
            "explicit_bucket_histogram",
        );
        let filter = environment.choice(
            &["OTEL_METRICS_EXEMPLAR_FILTER"],
            &["trace_based", "always_on", "always_off"],
            "trace_based",
        );
        Self {
            temporality: match temporality {
                "delta" => Temporality::Delta,
                "lowmemory" => Temporality::LowMemory,
                _ => Temporality::Cumulative,
            },
            exponential: aggregation == "base2_exponential_bucket_histogram",
            exemplars: match filter {
                "always_on" => ExemplarFilter::AlwaysOn,
                "always_off" => ExemplarFilter::AlwaysOff,
                _ => ExemplarFilter::TraceBased,
            },
        }
    }
}

impl fmt::Display for MetricSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let temporality = match self.temporality {
            Temporality::Delta => "delta",
            Temporality::LowMemory => "lowmemory",
            _ => "cumulative",
        };
        let histograms = if self.exponential { "exponential histograms" } else { "explicit buckets" };
        let exemplars = match self.exemplars {
            ExemplarFilter::TraceBased => "trace_based",
            ExemplarFilter::AlwaysOn => "always_on",
            ExemplarFilter::AlwaysOff => "always_off",
        };
        write!(formatter, "{temporality}, {histograms}, exemplars {exemplars}")
    }
}

/// A view that gives every histogram buckets that grow with its values.
pub(crate) fn exponential(instrument: &Instrument) -> Option<Stream> {
    let aggregation = Aggregation::Base2ExponentialHistogram {
        max_size: MAX_SIZE,
        max_scale: MAX_SCALE,
        record_min_max: true,
    };
    let is_histogram = instrument.kind() == InstrumentKind::Histogram;
    is_histogram.then(|| Stream::builder().with_aggregation(aggregation).build().ok()).flatten()
}
