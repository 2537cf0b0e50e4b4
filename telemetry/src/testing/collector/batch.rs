//! A batch of one signal, kept, and its answer: the same over both protocols.

use opentelemetry_proto::tonic::collector::{
    logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse},
    metrics::v1::{ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse},
    trace::v1::{ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse},
};

use super::{Collector, partial};

const REASON: &str = "this collector rejects a part of each batch";

impl Collector {
    pub(super) fn traces(&self, mut batch: ExportTraceServiceRequest) -> ExportTraceServiceResponse {
        let partial_success =
            rejected(partial::spans(&mut batch, self.to_reject())).map(|(rejected_spans, error_message)| {
                ExportTracePartialSuccess { rejected_spans, error_message }
            });
        self.keep(|all| all.traces.push(batch));
        ExportTraceServiceResponse { partial_success }
    }

    pub(super) fn logs(&self, mut batch: ExportLogsServiceRequest) -> ExportLogsServiceResponse {
        let partial_success = rejected(partial::records(&mut batch, self.to_reject())).map(
            |(rejected_log_records, error_message)| ExportLogsPartialSuccess {
                rejected_log_records,
                error_message,
            },
        );
        self.keep(|all| all.logs.push(batch));
        ExportLogsServiceResponse { partial_success }
    }

    pub(super) fn metrics(&self, mut batch: ExportMetricsServiceRequest) -> ExportMetricsServiceResponse {
        let partial_success = rejected(partial::points(&mut batch, self.to_reject())).map(
            |(rejected_data_points, error_message)| ExportMetricsPartialSuccess {
                rejected_data_points,
                error_message,
            },
        );
        self.keep(|all| all.metrics.push(batch));
        ExportMetricsServiceResponse { partial_success }
    }
}

/// A full success has no such part in its answer.
fn rejected(count: usize) -> Option<(i64, String)> {
    let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
    Some((count, REASON.to_owned()))
}
