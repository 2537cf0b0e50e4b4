//! Traces that are made up here and sent to the Collector, so that a test knows what should become of each.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::Client;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::stack::OTLP;

/// OTLP's numbers.
const SERVER: u8 = 2;
const CONSUMER: u8 = 5;
const ERROR: u8 = 2;

/// A request to the gateway, and what a worker made of it later.
#[derive(Debug, Clone)]
pub struct SentTrace {
    pub id: String,
    /// Its route's name also tells this test's traces from all others.
    pub route: String,
    pub took: Duration,
    pub worker_took: Duration,
    pub worker_failed: bool,
    pub destination: &'static str,
    /// Further attributes of the gateway's span.
    pub attributes: Vec<(&'static str, &'static str)>,
}

impl SentTrace {
    /// An ordinary one: 20 ms at the gateway, 30 ms in the worker.
    pub fn new(route: &str) -> Self {
        Self {
            id: Uuid::new_v4().simple().to_string(),
            route: route.to_owned(),
            took: Duration::from_millis(20),
            worker_took: Duration::from_millis(30),
            worker_failed: false,
            destination: "orders.placed",
            attributes: Vec::new(),
        }
    }

    pub fn many(count: usize, route: &str, change: impl Fn(&mut Self)) -> Vec<Self> {
        let one = |_| {
            let mut trace = Self::new(route);
            change(&mut trace);
            trace
        };
        (0..count).map(one).collect()
    }

    fn request(&self) -> Value {
        let mut attributes = vec![("http.request.method", "POST"), ("http.route", self.route.as_str())];
        attributes.extend(self.attributes.iter().copied());
        let name = format!("POST {}", self.route);
        self.span("gateway", &self.id[..16], "", &name, SERVER, self.took, false, &attributes)
    }

    fn work(&self) -> Value {
        self.work_as(&self.id[16..])
    }

    /// One more span, for when the others have been sent.
    pub fn late(&self) -> Value {
        self.work_as("00000000000000aa")
    }

    fn work_as(&self, span_id: &str) -> Value {
        let attributes = [("messaging.system", "kafka"), ("messaging.destination.name", self.destination)];
        let name = format!("process {}", self.destination);
        let (took, failed) = (self.worker_took, self.worker_failed);
        self.span("order-worker", span_id, &self.id[..16], &name, CONSUMER, took, failed, &attributes)
    }

    #[allow(clippy::too_many_arguments, reason = "a span has as many sides")]
    fn span(
        &self,
        service: &str,
        id: &str,
        parent: &str,
        name: &str,
        kind: u8,
        took: Duration,
        failed: bool,
        attributes: &[(&str, &str)],
    ) -> Value {
        let end = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let text = |(key, value): &(&str, &str)| json!({ "key": key, "value": { "stringValue": value } });
        json!({
            "resource": { "attributes": [text(&("service.name", service))] },
            "scopeSpans": [{ "spans": [{
                "traceId": self.id, "spanId": id, "parentSpanId": parent, "name": name, "kind": kind,
                "startTimeUnixNano": (end - took).as_nanos().to_string(),
                "endTimeUnixNano": end.as_nanos().to_string(),
                "attributes": attributes.iter().map(text).collect::<Vec<_>>(),
                "status": if failed { json!({ "code": ERROR }) } else { json!({}) },
            }] }],
        })
    }
}

/// Sends both parts of each; panics unless the Collector took them all.
pub async fn send<'a>(traces: impl IntoIterator<Item = &'a SentTrace>) {
    let spans: Vec<Value> = traces.into_iter().flat_map(|trace| [trace.request(), trace.work()]).collect();
    for part in spans.chunks(200) {
        send_spans(part.to_vec()).await;
    }
}

pub async fn send_spans(resource_spans: Vec<Value>) {
    let answer = Client::new().post(OTLP).json(&request_of(&resource_spans)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
}

pub fn request_of(resource_spans: &[Value]) -> Value {
    json!({ "resourceSpans": resource_spans })
}
