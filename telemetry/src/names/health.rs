//! Telemetry of telemetry (development): `otel.sdk.*`.

pub(crate) const SDK_SPAN_STARTED: &str = "otel.sdk.span.started";
pub(crate) const SDK_SPAN_LIVE: &str = "otel.sdk.span.live";
pub(crate) const SDK_LOG_CREATED: &str = "otel.sdk.log.created";
pub(crate) const SDK_PROCESSOR_SPAN_QUEUE_SIZE: &str = "otel.sdk.processor.span.queue.size";
pub(crate) const SDK_PROCESSOR_SPAN_QUEUE_CAPACITY: &str = "otel.sdk.processor.span.queue.capacity";
pub(crate) const SDK_PROCESSOR_SPAN_PROCESSED: &str = "otel.sdk.processor.span.processed";
pub(crate) const SDK_PROCESSOR_LOG_QUEUE_SIZE: &str = "otel.sdk.processor.log.queue.size";
pub(crate) const SDK_PROCESSOR_LOG_QUEUE_CAPACITY: &str = "otel.sdk.processor.log.queue.capacity";
pub(crate) const SDK_PROCESSOR_LOG_PROCESSED: &str = "otel.sdk.processor.log.processed";
pub(crate) const SDK_EXPORTER_SPAN_INFLIGHT: &str = "otel.sdk.exporter.span.inflight";
pub(crate) const SDK_EXPORTER_SPAN_EXPORTED: &str = "otel.sdk.exporter.span.exported";
pub(crate) const SDK_EXPORTER_LOG_INFLIGHT: &str = "otel.sdk.exporter.log.inflight";
pub(crate) const SDK_EXPORTER_LOG_EXPORTED: &str = "otel.sdk.exporter.log.exported";
pub(crate) const SDK_EXPORTER_OPERATION_DURATION: &str = "otel.sdk.exporter.operation.duration";
pub(crate) const OTEL_COMPONENT_NAME: &str = "otel.component.name";
pub(crate) const OTEL_COMPONENT_TYPE: &str = "otel.component.type";
pub(crate) const OTEL_SPAN_PARENT_ORIGIN: &str = "otel.span.parent.origin";
pub(crate) const OTEL_SPAN_SAMPLING_RESULT: &str = "otel.span.sampling_result";
/// On the data point that takes what an instrument has no room for.
pub(crate) const OTEL_METRIC_OVERFLOW: &str = "otel.metric.overflow";
pub(crate) const METRIC_POINTS_EXPORTED: &str = "otel.sdk.exporter.metric_data_point.exported";
pub(crate) const METRIC_POINTS_INFLIGHT: &str = "otel.sdk.exporter.metric_data_point.inflight";
pub(crate) const METRIC_COLLECTION_DURATION: &str = "otel.sdk.metric_reader.collection.duration";
