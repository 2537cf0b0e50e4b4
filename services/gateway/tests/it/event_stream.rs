//! A reader of server-sent events.

use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use serde_json::Value;
use uuid::Uuid;

use crate::support::Gateway;

pub struct EventStream {
    pub headers: HeaderMap,
    body: Incoming,
    unread: String,
}

#[derive(Debug, PartialEq)]
pub enum Message {
    Heartbeat,
    Status { id: String, order: Value },
}

impl EventStream {
    pub async fn open(gateway: &Gateway, order: Uuid, token: &str, known: Option<&str>) -> Self {
        let mut request = gateway
            .request(Method::GET, &format!("/api/v1/orders/{order}/events"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        if let Some(known) = known {
            request = request.header("last-event-id", known);
        }
        let (head, body) = gateway.begin(request.body(Full::default()).unwrap()).await.into_parts();
        assert_eq!(head.status, StatusCode::OK);
        assert_eq!(head.headers[header::CONTENT_TYPE], "text/event-stream");
        assert_eq!(head.headers["x-trace-id"].len(), 32);
        Self { headers: head.headers, body, unread: String::new() }
    }

    /// None at the end of the stream.
    pub async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some((message, rest)) = self.unread.split_once("\n\n") {
                let (message, rest) = (parse(message), rest.to_owned());
                self.unread = rest;
                return Some(message);
            }
            let frame = self.body.frame().await?.unwrap();
            self.unread += std::str::from_utf8(frame.data_ref().expect("no trailers")).unwrap();
        }
    }

    pub async fn status(&mut self) -> String {
        match self.next().await {
            Some(Message::Status { id, .. }) => id,
            other => panic!("a status is expected, not {other:?}"),
        }
    }
}

fn parse(message: &str) -> Message {
    let field = |name: &str| message.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    if message == ": heartbeat" {
        return Message::Heartbeat;
    }
    assert_eq!(field("event"), Some("status"), "{message}");
    let order: Value = serde_json::from_str(field("data").unwrap()).unwrap();
    let id = field("id").unwrap().to_owned();
    assert_eq!(order["status"], id, "the id is the status");
    Message::Status { id, order }
}
