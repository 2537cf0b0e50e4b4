//! Values against the schemas of an `OpenAPI` 3.1 document, which are JSON Schema 2020-12.

use serde_json::{Value, json};

pub struct Schemas<'a> {
    pub document: &'a Value,
}

impl Schemas<'_> {
    /// What the value breaks, and where.
    pub fn check(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let whole = json!({"components": self.document["components"], "allOf": [schema]});
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        let validator = options.build(&whole).unwrap_or_else(|error| panic!("{schema}: {error}"));
        validator.validate(value).map_err(|error| format!("{}: {error}", error.instance_path()))
    }
}
