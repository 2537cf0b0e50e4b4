use crate::{
    certificates::Certificates,
    child::{log, logs, start},
    environment::warned,
    wire_collector::WireCollector,
};

const PROTOCOLS: [&str; 2] = ["grpc", "http/protobuf"];

#[tokio::test]
async fn a_collector_is_trusted_by_the_certificate_that_the_operator_gives() {
    let certificates = Certificates::new();
    let ca = certificates.path("ca.pem");
    for protocol in PROTOCOLS {
        let collector = WireCollector::tls(certificates.server(false)).await;
        let variables =
            [("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_EXPORTER_OTLP_CERTIFICATE", ca.as_str())];
        let output = start("shuts down in a task", &collector.https(), &variables).output().await;
        assert_eq!(collector.of("trace").len(), 1, "{protocol}: {output:#?}");
        assert_eq!(collector.of("metrics").len(), 1, "{protocol}: {output:#?}");
    }
}

#[tokio::test]
async fn the_systems_roots_decide_where_no_certificate_is_given() {
    let certificates = Certificates::new();
    let ca = certificates.path("ca.pem");
    for protocol in PROTOCOLS {
        let collector = WireCollector::tls(certificates.server(false)).await;
        let unknown = [("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)];
        start("shuts down in a task", &collector.https(), &unknown).output().await;
        assert!(collector.requests().is_empty(), "{protocol}: a stranger's certificate was taken");
        // The file that stands for the system's own store.
        let known = [unknown[0], ("SSL_CERT_FILE", ca.as_str())];
        let output = start("shuts down in a task", &collector.https(), &known).output().await;
        assert_eq!(collector.of("trace").len(), 1, "{protocol}: {output:#?}");
        assert_eq!(collector.of("metrics").len(), 1, "{protocol}: {output:#?}");
    }
}

#[tokio::test]
async fn a_collector_that_asks_for_a_certificate_gets_the_operators() {
    let certificates = Certificates::new();
    let [ca, client, key] = ["ca.pem", "client.pem", "client.key"].map(|name| certificates.path(name));
    for protocol in PROTOCOLS {
        let collector = WireCollector::tls(certificates.server(true)).await;
        let without = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", ca.as_str()),
            ("OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE", ca.as_str()),
        ];
        start("shuts down in a task", &collector.https(), &without).output().await;
        assert!(collector.requests().is_empty(), "{protocol}: nobody asked for a certificate");
        let own = [
            ("OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", client.as_str()),
            ("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", key.as_str()),
            ("OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE", client.as_str()),
            ("OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY", key.as_str()),
        ];
        let with = [without.as_slice(), own.as_slice()].concat();
        let output = start("shuts down in a task", &collector.https(), &with).output().await;
        assert_eq!(collector.of("trace").len(), 1, "{protocol}: {output:#?}");
        assert_eq!(collector.of("metrics").len(), 1, "{protocol}: {output:#?}");
    }
}

#[tokio::test]
async fn files_that_are_none_are_named_and_the_service_starts() {
    let certificates = Certificates::new();
    let collector = WireCollector::tls(certificates.server(false)).await;
    let (ca, client) = (certificates.path("ca.pem"), certificates.path("client.pem"));
    let variables = [
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/ca.pem"),
        ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", client.as_str()),
        // A certificate is no key.
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", ca.as_str()),
        ("SSL_CERT_FILE", ca.as_str()),
    ];
    let output = start("shuts down in a task", &collector.https(), &variables).output().await;
    let logs = logs(&output);
    warned(&logs, "OTEL_EXPORTER_OTLP_CERTIFICATE=`/nowhere/ca.pem` is not a readable PEM file");
    warned(&logs, "OTEL_EXPORTER_OTLP_CLIENT_KEY=`");
    warned(&logs, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY are of use");
    assert_eq!(collector.of("trace").len(), 1, "{output:#?}");
}

#[tokio::test]
async fn what_was_to_be_encrypted_is_never_sent_in_the_clear() {
    let certificates = Certificates::new();
    let [ca, client, key] = ["ca.pem", "client.pem", "server.key"].map(|name| certificates.path(name));
    for protocol in PROTOCOLS {
        let collector = WireCollector::tls(certificates.server(false)).await;
        let variables = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", ca.as_str()),
            ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", client.as_str()),
            // The key of another certificate.
            ("OTEL_EXPORTER_OTLP_CLIENT_KEY", key.as_str()),
        ];
        let output = start("shuts down in a task", &collector.https(), &variables).output().await;
        let logs = logs(&output);
        warned(&logs, "TLS to the collector: ");
        let line = log(&logs, "telemetry is set up");
        for signal in ["traces", "metrics", "logs"] {
            assert_eq!(line["fields"][signal], "not exported", "{protocol}: {logs:#?}");
        }
    }
}
