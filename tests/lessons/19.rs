use crate::{
    customer::Customer,
    files::{list, yaml},
    system::System,
};

/// The first that matches decides.
const RULES: &str = "keep user_agent.original=probe-of-ours*; drop user_agent.original=probe*; *=1";

/// The trace of a request by somebody who calls himself `agent`.
async fn traced(customer: &Customer, agent: &str) -> String {
    let request = customer.get("/api/v1/products").header("user-agent", agent);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.headers()["x-trace-id"].to_str().unwrap().to_owned()
}

#[tokio::test]
#[ignore = "make lesson-check 19"]
async fn lesson_19_a_rule_drops_at_the_head() {
    let settings =
        [("OTEL_TRACES_SAMPLER", "parentbased_throughline_rules"), ("OTEL_TRACES_SAMPLER_ARG", RULES)];
    let mut system = System::start_with(None, &settings).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let probe = traced(&customer, "probe/1").await;
    let ours = traced(&customer, "probe-of-ours/1").await;
    let browser = traced(&customer, "browser/1").await;
    system.stop_services().await;
    let recorded = |id: &str| !system.trace(id).is_empty();
    assert!(
        !recorded(&probe),
        "not yet: with the rules `{RULES}` a request of `probe/1` is recorded, and should be dropped"
    );
    assert!(
        recorded(&ours),
        "not yet: with the rules `{RULES}` a request of `probe-of-ours/1` is dropped: the first rule that matches decides"
    );
    assert!(recorded(&browser), "not yet: with the rules `{RULES}` a request of `browser/1` is dropped too");
}

#[tokio::test]
#[ignore = "make lesson-check 19"]
async fn lesson_19_who_gave_up_is_kept_at_the_tail() {
    for path in ["otel-collector-config.yaml", "deploy/k8s/observability/gateway.yaml"] {
        let config = yaml(path).swap_remove(0);
        let policies = list(&config, "/processors/tail_sampling/policies");
        let policy =
            policies.iter().map(ToString::to_string).find(|one| one.contains("throughline.cancelled"));
        let Some(policy) = policy else {
            panic!("not yet: no policy of tail_sampling in {path} asks for `throughline.cancelled`");
        };
        assert!(
            policy.contains("events"),
            "not yet: the policy in {path} keeps every stream, since its watchers go away in the end: leave out /events"
        );
    }
}
