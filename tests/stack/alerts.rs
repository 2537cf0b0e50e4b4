//! A fault in the running system makes exactly its alert fire, and the alert clears when the fault is gone.

use std::time::Instant;

use crate::{
    rules::FasterRules,
    stack::{becomes, compose, query, sql, try_compose, until},
    traffic::Traffic,
};

/// What fires now, each alert once.
async fn firing() -> Vec<String> {
    let series = query("count by (alertname) (ALERTS{alertstate=\"firing\"})").await.unwrap_or_default();
    let mut names: Vec<_> =
        series.into_iter().filter_map(|one| one.labels.get("alertname").cloned()).collect();
    names.sort();
    names
}

async fn nothing_fires() {
    let silent = becomes(async || firing().await.is_empty()).await;
    assert!(silent, "these alerts don't clear: {:?}", firing().await);
}

/// Waits for the alert, then for silence after `mend`; in between nothing else may have fired.
async fn fires_alone_and_clears(alert: &str, mend: impl AsyncFnOnce()) {
    let begun = Instant::now();
    until(&format!("{alert} fires"), async || firing().await.iter().any(|name| name == alert)).await;
    let fired = begun.elapsed();
    assert_eq!(firing().await, [alert], "and no other");
    mend().await;
    let mended = Instant::now();
    nothing_fires().await;
    println!("{alert}: fired after {} s, cleared after {} s", fired.as_secs(), mended.elapsed().as_secs());
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn failures_slow_answers_lag_and_dead_letters_each_fire_their_own_alert_and_clear() {
    // First: where nobody asks for anything, the rules have nothing to tell.
    let traffic = Traffic::start().await;
    let _rules = FasterRules::load().await;
    nothing_fires().await;

    compose(&["stop", "--timeout", "10", "users"], &[]);
    fires_alone_and_clears("GatewayFailuresFastBurn", async || {
        compose(&["up", "--detach", "--no-deps", "--wait", "users"], &[]);
    })
    .await;

    // Without a pause between two locks, so that hardly a request gets through at once.
    let slow = Hold::begin("orders", "idempotency_keys", 0.8);
    fires_alone_and_clears("GatewayLatencyFastBurn", async || slow.end()).await;

    send_nonsense();
    fires_alone_and_clears("DeadLetters", async || ()).await;

    // The last: the orders that waited are settled late, which is an alert of its own, and rightly so.
    let stuck = Hold::begin("stock", "inbox", 30.0);
    fires_alone_and_clears("ConsumerLag", async || stuck.end()).await;
    traffic.stop().await;
}

/// A table that is locked again and again until the end, by one session: who waits has its turn in between.
struct Hold(tokio::task::JoinHandle<()>);

impl Hold {
    fn begin(database: &'static str, table: &'static str, seconds: f64) -> Self {
        let once =
            format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; PERFORM pg_sleep({seconds}); COMMIT;");
        Self(telemetry::spawn(sql(database, format!("DO $$ BEGIN LOOP {once} END LOOP; END $$"))))
    }

    /// Its session is ended too: a client that goes away does not end a statement that sleeps.
    fn end(self) {
        self.0.abort();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()";
        compose(&["exec", "-T", "postgres", "psql", "-U", "postgres", "-c", end], &[]);
    }
}

/// A message that is none of ours.
fn send_nonsense() {
    let produce = "echo nonsense | /opt/kafka/bin/kafka-console-producer.sh --bootstrap-server kafka:9092 --topic orders.placed";
    let output = try_compose(&["exec", "-T", "kafka", "bash", "-c", produce], &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
