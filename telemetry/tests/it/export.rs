use telemetry::testing::{Collector, text};

use crate::child::start;

const NAME: &str = "rpc.client.call.duration";

#[tokio::test]
async fn traces_logs_and_metrics_go_out_over_grpc() {
    let collector = Collector::start().await.unwrap();
    start("calls", collector.address(), &[]).output().await;
    let received = collector.received();
    assert_eq!(received.span("test.v1.Greeter/Greet").kind, 3);
    assert!(received.metric_names().contains(&NAME), "{:?}", received.metric_names());
    assert!(!received.records().is_empty());
}

#[tokio::test]
async fn traces_logs_and_metrics_go_out_over_http() {
    let collector = Collector::start().await.unwrap();
    let http = [("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];
    start("calls", collector.address(), &http).output().await;
    let received = collector.received();
    assert_eq!(received.headers[0].get("content-type"), Some("application/x-protobuf"));
    assert_eq!(received.span("test.v1.Greeter/Greet").kind, 3);
    assert!(received.metric_names().contains(&NAME), "{:?}", received.metric_names());
    assert!(!received.records().is_empty());
}

#[tokio::test]
async fn each_hop_is_a_scope_with_version_and_schema() {
    let collector = Collector::start().await.unwrap();
    start("calls", collector.address(), &[]).output().await;
    let received = collector.received();
    let scopes =
        received.traces.iter().flat_map(|request| &request.resource_spans).flat_map(|r| &r.scope_spans);
    let client = scopes.into_iter().find(|scope| scope.spans.iter().any(|span| span.kind == 3)).unwrap();
    assert_eq!(client.schema_url, "https://opentelemetry.io/schemas/1.44.0");
    let scope = client.scope.as_ref().unwrap();
    assert_eq!(
        (scope.name.as_str(), scope.version.as_str()),
        ("throughline.grpc.client", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn the_resource_says_which_process_speaks() {
    let collector = Collector::start().await.unwrap();
    let mut instances = Vec::new();
    for _ in 0..2 {
        start("calls", collector.address(), &[]).output().await;
        let received = collector.received();
        let latest = received.traces.last().unwrap().resource_spans[0].resource.clone().unwrap();
        let get = |key| text(&latest.attributes, key);
        assert_eq!(get("service.name").as_deref(), Some("telemetry"));
        assert_eq!(get("service.version").as_deref(), Some(env!("CARGO_PKG_VERSION")));
        assert_eq!(get("service.namespace").as_deref(), Some("tests"));
        assert_eq!(get("telemetry.sdk.language").as_deref(), Some("rust"));
        for key in ["host.name", "host.arch", "os.type", "process.pid", "process.executable.name"] {
            assert!(get(key).is_some_and(|value| !value.is_empty()), "{key}");
        }
        assert_eq!(get("process.command_args"), None);
        instances.push(get("service.instance.id").unwrap());
    }
    assert_ne!(instances[0], instances[1]);
    assert_eq!(instances[0].as_bytes()[14], b'4', "a UUID of version 4: {}", instances[0]);
}
