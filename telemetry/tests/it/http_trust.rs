use opentelemetry::SpanId;
use telemetry::TrustInbound;

use crate::{
    http_server::{request, serve},
    recorded::{attribute, span, text},
};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
/// Sampled is off: a caller that is believed would keep this trace from being recorded.
const UNSAMPLED: &str = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n";
const SAMPLED: &str = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";

#[tokio::test]
async fn an_untrusted_caller_is_linked_and_decides_nothing() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    request(address, "GET /orders/7", UNSAMPLED).await;
    let span = span(&recorder, "GET /orders/{id}").await;
    assert_ne!(span.span_context.trace_id().to_string(), TRACE);
    assert_eq!(span.parent_span_id, SpanId::INVALID);
    assert_eq!(span.links.len(), 1);
    assert_eq!(span.links[0].span_context.trace_id().to_string(), TRACE);
}

#[tokio::test]
async fn a_trusted_caller_is_the_parent() {
    let (address, recorder) = serve(TrustInbound::Always).await;
    request(address, "GET /orders/7", SAMPLED).await;
    let span = span(&recorder, "GET /orders/{id}").await;
    assert_eq!(span.span_context.trace_id().to_string(), TRACE);
    assert_eq!(span.parent_span_id.to_string(), "b7ad6b7169203331");
    assert!(span.links.is_empty());
}

#[tokio::test]
async fn the_clients_address_is_taken_from_a_trusted_proxy_alone() {
    for (trust, expected) in [(TrustInbound::Always, "203.0.113.9"), (TrustInbound::Never, "127.0.0.1")] {
        let (address, recorder) = serve(trust).await;
        request(address, "GET /orders/7", "x-forwarded-for: 203.0.113.9, 10.0.0.1\r\n").await;
        assert_eq!(attribute(&span(&recorder, "GET /orders/{id}").await, "client.address"), text(expected));
    }
}

#[tokio::test]
async fn baggage_is_taken_from_a_trusted_caller_alone() {
    for (trust, expected) in [(TrustInbound::Always, "\r\n\r\na"), (TrustInbound::Never, "\r\n\r\n")] {
        let (address, _recorder) = serve(trust).await;
        let answer = request(address, "GET /tenant", "baggage: tenant=a\r\n").await;
        assert!(answer.ends_with(expected), "{answer}");
    }
}

#[tokio::test]
async fn a_malformed_traceparent_is_no_link() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    request(address, "GET /orders/7", "traceparent: 00-zz-b7ad6b7169203331-01\r\n").await;
    assert!(span(&recorder, "GET /orders/{id}").await.links.is_empty());
}

#[test]
fn a_trust_policy_is_never_or_always() {
    assert_eq!("never".parse(), Ok(TrustInbound::Never));
    assert_eq!("always".parse(), Ok(TrustInbound::Always));
    let error = "sometimes".parse::<TrustInbound>().unwrap_err().to_string();
    assert_eq!(error, "`sometimes` is not a trust policy: say `never` or `always`");
}
