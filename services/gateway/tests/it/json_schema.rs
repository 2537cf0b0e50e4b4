//! Values against the JSON Schemas of an `OpenAPI` document, as far as ours go: a keyword that is not known
//! here fails the test, so that none is ever passed over.

use serde_json::{Map, Value, json};

pub struct Schemas<'a> {
    pub document: &'a Value,
}

impl<'a> Schemas<'a> {
    /// What the value breaks, and where.
    pub fn check(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let schema = self.resolve(schema);
        for (keyword, rule) in schema.as_object().expect("a schema is an object") {
            if !self.keeps(keyword, rule, schema, value)? {
                return Err(format!("{value} breaks {keyword}: {rule}"));
            }
        }
        Ok(())
    }

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

    fn keeps(&self, keyword: &str, rule: &Value, schema: &Value, value: &Value) -> Result<bool, String> {
        Ok(match keyword {
            "type" => rule.as_array().map_or_else(|| is(rule, value), |any| any.iter().any(|t| is(t, value))),
            "enum" => rule.as_array().unwrap().contains(value),
            "properties" => return self.members(rule, value).map(|()| true),
            "required" => {
                rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "additionalProperties" => {
                assert_eq!(*rule, Value::Bool(false));
                value
                    .as_object()
                    .is_none_or(|members| members.keys().all(|m| schema["properties"].get(m).is_some()))
            }
            "items" => {
                let mut items = value.as_array().into_iter().flatten();
                return items.try_for_each(|item| self.check(rule, item)).map(|()| true);
            }
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap()),
            "minLength" => {
                value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap())
            }
            "maxLength" => {
                value.as_str().is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap())
            }
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap(), text)),
            "format" => value.as_str().is_none_or(|text| has_format(rule.as_str().unwrap(), text)),
            "description" | "example" => true,
            unknown => panic!("the keyword {unknown} is not known to this check"),
        })
    }

    fn members(&self, properties: &Value, value: &Value) -> Result<(), String> {
        for (name, schema) in properties.as_object().unwrap() {
            if let Some(member) = value.get(name) {
                self.check(schema, member).map_err(|error| format!("{name}: {error}"))?;
            }
        }
        Ok(())
    }
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("the type {other} is not known to this check"),
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    assert_eq!(pattern, "^[A-Z0-9-]+$", "the only one so far");
    !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
}

fn has_format(format: &str, text: &str) -> bool {
    match format {
        "uuid" => text.parse::<uuid::Uuid>().is_ok(),
        "date-time" => {
            use time::{OffsetDateTime, format_description::well_known::Rfc3339};
            OffsetDateTime::parse(text, &Rfc3339).is_ok()
        }
        "password" => true,
        other => panic!("the format {other} is not known to this check"),
    }
}
