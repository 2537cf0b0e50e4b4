//! Which process speaks: the attributes that every span, metric and log of it share.

use opentelemetry::KeyValue;
use opentelemetry_sdk::{Resource, resource::TelemetryResourceDetector};
use uuid::Uuid;

use crate::{Service, environment::Environment, names, process_identity};

/// The namespace of all services of this application.
const NAMESPACE: &str = "throughline";

/// What the code knows, overruled by `OTEL_RESOURCE_ATTRIBUTES` (where an operator says, for one,
/// `deployment.environment.name`), overruled by `OTEL_SERVICE_NAME`. The SDK's own detectors decode
/// no percent signs and let `service.name` win from the wrong variable (upstream issue 3374), and
/// with them what is set in code beats the operator.
pub(crate) fn resource(service: Service, environment: &mut Environment) -> Resource {
    let mut attributes = vec![
        KeyValue::new(names::SERVICE_NAME, service.name),
        KeyValue::new(names::SERVICE_VERSION, service.version),
        KeyValue::new(names::SERVICE_NAMESPACE, NAMESPACE),
        KeyValue::new(names::SERVICE_INSTANCE_ID, Uuid::new_v4().to_string()),
    ];
    attributes.extend(process_identity::attributes());
    attributes.extend(operator_attributes(environment));
    let name = environment.get("OTEL_SERVICE_NAME");
    attributes.extend(name.map(|name| KeyValue::new(names::SERVICE_NAME, name.to_owned())));
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_schema_url(attributes, names::SCHEMA_URL)
        .build()
}

/// `key=value,key=value`, both percent-encoded (W3C baggage). One bad pair spoils the whole
/// variable, says the resource specification: half an identity would be a wrong one.
fn operator_attributes(environment: &mut Environment) -> Vec<KeyValue> {
    let Some(text) = environment.get("OTEL_RESOURCE_ATTRIBUTES").map(str::to_owned) else {
        return Vec::new();
    };
    let pairs: Option<Vec<KeyValue>> =
        text.split(',').filter(|pair| !pair.trim().is_empty()).map(pair).collect();
    pairs.unwrap_or_else(|| {
        let expected = "key=value pairs with percent-encoded values";
        environment.warn("OTEL_RESOURCE_ATTRIBUTES", &text, expected, "the variable is ignored");
        Vec::new()
    })
}

fn pair(text: &str) -> Option<KeyValue> {
    let (key, value) = text.split_once('=')?;
    let key = percent_decoded(key.trim())?;
    (!key.is_empty()).then_some(())?;
    Some(KeyValue::new(key, percent_decoded(value.trim())?))
}

/// `None` when a `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let (high, low) =
                    (char::from(rest.next()?).to_digit(16)?, char::from(rest.next()?).to_digit(16)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
