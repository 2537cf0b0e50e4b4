//! Counters as a collector got them.

use opentelemetry_proto::tonic::metrics::v1::{metric::Data, number_data_point::Value};
use telemetry::testing::{Received, text};

/// One series of a sum: its labels, its value.
pub type Sum = (Vec<(String, String)>, i64);

/// All series of a sum, as they were last exported.
pub fn sums(received: &Received, name: &str) -> Vec<Sum> {
    let metric = received.exported_metrics().filter(|metric| metric.item.name == name).last();
    let Some(Data::Sum(sum)) = metric.and_then(|metric| metric.item.data.as_ref()) else { return Vec::new() };
    let series = sum.data_points.iter().map(|point| {
        let keys = point.attributes.iter().map(|attribute| attribute.key.clone());
        let labels = keys.map(|key| (key.clone(), text(&point.attributes, &key).unwrap_or_default()));
        let value = match point.value {
            Some(Value::AsInt(value)) => value,
            other => panic!("{name} is {other:?}"),
        };
        (labels.collect(), value)
    });
    series.collect()
}

/// The sum of those series whose label has this value; without a value, of those that have no such label.
pub fn total(received: &Received, name: &str, key: &str, value: Option<&str>) -> i64 {
    let found = |labels: &[(String, String)]| {
        labels.iter().find(|(own, _)| own == key).map(|(_, value)| value.clone())
    };
    let series = sums(received, name).into_iter().filter(|(labels, _)| found(labels).as_deref() == value);
    series.map(|(_, value)| value).sum()
}

/// Whether all of these names have arrived.
pub fn has_all(received: &Received, names: &[&str]) -> bool {
    let received = received.metric_names();
    names.iter().all(|name| received.contains(name))
}
