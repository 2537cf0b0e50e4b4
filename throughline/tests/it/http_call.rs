//! Plain HTTP for tests.

use axum::body::Body;
use http_body_util::BodyExt;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub async fn get(url: impl AsRef<str>) -> Answer {
    call(http::Request::get(url.as_ref()), Vec::new()).await
}

pub async fn post(url: impl AsRef<str>, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let request = headers
        .iter()
        .fold(http::Request::post(url.as_ref()), |request, (name, value)| request.header(*name, *value));
    call(request, body).await
}

async fn call(request: http::request::Builder, body: Vec<u8>) -> Answer {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request.body(Body::from(body)).unwrap()).await.unwrap();
    let content_type =
        response.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    Answer { status, content_type, body }
}
