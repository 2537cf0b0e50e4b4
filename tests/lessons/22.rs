use serde_json::{Value, json};

use crate::files::{list, text, yaml};

const BASE: &str = "deploy/k8s/base";
const NAME: &str = "app.kubernetes.io/name";
const OURS: &str = "throughline";

/// All policies that `kubectl apply -k` would bring.
fn policies() -> Vec<Value> {
    let kustomization = yaml(&format!("{BASE}/kustomization.yaml")).swap_remove(0);
    let files = list(&kustomization, "/resources").iter().filter_map(Value::as_str);
    let all = files.flat_map(|file| yaml(&format!("{BASE}/{file}")));
    all.filter(|manifest| manifest["kind"] == "NetworkPolicy").collect()
}

/// An empty selector selects everything.
fn selects(selector: &Value, labels: &Value) -> bool {
    assert!(selector["matchExpressions"].is_null(), "not yet: this check reads `matchLabels` only: use them");
    let wanted = selector["matchLabels"].as_object();
    wanted.is_none_or(|wanted| wanted.iter().all(|(key, value)| labels[key] == *value))
}

/// Both selectors of one item have to fit; without one for namespaces it is the policy's own.
fn fits(peer: &Value, (namespace, pod): (&str, &str)) -> bool {
    let of_namespace = match &peer["namespaceSelector"] {
        Value::Null => namespace == OURS,
        selector => selects(selector, &json!({ "kubernetes.io/metadata.name": namespace })),
    };
    of_namespace && peer["ipBlock"].is_null() && selects(&peer["podSelector"], &json!({ NAME: pod }))
}

/// As Kubernetes decides: refused where a policy selects the pod and none of its rules lets it through.
fn gets_through(policies: &[Value], from: (&str, &str), service: &str, port: u16) -> bool {
    let labels = json!({ NAME: service, "app.kubernetes.io/part-of": OURS });
    let selected = policies.iter().filter(|policy| {
        let ingress = list(policy, "/spec/policyTypes").iter().any(|one| one == "Ingress");
        ingress && selects(&policy["spec"]["podSelector"], &labels)
    });
    let mut rules = selected.flat_map(|policy| list(policy, "/spec/ingress"));
    rules.any(|rule| {
        let (peers, ports) = (list(rule, "/from"), list(rule, "/ports"));
        let named = |own: &Value| text(own, "/port") == "grpc" && port > 50_000;
        (peers.is_empty() || peers.iter().any(|peer| fits(peer, from)))
            && (ports.is_empty() || ports.iter().any(|own| own["port"] == port || named(own)))
    })
}

#[tokio::test]
#[ignore = "make lesson-check 22"]
async fn lesson_22_the_console_reaches_orders_and_nobody_else_does() {
    let policies = policies();
    let through = |from, service, port| gets_through(&policies, from, service, port);
    let console = ("support", "console");
    assert!(
        through(console, "orders", 50052),
        "not yet: the pod `console` of the namespace `support` does not get through to orders:50052"
    );
    assert!(
        !through(("support", "chat"), "orders", 50052),
        "not yet: every pod of the namespace `support` gets through to orders:50052: two items of `from` are two ways, \
         two selectors of one item are one"
    );
    assert!(
        !through((OURS, "console"), "orders", 50052) && !through(("default", "console"), "orders", 50052),
        "not yet: a pod called `console` gets through to orders:50052 from a namespace that is not `support`"
    );
    for (service, port) in [("orders", 9103), ("users", 50051), ("gateway", 8080)] {
        assert!(
            !through(console, service, port),
            "not yet: the console gets through to {service}:{port} too"
        );
    }
    for pod in ["gateway", "order-worker"] {
        assert!(
            through((OURS, pod), "orders", 50052),
            "not yet: {pod} does not get through to orders any more"
        );
    }
}
