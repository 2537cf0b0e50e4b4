//! The sender of metrics: what it tries again, and what it makes of a collector that takes a part.

use std::time::Duration;

use telemetry::testing::{Answer, Collector};
use tokio::time::timeout;

use crate::{
    child::{Child, log, logs, start},
    environment::warned,
    recorded::PATIENCE,
    wire_collector::WireCollector,
};

const PROTOCOLS: [&str; 2] = ["grpc", "http/protobuf"];

/// A child that exports nothing but metrics, once, at its end.
fn measures(collector: &str, protocol: &str) -> Child {
    let variables = [
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "none"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
    ];
    start("measures inside a span", collector, &variables)
}

fn lost(output: &[String]) -> bool {
    logs(output).iter().any(|log| log["message"].as_str().unwrap().contains("telemetry was lost at the stop"))
}

async fn attempts(collector: &Collector, count: usize) {
    timeout(PATIENCE, collector.wait_for(|all| all.headers.len() >= count))
        .await
        .expect("that many attempts");
}

#[tokio::test]
async fn metrics_that_an_overloaded_collector_refused_are_sent_again() {
    for protocol in PROTOCOLS {
        for answer in [Answer::Refuse, Answer::Throttle(Duration::from_secs(1))] {
            let collector = Collector::start().await.unwrap();
            collector.answer(answer);
            let child = measures(collector.address(), protocol);
            attempts(&collector, 1).await;
            collector.answer(Answer::Accept);
            let output = child.output().await;
            let received = collector.received();
            assert!(received.metric_names().contains(&"it.counter"), "{protocol} {answer:?}: {output:#?}");
            assert!(!lost(&output), "{protocol} {answer:?}: {output:#?}");
        }
    }
}

#[tokio::test]
async fn a_collector_that_refuses_for_good_is_asked_once_and_the_loss_is_said() {
    for protocol in PROTOCOLS {
        let collector = Collector::start().await.unwrap();
        collector.answer(Answer::Forbid);
        let output = measures(collector.address(), protocol).output().await;
        assert_eq!(collector.received().headers.len(), 1, "{protocol}");
        assert!(lost(&output), "{protocol}: {output:#?}");
    }
}

#[tokio::test]
async fn nobody_is_asked_for_ever() {
    for protocol in PROTOCOLS {
        let collector = Collector::start().await.unwrap();
        collector.answer(Answer::Refuse);
        let output = measures(collector.address(), protocol).output().await;
        assert_eq!(collector.received().headers.len(), 4, "{protocol}: the first attempt and three more");
        assert!(lost(&output), "{protocol}: {output:#?}");
    }
}

#[tokio::test]
async fn what_a_collector_rejects_of_a_request_is_said_and_not_sent_again() {
    for protocol in PROTOCOLS {
        let collector = Collector::start().await.unwrap();
        collector.answer(Answer::Reject(2));
        let output = measures(collector.address(), protocol).output().await;
        warned(&logs(&output), "the collector rejected 2 points of metrics: this collector rejects");
        assert_eq!(collector.received().headers.len(), 1, "{protocol}");
        assert!(!lost(&output), "{protocol}: the request was taken");
    }
}

#[tokio::test]
async fn the_sender_says_who_it_is_and_compresses_if_asked() {
    let agent = concat!("Throughline-OTLP-Exporter-Rust/", env!("CARGO_PKG_VERSION"));
    for (protocol, header) in [("grpc", "grpc-encoding"), ("http/protobuf", "content-encoding")] {
        for (compression, encoding) in [("none", None), ("gzip", Some("gzip"))] {
            let collector = WireCollector::start().await;
            let variables =
                [("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_EXPORTER_OTLP_COMPRESSION", compression)];
            start("measures inside a span", &collector.http(), &variables).output().await;
            let sent = &collector.of("metrics")[0];
            assert!(sent.header("user-agent").unwrap().starts_with(agent), "{sent:?}");
            assert_eq!(sent.header(header), encoding, "{protocol}");
            // A gRPC message begins with its flag and its length.
            let bytes = if protocol == "grpc" { &sent.body[5..] } else { &sent.body[..] };
            assert_eq!(bytes[..2] == [0x1f, 0x8b], encoding.is_some(), "{protocol}: gzip's magic number");
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_late_is_given_up_and_what_is_in_force_is_said() {
    for protocol in PROTOCOLS {
        let collector = Collector::start().await.unwrap();
        collector.answer(Answer::Never);
        let variables = [
            ("OTEL_TRACES_EXPORTER", "none"),
            ("OTEL_LOGS_EXPORTER", "none"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "50"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "20"),
        ];
        let child = start("measures with each instrument", collector.address(), &variables);
        // The default of 10 s is longer than the child lives.
        attempts(&collector, 3).await;
        let output = child.output().await;
        let line = log(&logs(&output), "telemetry is set up")["fields"]["metrics"].to_string();
        assert!(line.contains("cumulative, explicit buckets, exemplars trace_based; every 20ms"), "{line}");
    }
}
