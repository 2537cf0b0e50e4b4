use serde_json::Value;

use crate::files::{list, read, text, yaml};

const RULES: [&str; 2] = ["deploy/prometheus/rules/services.yaml", "deploy/prometheus/rules/slo.yaml"];
const TESTS: [&str; 2] = ["deploy/prometheus/tests/services.yaml", "deploy/prometheus/tests/slo.yaml"];
/// Who waits for a connection of the pool, and how long.
const POOL: [&str; 2] = ["db_client_connection_pending_requests", "db_client_connection_wait_time_seconds"];

fn asks_for_the_pool(text: &str) -> bool {
    POOL.iter().any(|metric| text.contains(metric))
}

#[tokio::test]
#[ignore = "make lesson-check 20"]
async fn lesson_20_a_pool_that_waits_is_a_ticket_with_a_page_and_a_test() {
    let groups: Vec<Value> =
        RULES.iter().flat_map(|path| yaml(path)).flat_map(|file| list(&file, "/groups").to_vec()).collect();
    let mut rules = groups.iter().flat_map(|group| list(group, "/rules"));
    let alert = rules.find(|rule| rule["alert"].is_string() && asks_for_the_pool(text(rule, "/expr")));
    let Some(alert) = alert else {
        panic!("not yet: no alert in deploy/prometheus/rules asks for {} or {}_…", POOL[0], POOL[1]);
    };
    let name = text(alert, "/alert");
    assert!(text(alert, "/expr").contains("service_name"), "not yet: {name} does not say of which service");
    assert!(
        !text(alert, "/for").is_empty(),
        "not yet: {name} has no `for`: a burst of a second is no reason"
    );
    assert!(
        text(alert, "/labels/severity") == "ticket",
        "not yet: {name} is no ticket: a cause wakes nobody, the promise that it breaks does"
    );
    let page = text(alert, "/annotations/runbook_url");
    let title = read(page).lines().next().unwrap_or_default().to_owned();
    assert!(
        title.trim_start_matches("# ").split(", ").any(|about| about == name),
        "not yet: {name} has no runbook: its runbook_url is `{page}`, and no page with the title `# {name}` is there"
    );
    is_tested(name);
}

/// `promtool test rules` runs the tests; that there are some is seen here.
fn is_tested(name: &str) {
    let files: Vec<Value> = TESTS.iter().flat_map(|path| yaml(path)).collect();
    let tests = files.iter().flat_map(|file| list(file, "/tests"));
    let own: Vec<&Value> =
        tests.filter(|test| asks_for_the_pool(&test["input_series"].to_string())).collect();
    let expected = |wanted: &dyn Fn(&[Value]) -> bool| {
        own.iter().flat_map(|test| list(test, "/promql_expr_test")).any(|at| wanted(list(at, "/exp_samples")))
    };
    let fires = format!("alertname=\"{name}\"");
    let firing = expected(&|samples| samples.iter().any(|sample| text(sample, "/labels").contains(&fires)));
    assert!(firing, "not yet: no test in deploy/prometheus/tests gives a pool that waits and expects {name}");
    assert!(
        expected(&<[Value]>::is_empty),
        "not yet: no test in deploy/prometheus/tests has a pool for which nothing fires"
    );
}
