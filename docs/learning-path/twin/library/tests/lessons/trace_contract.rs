use telemetry::testing::otlp::trace::v1::span::SpanKind;

use crate::twin::Twin;

/// One request, one trace, through all services.
const CONTRACT: &str = "\
shelf POST /books/{isbn}/holds SERVER
  shelf GET CLIENT
  shelf GET CLIENT
  shelf SELECT books CLIENT
  shelf SETEX CLIENT
  shelf library.v1.HoldService/PlaceHold CLIENT
    desk library.v1.HoldService/PlaceHold SERVER
      desk BEGIN CLIENT
      desk INSERT holds CLIENT
      desk INSERT outbox CLIENT
      desk COMMIT CLIENT
      desk send holds.placed PRODUCER
        picker process holds.placed CONSUMER
          picker BEGIN CLIENT
          picker INSERT inbox CLIENT
          picker INSERT picks CLIENT
          picker COMMIT CLIENT
        picker commit holds.placed CLIENT
";

#[tokio::test]
#[ignore = "holds after lesson 8"]
async fn the_trace_contract_holds() {
    let twin = Twin::start().await;
    twin.places_a_hold().await;
    let told = twin.closed().await;
    let request = told
        .only("there is no trace yet", |hop| hop.is("shelf", SpanKind::Server, "POST /books/{isbn}/holds"));
    assert_eq!(told.tree(request), CONTRACT);
    let stray = told.all(|hop| hop.span.kind() != SpanKind::Client && !hop.in_trace_of(request));
    let stray: Vec<&str> = stray.iter().map(|hop| hop.span.name.as_str()).collect();
    assert!(stray.is_empty(), "these have lost their trace: {stray:?}");
}
