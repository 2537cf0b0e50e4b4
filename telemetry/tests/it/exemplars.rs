use telemetry::testing::{
    Collector, Received, Recorder, conventions,
    otlp::metrics::v1::{Exemplar, exemplar::Value},
};

use crate::{child::start, environment::run, http_server, recorded};

async fn measured(variables: &[(&str, &str)]) -> Received {
    let collector = Collector::start().await.unwrap();
    start("measures inside a span", collector.address(), variables).output().await;
    collector.received()
}

fn ids(exemplar: &Exemplar) -> (&[u8], &[u8]) {
    (&exemplar.trace_id, &exemplar.span_id)
}

fn values(exemplars: &[&Exemplar]) -> Vec<Value> {
    exemplars.iter().map(|exemplar| exemplar.value.unwrap()).collect()
}

#[tokio::test]
async fn the_duration_of_an_operation_has_its_span_as_exemplar_over_either_protocol() {
    for protocol in ["grpc", "http/protobuf"] {
        let (received, _) = run(&[("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)]).await;
        let span = received.span("test.v1.Greeter/Greet");
        let exemplars = received.exemplars("rpc.client.call.duration");
        assert_eq!(exemplars.len(), 1, "{protocol}");
        assert_eq!(ids(exemplars[0]), (span.trace_id.as_slice(), span.span_id.as_slice()), "{protocol}");
        let covered = span.start_time_unix_nano..;
        assert!(covered.contains(&exemplars[0].time_unix_nano), "{protocol}");
        assert!(exemplars[0].filtered_attributes.is_empty(), "the point has them all");
        conventions::assert_kept(&received);
    }
}

#[tokio::test]
async fn the_last_measurement_of_each_bucket_inside_a_span_is_kept_and_that_of_a_counter() {
    let received = measured(&[]).await;
    let span = received.span("measured");
    let histogram = received.exemplars("it.histogram");
    assert_eq!(values(&histogram), [Value::AsDouble(0.1), Value::AsDouble(2.0)]);
    let counter = received.exemplars("it.counter");
    assert_eq!(values(&counter), [Value::AsInt(3)]);
    for exemplar in histogram.iter().chain(&counter) {
        assert_eq!(ids(exemplar), (span.trace_id.as_slice(), span.span_id.as_slice()));
    }
}

#[tokio::test]
async fn nothing_that_is_not_sampled_is_an_exemplar() {
    let received = measured(&[("OTEL_TRACES_SAMPLER", "always_off")]).await;
    assert!(received.metric_names().contains(&"it.histogram"));
    assert!(received.exemplars("it.histogram").is_empty() && received.exemplars("it.counter").is_empty());
}

#[tokio::test]
async fn the_filter_is_the_one_that_the_operator_names() {
    let received = measured(&[("OTEL_METRICS_EXEMPLAR_FILTER", "always_off")]).await;
    assert!(received.exemplars("it.histogram").is_empty());

    let received = measured(&[("OTEL_METRICS_EXEMPLAR_FILTER", "always_on")]).await;
    let exemplars = received.exemplars("it.histogram");
    assert_eq!(values(&exemplars), [9.0, 0.1, 2.0].map(Value::AsDouble), "in the order of their times");
    let outside = exemplars.iter().find(|one| one.value == Some(Value::AsDouble(9.0))).unwrap();
    assert!(outside.trace_id.is_empty() && outside.span_id.is_empty());
}

#[tokio::test]
async fn each_exemplar_is_told_once() {
    let (address, recorder) = http_server::serve(telemetry::TrustInbound::Never).await;
    let name = "http.server.request.duration";
    http_server::request(address, "GET /orders/42", "").await;
    recorded::ended(&recorder, 1).await;
    let (first, second) = (recorder.received(), recorder.received());
    assert_eq!((first.exemplars(name).len(), second.exemplars(name).len()), (1, 0));
    http_server::request(address, "GET /orders/43", "").await;
    recorded::ended(&recorder, 2).await;
    let third = recorder.received();
    let latest = recorder.spans().last().unwrap().span_context.trace_id().to_bytes();
    assert_eq!(ids(third.exemplars(name)[0]).0, latest);
}

#[tokio::test]
async fn each_series_has_its_own() {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let cache = telemetry.cache("user");
    telemetry.batch("hit", &[], async { cache.hit() }).await;
    telemetry.batch("miss", &[], async { cache.miss() }).await;
    let received = recorder.received();
    let points = crate::metric_points::numbers(&received, "throughline.cache.lookups");
    assert_eq!(points.len(), 2);
    for point in points {
        let result = telemetry::testing::text(&point.attributes, "throughline.cache.result").unwrap();
        let exemplar: Vec<_> = point.exemplars.iter().map(|one| one.trace_id.as_slice()).collect();
        assert_eq!(exemplar, [received.span(&result).trace_id.as_slice()]);
    }
}
