//! Which process speaks: the attributes that every span, metric and log of it share.

mod container;
mod kubernetes;
mod process;

use opentelemetry::{Key, KeyValue};
use opentelemetry_sdk::{Resource, resource::TelemetryResourceDetector};
use uuid::Uuid;

use crate::{
    Service,
    environment::{Environment, effective_settings::Setting, key_value_list},
    names,
};

/// What the code knows, overruled by what the platform says of this process (container, Kubernetes),
/// overruled by `OTEL_RESOURCE_ATTRIBUTES` (where an operator says, for one,
/// `deployment.environment.name`), overruled by `OTEL_SERVICE_NAME`. The SDK's own detectors decode
/// no percent signs and let `service.name` win from the wrong variable (upstream issue 3374), and
/// with them what is set in code beats the operator.
pub(crate) fn resource(service: Service, environment: &mut Environment) -> Resource {
    let mut attributes = vec![
        KeyValue::new(names::SERVICE_NAME, service.name),
        KeyValue::new(names::SERVICE_VERSION, service.version),
        KeyValue::new(names::SERVICE_INSTANCE_ID, Uuid::new_v4().to_string()),
    ];
    attributes.extend(service.namespace.map(|name| KeyValue::new(names::SERVICE_NAMESPACE, name)));
    attributes.extend(process::attributes());
    attributes.extend(container::attribute());
    attributes.extend(kubernetes::attributes(environment));
    attributes.extend(operator_attributes(environment));
    let name = environment.get("OTEL_SERVICE_NAME");
    attributes.extend(name.map(|name| KeyValue::new(names::SERVICE_NAME, name.to_owned())));
    let resource = Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_schema_url(attributes, names::SCHEMA_URL)
        .build();
    environment.applied(Setting::Service, identity(&resource));
    resource
}

fn identity(resource: &Resource) -> String {
    let [name, version, instance] = [names::SERVICE_NAME, names::SERVICE_VERSION, names::SERVICE_INSTANCE_ID]
        .map(|key| {
            resource.get(&Key::from_static_str(key)).map_or_else(String::new, |value| value.to_string())
        });
    format!("{name} {version}, instance {instance}")
}

/// One bad pair spoils the whole variable, says the resource specification: half an identity would be a
/// wrong one.
fn operator_attributes(environment: &mut Environment) -> Vec<KeyValue> {
    let Some(text) = environment.get("OTEL_RESOURCE_ATTRIBUTES").map(str::to_owned) else {
        return Vec::new();
    };
    let pairs = key_value_list::parse(&text).unwrap_or_else(|| {
        let expected = "key=value pairs with percent-encoded values";
        environment.warn("OTEL_RESOURCE_ATTRIBUTES", &text, expected, "the variable is ignored");
        Vec::new()
    });
    pairs.into_iter().map(|(key, value)| KeyValue::new(key, value)).collect()
}
