//! `throughline logs`: the lines of one trace, from all services, in their order.

use std::process::Output;

use throughline::viewer::Viewer;
use tokio::process::Command;

use crate::{exporting::viewer, http_call::post};

const TRACE: &str = "5b8efff798038103d269b633813fc60c";

fn logged(service: &str, records: &str) -> String {
    format!(
        r#"{{"resourceLogs":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{service}"}}}}]}},
        "scopeLogs":[{{"logRecords":[{records}]}}]}}]}}"#
    )
}

fn record(trace: &str, seconds: u32, level: &str, message: &str, attributes: &str) -> String {
    format!(
        r#"{{"traceId":"{trace}","spanId":"eee19b7ec3c1b174","timeUnixNano":"{seconds}000000000","severityText":"{level}",
        "body":{{"stringValue":"{message}"}},"attributes":[{attributes}]}}"#
    )
}

async fn send(viewer: &Viewer, body: String) {
    let url = format!("http://{}/v1/logs", viewer.otlp_http());
    assert_eq!(post(url, &[("content-type", "application/json")], body.into_bytes()).await.status, 200);
}

async fn logs(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
    command.arg("logs").args(arguments).output().await.unwrap()
}

#[tokio::test]
async fn the_lines_of_one_trace_are_printed_in_their_order() {
    let viewer = viewer().await;
    let id = r#"{"key":"order.id","value":{"stringValue":"42"}}"#;
    let stack = r#"{"key":"exception.stacktrace","value":{"stringValue":"0: main\n1: start"}}"#;
    let later = record(TRACE, 1_544_712_661, "ERROR", "not settled", stack);
    send(&viewer, logged("order-worker", &later)).await;
    let other = record("00000000000000000000000000000001", 1_544_712_660, "INFO", "another trace", "");
    let first = record(TRACE, 1_544_712_660, "INFO", "placed", id);
    send(&viewer, logged("orders", &format!("{other},{first}"))).await;

    let ui = format!("http://{}", viewer.ui());
    for trace in [TRACE.to_owned(), format!("{ui}/trace/{TRACE}")] {
        let output = logs(&[&trace, "--ui", &ui]).await;
        assert!(output.status.success(), "{output:?}");
        let expected = "2018-12-13T14:51:00Z INFO  orders       placed order.id=42\n\
            2018-12-13T14:51:01Z ERROR order-worker not settled\n    exception.stacktrace:\n0: main\n1: start\n";
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }
}

#[tokio::test]
async fn what_can_not_be_shown_is_said_in_a_sentence() {
    let viewer = viewer().await;
    let ui = format!("http://{}", viewer.ui());
    let refused = async |arguments: &[&str]| {
        let output = logs(arguments).await;
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused(&[TRACE, "--ui", &ui]).await.contains("there are no logs of trace"));
    assert!(refused(&["42x", "--ui", &ui]).await.contains("is no trace id"));
    assert!(refused(&[TRACE, "--ui", "http://127.0.0.1:1"]).await.contains("does not answer"));
    let folder = tempfile::tempdir().unwrap();
    let nowhere = refused(&[TRACE, "--state-dir", folder.path().to_str().unwrap()]).await;
    assert!(nowhere.contains("throughline up"), "{nowhere}");
}
