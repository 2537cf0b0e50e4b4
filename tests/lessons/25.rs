use std::collections::BTreeMap;

use serde_json::Value;

use crate::{customer::Customer, files::yaml, system::System};

const SERVICES: [&str; 4] = ["gateway", "users", "orders", "order-worker"];

/// How `docker compose` fills in a value: `${NAME:-default}`, or nothing at all, which is the name's own.
fn filled(name: &str, written: &Value, operator: &BTreeMap<&str, &str>) -> String {
    let Some(text) = written.as_str() else {
        let own = operator.get(name).copied().unwrap_or_default().to_owned();
        return if written.is_null() { own } else { written.to_string() };
    };
    let Some(variable) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return text.to_owned();
    };
    let (name, default) = variable.split_once(":-").or(variable.split_once('-')).unwrap_or((variable, ""));
    operator.get(name).copied().unwrap_or(default).to_owned()
}

/// What a container is told, if the operator says `operator`.
fn told(service: &str, name: &str, operator: &BTreeMap<&str, &str>) -> String {
    let compose = yaml("docker-compose.yml").swap_remove(0);
    let environment = &compose["services"][service]["environment"];
    environment.get(name).map(|written| filled(name, written, operator)).unwrap_or_default()
}

#[tokio::test]
#[ignore = "make lesson-check 25"]
async fn lesson_25_a_switch_and_a_share_reach_every_service() {
    let nothing = BTreeMap::new();
    let operator = BTreeMap::from([
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.1"),
    ]);
    for service in SERVICES {
        for (name, value) in &operator {
            let came = told(service, name, &operator);
            assert!(
                came == *value,
                "not yet: with {name}={value} `docker compose up` tells {service} {name}=`{came}`"
            );
        }
        let (off, sampler) =
            (told(service, "OTEL_SDK_DISABLED", &nothing), told(service, "OTEL_TRACES_SAMPLER", &nothing));
        assert!(
            off != "true" && ["", "parentbased_always_on"].contains(&sampler.as_str()),
            "not yet: where the operator says nothing, {service} has to record everything: it is told \
             OTEL_SDK_DISABLED=`{off}` and OTEL_TRACES_SAMPLER=`{sampler}`"
        );
    }
    switched_off(&told("gateway", "OTEL_SDK_DISABLED", &operator)).await;
}

/// The switch costs telemetry and nothing else.
async fn switched_off(value: &str) {
    let mut system = System::start_with(None, &[("OTEL_SDK_DISABLED", value)]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let answer = customer.order("key", "TEA-001", 1).await;
    assert_eq!(answer.status(), 202);
    let order: Value = answer.json().await.unwrap();
    let settled = customer.settled(order["id"].as_str().unwrap()).await;
    assert_eq!(settled["status"], "confirmed");
    system.stop_services().await;
    let spans = system.spans().len();
    assert!(spans == 0, "not yet: the switch is on, and {spans} spans arrive");
}
