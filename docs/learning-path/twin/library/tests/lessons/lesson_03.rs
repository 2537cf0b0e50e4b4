use reqwest::StatusCode;
use telemetry::testing::otlp::trace::v1::span::SpanKind;

use crate::twin::{FRANKENSTEIN, Twin};

/// What a stranger sends along.
const STRANGER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
#[ignore = "the check of lesson 3"]
async fn lesson_03_every_request_is_one_server_span_named_by_its_route() {
    let twin = Twin::start().await;
    twin.answered(twin.get(FRANKENSTEIN).header("traceparent", STRANGER), StatusCode::OK).await;
    twin.answered(twin.get("/books/0"), StatusCode::NOT_FOUND).await;
    twin.reads("/healthz").await;
    let told = twin.closed().await;

    let servers = told.all(|hop| hop.is_kind("shelf", SpanKind::Server));
    told.holds(!servers.is_empty(), "no SERVER span of a service called `shelf` has arrived");
    let named = servers.iter().filter(|hop| hop.span.name == "GET /books/{isbn}").count();
    told.holds(named == 2, "two books were asked for, and there are not two spans `GET /books/{isbn}`");
    let status = |code: &str| {
        servers.iter().any(|hop| hop.attribute("http.response.status_code").is_some_and(|own| own == code))
    };
    told.holds(status("200") && status("404"), "the spans do not tell http.response.status_code");
    told.holds(
        servers.iter().all(|hop| hop.span.status.as_ref().is_none_or(|status| status.code != 2)),
        "a 404 turned its span red, though the service did what it should",
    );
    told.holds(
        servers.iter().all(|hop| !hop.span.name.contains("healthz")),
        "the probe of /healthz made a span; it will make one every second",
    );
    told.holds(
        servers.iter().all(|hop| hop.span.trace_id[..2] != [0x0a, 0xf7]),
        "a stranger's traceparent became the parent of a request at the public edge",
    );
}
