//! The running stack as a test sees it: its ports, its queries, its containers.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::{Command, Output},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

pub const GATEWAY: &str = "http://127.0.0.1:8080";
pub const JAEGER: &str = "http://127.0.0.1:16686";
pub const PROMETHEUS: &str = "http://127.0.0.1:9090";
pub const OTLP: &str = "http://127.0.0.1:4318/v1/traces";

/// What a test waits for takes seconds: a decision, a flush, a scrape, an evaluation.
const PATIENCE: Duration = Duration::from_secs(120);

/// One series of an answer of Prometheus.
#[derive(Debug, Clone)]
pub struct Series {
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

/// Asks until it is so: nothing of the stack tells by itself.
pub async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    assert!(becomes(is_so).await, "it never came to this: {what}");
}

/// Whether it is so before patience ends.
pub async fn becomes(is_so: impl AsyncFn() -> bool) -> bool {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.is_ok()
}

/// Waits until the Collector takes what is sent to it, and its figures are its own: of one that has just been killed,
/// Prometheus has those of before until it asks again.
pub async fn collector_answers() {
    until("the Collector takes spans", async || {
        let answer = Client::new().post(OTLP).json(&json!({})).send().await;
        answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
    })
    .await;
    let began = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    until("Prometheus has asked the Collector since", async || {
        let asked = sum("timestamp(up{job=\"otel-collector\"})").await > began;
        asked && sum("up{job=\"otel-collector\"}").await == 1.0
    })
    .await;
}

async fn get(url: &str, query: &[(&str, &str)]) -> Option<Value> {
    let answer = Client::new().get(url).query(query).send().await.ok()?;
    answer.json().await.ok()
}

/// The series of an instant query; what Prometheus says of a query that is none.
pub async fn query(promql: &str) -> Result<Vec<Series>, String> {
    let answer = get(&format!("{PROMETHEUS}/api/v1/query"), &[("query", promql)]).await;
    let answer = answer.ok_or("Prometheus does not answer")?;
    if answer["status"] != "success" {
        return Err(format!("{promql}: {}", answer["error"]));
    }
    let results = answer["data"]["result"].as_array().cloned().unwrap_or_default();
    Ok(results.iter().map(series).collect())
}

fn series(result: &Value) -> Series {
    let labels = result["metric"].as_object().into_iter().flatten();
    Series {
        labels: labels
            .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        value: result["value"][1].as_str().and_then(|value| value.parse().ok()).unwrap_or(f64::NAN),
    }
}

/// The sum of all series of a query; 0 when there are none.
pub async fn sum(promql: &str) -> f64 {
    query(promql).await.unwrap().iter().map(|series| series.value).sum()
}

/// The ids of the traces that a metric's exemplars have named since then.
pub async fn exemplars(selector: &str, since: SystemTime) -> BTreeSet<String> {
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let (start, end) = (seconds(since).to_string(), (seconds(SystemTime::now()) + 1).to_string());
    let parameters = [("query", selector), ("start", start.as_str()), ("end", end.as_str())];
    let answer = get(&format!("{PROMETHEUS}/api/v1/query_exemplars"), &parameters).await.unwrap_or_default();
    let all = answer["data"].as_array().into_iter().flatten();
    let exemplars = all.flat_map(|series| series["exemplars"].as_array().cloned().unwrap_or_default());
    exemplars.filter_map(|exemplar| Some(exemplar["labels"]["trace_id"].as_str()?.to_owned())).collect()
}

/// The spans that Jaeger has of a trace.
pub async fn spans(trace_id: &str) -> Vec<Value> {
    let trace = get(&format!("{JAEGER}/api/traces/{trace_id}"), &[]).await.unwrap_or_default();
    trace["data"][0]["spans"].as_array().cloned().unwrap_or_default()
}

/// How many of these traces Jaeger has.
pub async fn known(trace_ids: impl IntoIterator<Item = &str>) -> usize {
    let mut known = 0;
    for id in trace_ids {
        known += usize::from(!spans(id).await.is_empty());
    }
    known
}

/// Runs `docker compose` in this folder's stack; its environment is that of this process and `variables`.
pub fn compose(arguments: &[&str], variables: &[(&str, &str)]) {
    let output = try_compose(arguments, variables);
    assert!(
        output.status.success(),
        "docker compose {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

pub fn try_compose(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut command = Command::new("docker");
    command.arg("compose").args(arguments).current_dir(root).envs(variables.iter().copied());
    command.output().expect("docker can be run")
}

/// SQL in the stack's PostgreSQL, as its superuser; it may take its time, and may be ended from outside.
pub async fn sql(database: &'static str, statement: String) {
    let run = move || {
        let psql = [
            "exec",
            "-T",
            "postgres",
            "psql",
            "-U",
            "postgres",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
            "-c",
        ];
        try_compose(&[&psql[..], &[statement.as_str()]].concat(), &[])
    };
    drop(telemetry::spawn_blocking(run).await.unwrap());
}
