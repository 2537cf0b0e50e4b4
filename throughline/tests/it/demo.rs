//! `throughline demo` from outside.

use std::process::Command;

use crate::{exporting::viewer, program::Program};

fn demo(arguments: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
    let output = command.arg("demo").args(arguments).envs(environment.iter().copied()).output().unwrap();
    (
        output.status.code(),
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat(),
    )
}

#[tokio::test]
async fn the_demo_shows_three_whole_traces_whatever_the_operators_telemetry_is() {
    // Each of these would leave the viewer without spans, or with wrong names.
    let environment = [
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_SERVICE_NAME", "laptop"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ];
    let (code, output) = demo(&[], &environment);
    assert_eq!(code, Some(0), "{output}");
    assert_eq!(output.matches("gateway POST /api/v1/orders").count(), 3, "{output}");
    assert_eq!(output.matches("order-worker process orders.placed").count(), 2, "{output}");
}

#[tokio::test]
async fn the_demo_fails_when_the_spans_are_not_there() {
    let mut up = Program::up(&["--free-ports"]);
    let run_file = up.ready().await;
    let gateway = format!("http://{}", run_file.services[0].address.clone().unwrap());
    let empty = viewer().await;
    #[allow(clippy::disallowed_methods, reason = "there is no trace to keep")]
    let (code, output) = tokio::task::spawn_blocking(move || {
        demo(&["--against", &gateway, "--ui", &format!("http://{}", empty.ui())], &[])
    })
    .await
    .unwrap();
    assert!(code == Some(1) && output.contains("a trace is not what it should be"), "{output}");
    assert_eq!(up.interrupt().await.0, Some(0));
}

#[test]
fn a_running_system_needs_both_addresses() {
    assert_eq!(demo(&["--against", "http://127.0.0.1:8080"], &[]).0, Some(64));
}

#[tokio::test]
async fn the_demo_shows_two_traces_and_a_link_where_the_worker_makes_them() {
    let (code, output) = demo(&[], &[("MESSAGING_TRACE", "link")]);
    assert_eq!(code, Some(0), "{output}");
    assert_eq!(output.matches("\ngateway POST /api/v1/orders").count(), 3, "{output}");
    assert_eq!(output.matches("\norder-worker process orders.placed").count(), 2, "{output}");
}
