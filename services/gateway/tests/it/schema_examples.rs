//! Values that keep a schema, to be sent.

use serde_json::{Map, Value, json};

use crate::json_schema::Schemas;

impl<'a> Schemas<'a> {
    /// A value that keeps the schema: its examples, and what its types ask for besides.
    pub fn example(&self, schema: &Value) -> Value {
        let schema = self.resolve(schema);
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("object"), _) => {
                let members = schema["properties"].as_object().unwrap().iter();
                members
                    .map(|(name, member)| (name.clone(), self.example(member)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            (Some("array"), _) => json!([self.example(&schema["items"])]),
            (Some("string"), Some("uuid")) => json!(uuid::Uuid::now_v7()),
            (Some("string"), None) => json!("text"),
            (Some("integer"), _) => json!(1),
            other => panic!("no example for {other:?}"),
        }
    }

    pub fn resolve<'b>(&self, schema: &'b Value) -> &'b Value
    where
        'a: 'b,
    {
        let Some(reference) = schema.get("$ref") else { return schema };
        let pointer = reference.as_str().unwrap().strip_prefix('#').expect("within the document");
        self.document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }
}
