//! Where in a cluster this process runs. Kubernetes tells a process nothing by itself: the manifest
//! does, by the downward API, into the variables named here.

use opentelemetry::KeyValue;

use crate::{environment::Environment, names};

/// Each attribute and the variables that may hold it, the first that is set. The `OTEL_…` ones are what the
/// OpenTelemetry operator injects.
const VARIABLES: [(&str, &[&str]); 10] = [
    (names::K8S_CLUSTER_NAME, &["K8S_CLUSTER_NAME"]),
    (names::K8S_NAMESPACE_NAME, &["K8S_NAMESPACE_NAME"]),
    (names::K8S_NODE_NAME, &["K8S_NODE_NAME", "OTEL_RESOURCE_ATTRIBUTES_NODE_NAME"]),
    (names::K8S_POD_NAME, &["K8S_POD_NAME", "OTEL_RESOURCE_ATTRIBUTES_POD_NAME"]),
    (names::K8S_POD_UID, &["K8S_POD_UID", "OTEL_RESOURCE_ATTRIBUTES_POD_UID"]),
    (names::K8S_CONTAINER_NAME, &["K8S_CONTAINER_NAME"]),
    (names::K8S_DEPLOYMENT_NAME, &["K8S_DEPLOYMENT_NAME"]),
    (names::K8S_STATEFULSET_NAME, &["K8S_STATEFULSET_NAME"]),
    (names::K8S_DAEMONSET_NAME, &["K8S_DAEMONSET_NAME"]),
    (names::K8S_CRONJOB_NAME, &["K8S_CRONJOB_NAME"]),
];

pub(crate) fn attributes(environment: &Environment) -> Vec<KeyValue> {
    let set = VARIABLES.iter().filter_map(|(attribute, variables)| {
        let value = variables.iter().find_map(|variable| environment.get(variable))?;
        Some(KeyValue::new(*attribute, value.to_owned()))
    });
    set.collect()
}
