//! The service's description of itself, and what it promises for an answer.

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::Full;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    json_schema::Schemas,
    support::{Answer, Gateway, token},
};

/// A gateway's description of itself.
pub struct Described {
    pub gateway: Gateway,
    pub document: Value,
}

pub struct Operation<'a> {
    pub method: Method,
    pub path: &'a str,
    pub says: &'a Value,
}

impl Described {
    pub async fn by(gateway: Gateway) -> Self {
        let request = gateway.request(Method::GET, "/openapi.json").body(Full::default()).unwrap();
        let answer = gateway.send(request).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
        Self { gateway, document: answer.body }
    }

    pub fn schemas(&self) -> Schemas<'_> {
        Schemas { document: &self.document }
    }

    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.document["paths"].as_object().unwrap().iter();
        paths
            .flat_map(|(path, item)| {
                let operations = item.as_object().unwrap().iter();
                operations.map(move |(method, says)| Operation {
                    method: method.to_uppercase().parse().unwrap(),
                    path,
                    says,
                })
            })
            .collect()
    }

    /// A request as the document asks for it.
    pub fn good(&self, operation: &Operation<'_>) -> Request<Full<Bytes>> {
        let path = operation.path.replace("{id}", &Uuid::now_v7().to_string());
        let mut request = self.gateway.request(operation.method.clone(), &path);
        if operation.says.get("security").is_some() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token()));
        }
        for parameter in operation.says["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "header" && parameter["required"] == true {
                request = request.header(parameter["name"].as_str().unwrap(), Uuid::now_v7().to_string());
            }
        }
        let Some(schema) = operation.says.pointer("/requestBody/content/application~1json/schema") else {
            return request.body(Full::default()).unwrap();
        };
        let body = self.schemas().example(schema);
        self.schemas().check(schema, &body).unwrap();
        request.header(header::CONTENT_TYPE, "application/json").body(Full::from(body.to_string())).unwrap()
    }

    /// The answer is among those that the document names for the operation, with the headers and the shape
    /// that it says.
    pub fn holds(&self, operation: &Operation<'_>, answer: &Answer) {
        let (method, path, status) = (&operation.method, operation.path, answer.status);
        let says = operation.says["responses"].get(status.as_str());
        let says = says.unwrap_or_else(|| panic!("{method} {path} does not know {status}"));
        for name in says["headers"].as_object().unwrap().keys() {
            assert!(answer.headers.contains_key(name), "{method} {path} {status} lacks {name}");
        }
        let schema = &says["content"][answer.header(header::CONTENT_TYPE)]["schema"];
        self.schemas()
            .check(schema, &answer.body)
            .unwrap_or_else(|error| panic!("{method} {path} {status}: {error}"));
    }
}
