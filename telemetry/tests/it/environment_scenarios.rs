//! What child processes do for the tests of the environment.

use opentelemetry::{
    Array, KeyValue, StringValue, Value,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState},
};

use crate::scenarios::init;

/// A span, its events and links, and a log, each with five attributes, and texts of 50,000 characters.
pub async fn breaks_the_limits() {
    let telemetry = init();
    let long = "ä".repeat(50_000);
    let attributes =
        || (0..5).map(|number| KeyValue::new(format!("key{number}"), number)).collect::<Vec<_>>();
    let fill = async {
        let context = opentelemetry::Context::current();
        let span = context.span();
        span.set_attribute(KeyValue::new("long", long.clone()));
        let texts: Vec<StringValue> = vec![long.clone().into(), "short".into()];
        span.set_attribute(KeyValue::new("texts", Value::Array(Array::String(texts))));
        span.set_attributes(attributes());
        for _ in 0..5 {
            let mut attributes = attributes();
            attributes.insert(0, KeyValue::new("long", long.clone()));
            span.add_event("event", attributes.clone());
            let (trace_id, span_id) = (TraceId::from(1_u128), SpanId::from(1_u64));
            let other = SpanContext::new(trace_id, span_id, TraceFlags::SAMPLED, true, TraceState::NONE);
            span.add_link(other, attributes);
        }
        tracing::info!(long = long.as_str(), a = 1, b = 2, c = 3, d = "vier", "large");
    };
    telemetry.batch("large", &[], fill).await;
    telemetry.shutdown().await;
}

pub async fn logs_a_thousand_times() {
    let telemetry = init();
    for number in 0..1000 {
        tracing::info!(number, "counted");
    }
    telemetry.shutdown().await;
}
