use reqwest::StatusCode;
use serde_json::json;
use telemetry::testing::otlp::trace::v1::span::SpanKind;

use crate::{
    told::{Hop, Told},
    twin::{FRANKENSTEIN, Twin},
};

const HOLD: &str = "POST /books/{isbn}/holds";

#[tokio::test]
#[ignore = "the check of lesson 8"]
async fn lesson_08_from_a_log_line_and_from_a_metric_one_gets_to_the_trace() {
    let mut twin = Twin::start().await;
    twin.places_a_hold().await;
    twin.without_desk().await;
    let refused = twin.post(&format!("{FRANKENSTEIN}/holds"), &json!({ "reader": "Grace" }));
    twin.answered(refused, StatusCode::SERVICE_UNAVAILABLE).await;
    let told = twin.closed().await;

    let holds = told.all(|hop| hop.is("shelf", SpanKind::Server, HOLD));
    told.holds(
        holds.len() == 2,
        "two holds were asked for, and there are not two spans `POST /books/{isbn}/holds`",
    );
    let (placed, failed) = (holds[0], holds[1]);
    let errors = errors(&told, failed);
    told.holds(errors > 0, "the failed hold left no log record of level ERROR with its trace id");
    let several = format!("the failed hold left {errors} records of level ERROR: one failure is one record");
    told.holds(errors == 1, &several);
    told.holds(
        told.received.metric_names().contains(&"library.holds.placed"),
        "no metric `library.holds.placed` has arrived",
    );
    told.holds(
        leads_to(&told, "library.holds.placed", placed),
        "`library.holds.placed` has no exemplar of the hold",
    );
    told.holds(
        leads_to(&told, "http.server.request.duration", placed),
        "`http.server.request.duration` has no exemplar of the hold",
    );
}

/// Level ERROR is 17 to 20.
fn errors(told: &Told, request: &Hop) -> usize {
    let records = told.received.records().into_iter();
    records.filter(|record| record.severity_number >= 17 && record.trace_id == request.span.trace_id).count()
}

fn leads_to(told: &Told, metric: &str, request: &Hop) -> bool {
    told.received.exemplars(metric).iter().any(|exemplar| exemplar.trace_id == request.span.trace_id)
}
