//! `throughline trace`: one trace as a tree.

use opentelemetry::{Context, trace::SpanKind};
use tokio::process::Command;

use crate::exporting::{Process, named, trace_id, viewer};

#[tokio::test]
async fn a_trace_is_printed_as_a_tree() {
    let viewer = viewer().await;
    let (gateway, orders) = (Process::of("gateway", "g1"), Process::of("orders", "o1"));
    let server = gateway.span(&Context::new(), named("POST /api/v1/orders", SpanKind::Server));
    let called = gateway.span(&server, named("orders.v1.OrderService/PlaceOrder", SpanKind::Client));
    orders.failed(&called, named("orders.v1.OrderService/PlaceOrder", SpanKind::Server), "no stock");
    for process in [&gateway, &orders] {
        process.send_grpc(&viewer, None).await;
    }
    let ui = format!("http://{}", viewer.ui());
    let trace = async |id: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
        command.args(["trace", id, "--ui", &ui]).output().await.unwrap()
    };

    let id = trace_id(&server);
    let output = trace(&id).await;
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], format!("trace {id}, 3 spans"));
    assert!(lines[2].starts_with("gateway POST /api/v1/orders  "), "{printed}");
    assert!(lines[3].starts_with("└─ gateway orders.v1.OrderService/PlaceOrder  "), "{printed}");
    assert!(lines[4].starts_with("   └─ orders orders.v1.OrderService/PlaceOrder  "), "{printed}");
    assert!(lines[4].contains("ERROR"), "{printed}");
    assert!(printed.ends_with(&format!("{ui}/trace/{id}\n")), "{printed}");

    let unknown = trace("00000000000000000000000000000001").await;
    assert_eq!(unknown.status.code(), Some(1), "{unknown:?}");
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("there is no trace"));
}
