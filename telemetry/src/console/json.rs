//! The SDK's values as JSON.

use std::time::SystemTime;

use opentelemetry::{Array, KeyValue, Value as Attribute, logs::AnyValue};
use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

pub(crate) fn time(time: SystemTime) -> String {
    OffsetDateTime::from(time).format(&Rfc3339).unwrap_or_default()
}

pub(crate) fn attributes<'a>(attributes: impl IntoIterator<Item = &'a KeyValue>) -> Map<String, Value> {
    attributes.into_iter().map(|pair| (pair.key.to_string(), attribute(&pair.value))).collect()
}

fn attribute(value: &Attribute) -> Value {
    match value {
        Attribute::Bool(value) => (*value).into(),
        Attribute::I64(value) => (*value).into(),
        Attribute::F64(value) => (*value).into(),
        Attribute::String(value) => value.as_str().into(),
        Attribute::Array(Array::Bool(values)) => values.clone().into(),
        Attribute::Array(Array::I64(values)) => values.clone().into(),
        Attribute::Array(Array::F64(values)) => values.clone().into(),
        Attribute::Array(Array::String(values)) => {
            values.iter().map(opentelemetry::StringValue::as_str).collect()
        }
        // Both enumerations may grow.
        other => other.to_string().into(),
    }
}

pub(crate) fn any(value: &AnyValue) -> Value {
    match value {
        AnyValue::Int(value) => (*value).into(),
        AnyValue::Double(value) => (*value).into(),
        AnyValue::String(value) => value.as_str().into(),
        AnyValue::Boolean(value) => (*value).into(),
        AnyValue::ListAny(values) => values.iter().map(any).collect(),
        AnyValue::Map(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.to_string(), any(value))).collect())
        }
        other => format!("{other:?}").into(),
    }
}
