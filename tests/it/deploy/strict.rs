//! A manifest as its API type, to the last field.

use k8s_openapi::serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// What the API's type does not know would be ignored by a server that is not strict: a typing error.
pub fn strictly<T: DeserializeOwned + Serialize>(manifest: &Value) -> Result<(), String> {
    let typed: T = serde_json::from_value(manifest.clone()).map_err(|error| error.to_string())?;
    contained(manifest, &serde_json::to_value(typed).unwrap(), "")
}

fn contained(written: &Value, known: &Value, path: &str) -> Result<(), String> {
    match (written, known) {
        (Value::Object(written), Value::Object(known)) => {
            written.iter().try_for_each(|(key, value)| match known.get(key) {
                Some(known) => contained(value, known, &format!("{path}.{key}")),
                None if value.as_object().is_some_and(serde_json::Map::is_empty) => Ok(()),
                None => Err(format!("{path}.{key} is not known")),
            })
        }
        (Value::Array(written), Value::Array(known)) => written
            .iter()
            .zip(known)
            .enumerate()
            .try_for_each(|(at, (written, known))| contained(written, known, &format!("{path}[{at}]"))),
        _ => Ok(()),
    }
}
