//! What the export of metrics tells of itself (development): which part of it, and what became of the
//! points.

pub(crate) const OTEL_COMPONENT_NAME: &str = "otel.component.name";
pub(crate) const OTEL_COMPONENT_TYPE: &str = "otel.component.type";
pub(crate) const METRIC_POINTS_EXPORTED: &str = "otel.sdk.exporter.metric_data_point.exported";
pub(crate) const METRIC_POINTS_INFLIGHT: &str = "otel.sdk.exporter.metric_data_point.inflight";
pub(crate) const METRIC_COLLECTION_DURATION: &str = "otel.sdk.metric_reader.collection.duration";
