use std::process::{Output, Stdio};

use telemetry::testing::{Collector, body, otlp::logs::v1::LogRecord, text};
use tokio::{net::TcpListener, process::Command};

/// `SEVERITY_NUMBER_ERROR` of the log data model.
const ERROR: i32 = 17;
const REASON: &str = "can't listen on";

/// A gateway whose address is taken: it can't start.
async fn start(address: &str, collector: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_severed"))
        .args(["--cut", "nothing", "gateway"])
        .env_clear()
        .env("LISTEN_ADDR", address)
        .env("ADMIN_ADDR", "127.0.0.1:0")
        .env("JWT_KEYS", format!("test:{}", "A".repeat(43)))
        .env("REDIS_URL", "redis://127.0.0.1:1/0")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

#[tokio::test]
#[ignore = "make lesson-check 18"]
async fn lesson_18_a_service_that_can_not_start_tells_the_collector_why() {
    let collector = Collector::start().await.unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ended = start(&taken.local_addr().unwrap().to_string(), collector.address()).await;
    let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(
        ended.status.code() == Some(1) && stderr.contains(REASON),
        "not yet: the process ends with {} and says {stderr:?}: whoever starts it still needs both",
        ended.status
    );
    let received = collector.received();
    let says = |record: &&LogRecord| {
        let attributes =
            record.attributes.iter().filter_map(|attribute| text(&record.attributes, &attribute.key));
        let texts: Vec<String> = attributes.chain(body(record).map(str::to_owned)).collect();
        texts.iter().any(|text| text.contains(REASON))
    };
    let Some(record) = received.records().into_iter().find(says) else {
        let bodies: Vec<&str> = received.records().into_iter().filter_map(body).collect();
        panic!(
            "not yet: the collector got {bodies:?}, and not that the service can't listen on its address: that is \
             on stderr alone, and gone with the machine"
        );
    };
    assert!(
        record.severity_number == ERROR,
        "not yet: the last words arrive as {}, and should be an ERROR",
        record.severity_text
    );
}
