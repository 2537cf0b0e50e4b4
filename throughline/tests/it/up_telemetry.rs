//! Where the services of `up` send their telemetry.

use crate::{
    exporting::viewer,
    http_call::get,
    program::{Program, until_async},
};

async fn services(ui: &str) -> Vec<String> {
    let answer = get(format!("{ui}/api/services")).await.json();
    serde_json::from_value(answer["data"].clone()).unwrap()
}

/// One request that crosses to `orders`.
async fn ask_for_products(up: &mut Program) -> String {
    let run_file = up.ready().await;
    let gateway = run_file.services[0].address.clone().unwrap();
    assert_eq!(get(format!("http://{gateway}/api/v1/products")).await.status, 200);
    run_file.ui
}

#[tokio::test]
async fn the_services_keep_their_names_whatever_up_is_called() {
    let mut up = Program::up_with(&["--free-ports"], &[("OTEL_SERVICE_NAME", "laptop")]);
    let ui = ask_for_products(&mut up).await;
    until_async(async || services(&ui).await.len() >= 2).await;
    assert_eq!(services(&ui).await, ["gateway", "orders"]);
    assert_eq!(up.interrupt().await.0, Some(0));
}

#[tokio::test]
async fn an_operators_collector_gets_the_spans_and_the_viewer_none() {
    let collector = viewer().await;
    let endpoint = format!("http://{}", collector.otlp_grpc());
    let mut up = Program::up_with(&["--free-ports"], &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    let ui = ask_for_products(&mut up).await;
    let arrived =
        collector.store().wait_for(|store| store.spans().into_iter().find(|span| span.service() == "orders"));
    tokio::time::timeout(std::time::Duration::from_secs(60), arrived).await.unwrap();
    assert!(services(&ui).await.is_empty());
    let (code, output) = up.interrupt().await;
    assert!(code == Some(0) && output.contains("the viewer stays empty"), "{output}");
}
