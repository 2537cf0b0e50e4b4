use serde_json::Value;

use crate::files::{list, read, text, yaml};

const OVERLAY: &str = "deploy/k8s/overlays/production/kustomization.yaml";
const ORDERS_A_SECOND: f64 = 5_000.0;
/// Of the topic, as the lesson says.
const PARTITIONS: u64 = 80;
/// Of a core that is asked for, where no autoscaler says another share.
const USE: f64 = 0.6;

/// Milliseconds of processor time that an order costs, by the table in docs/scaling.md.
fn cost(service: &str) -> f64 {
    let page = read("docs/scaling.md");
    let row = page.lines().find_map(|line| line.strip_prefix(&format!("| {service} | "))).unwrap();
    row.split(" ms").next().unwrap().parse().unwrap()
}

/// A manifest of the base as the overlay changes it.
fn in_production(service: &str, kind: &str) -> Value {
    let mut all = yaml(&format!("deploy/k8s/base/{service}.yaml"));
    let at = all.iter().position(|manifest| manifest["kind"] == kind).unwrap();
    let mut manifest = all.swap_remove(at);
    let overlay = yaml(OVERLAY).swap_remove(0);
    for patch in list(&overlay, "/patches") {
        let (of_kind, of_name) = (text(patch, "/target/kind"), text(patch, "/target/name"));
        if (of_kind.is_empty() || of_kind == kind) && (of_name.is_empty() || of_name == service) {
            apply(&mut manifest, text(patch, "/patch"));
        }
    }
    manifest
}

/// A JSON patch of the operations `add` and `replace`, for fields whose parent is there.
fn apply(manifest: &mut Value, patch: &str) {
    let operations: Vec<Value> =
        serde_saphyr::from_str(patch).expect("not yet: write the overlay's patches as lists of operations");
    for operation in operations {
        let (parent, field) = text(&operation, "/path").rsplit_once('/').unwrap();
        let Some(parent) = manifest.pointer_mut(parent) else { continue };
        match parent.get_mut(field) {
            Some(old) => *old = operation["value"].clone(),
            None => parent[field] = operation["value"].clone(),
        }
    }
}

/// Cores that a replica asks for.
fn request(service: &str) -> f64 {
    let deployment = in_production(service, "Deployment");
    let cpu = &deployment["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"];
    let written = cpu.as_str().map_or_else(|| cpu.to_string(), str::to_owned);
    let milli = written.strip_suffix('m').map(|milli| milli.parse::<f64>().unwrap() / 1_000.0);
    milli.unwrap_or_else(|| written.parse().unwrap())
}

fn carries(service: &str, replicas: u64, share: f64) {
    let carried = replicas as f64 * request(service) * share * 1_000.0 / cost(service);
    assert!(
        carried >= ORDERS_A_SECOND,
        "not yet: in production {service} has at most {replicas} replicas of {} cores, at {:.0} % that is {carried:.0} \
         orders a second, not {ORDERS_A_SECOND:.0}",
        request(service),
        share * 100.0
    );
}

#[tokio::test]
#[ignore = "make lesson-check 23"]
async fn lesson_23_production_carries_five_thousand_orders_a_second() {
    for service in ["gateway", "users", "orders"] {
        let scaler = in_production(service, "HorizontalPodAutoscaler");
        let share = &scaler["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"];
        carries(service, scaler["spec"]["maxReplicas"].as_u64().unwrap(), share.as_f64().unwrap() / 100.0);
    }
    let scaler = in_production("order-worker", "ScaledObject");
    let workers = scaler["spec"]["maxReplicaCount"].as_u64().unwrap();
    assert!(
        workers <= PARTITIONS,
        "not yet: of {workers} workers {} would idle: the topic has {PARTITIONS} partitions",
        workers.saturating_sub(PARTITIONS)
    );
    carries("order-worker", workers, USE);
}
