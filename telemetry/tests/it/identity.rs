use telemetry::testing::Received;

use crate::environment::run;

fn text(received: &Received, key: &str) -> String {
    received.resource(key).unwrap_or_else(|| panic!("no `{key}`"))
}

#[tokio::test]
async fn the_manifest_says_where_in_the_cluster_a_process_runs() {
    let (received, _) = run(&[
        ("K8S_POD_NAME", "orders-7d4f"),
        ("K8S_POD_UID", "275ecb36"),
        ("K8S_NAMESPACE_NAME", "shop"),
        ("OTEL_RESOURCE_ATTRIBUTES_NODE_NAME", "node-3"),
        ("K8S_CONTAINER_NAME", "orders"),
        ("K8S_DEPLOYMENT_NAME", ""),
    ])
    .await;
    assert_eq!(text(&received, "k8s.pod.name"), "orders-7d4f");
    assert_eq!(text(&received, "k8s.pod.uid"), "275ecb36");
    assert_eq!(text(&received, "k8s.namespace.name"), "shop");
    assert_eq!(text(&received, "k8s.node.name"), "node-3");
    assert_eq!(text(&received, "k8s.container.name"), "orders");
    assert_eq!(received.resource("k8s.deployment.name"), None);
}

#[tokio::test]
async fn what_the_operator_says_wins_over_what_the_process_finds() {
    let attributes = "k8s.pod.name=said,host.name=said,service.namespace=said,service.instance.id=said,\
                      service.version=said,container.id=said";
    let (received, _) = run(&[("K8S_POD_NAME", "found"), ("OTEL_RESOURCE_ATTRIBUTES", attributes)]).await;
    for key in [
        "k8s.pod.name",
        "host.name",
        "service.namespace",
        "service.instance.id",
        "service.version",
        "container.id",
    ] {
        assert_eq!(text(&received, key), "said", "{key}");
    }
}

#[tokio::test]
async fn nobody_but_the_operator_names_the_deployment() {
    let (received, _) = run(&[]).await;
    assert_eq!(received.resource("deployment.environment.name"), None);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_process_and_its_system_are_described() {
    let (received, _) = run(&[]).await;
    assert_eq!(text(&received, "process.parent_pid"), std::process::id().to_string());
    assert_eq!(
        text(&received, "process.executable.path"),
        std::env::current_exe().unwrap().to_str().unwrap()
    );
    assert_eq!(text(&received, "os.type"), "linux");
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    for (field, key) in [("PRETTY_NAME=", "os.description"), ("VERSION_ID=", "os.version")] {
        if let Some(value) = release.lines().find_map(|line| line.strip_prefix(field)) {
            assert_eq!(text(&received, key), value.trim_matches('"'), "{key}");
        }
    }
}
