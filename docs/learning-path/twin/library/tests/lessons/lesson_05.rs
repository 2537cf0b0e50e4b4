use std::time::Duration;

use redis::aio::MultiplexedConnection;
use sqlx::{Connection, Executor, PgConnection};
use telemetry::testing::otlp::trace::v1::span::SpanKind;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    told::{Hop, Told},
    twin::{FRANKENSTEIN, Twin, until},
};

const READERS: usize = 20;

#[tokio::test]
#[ignore = "the check of lesson 5"]
async fn lesson_05_a_cold_book_costs_one_statement_however_many_ask_for_it() {
    let twin = Twin::start().await;
    let client = redis::Client::open(twin.redis.as_str()).unwrap();
    let redis = client.get_multiplexed_async_connection().await.unwrap();
    stampede(&twin, &redis).await;
    let size = redis::cmd("DBSIZE");
    let filled = until(async || size.query_async::<u64>(&mut redis.clone()).await.unwrap() > 0).await;
    assert!(filled, "not yet: the book never got into the cache");
    twin.reads(FRANKENSTEIN).await;
    let told = twin.closed().await;

    let requests = told.all(|hop| hop.is("shelf", SpanKind::Server, "GET /books/{isbn}"));
    let (hit, crowd) = requests.split_last().unwrap();
    told.holds(
        requests.iter().all(|request| asked(&told, request, "redis") > 0),
        "a request looked into the cache, and no CLIENT span below it tells of that",
    );
    told.holds(asked(&told, hit, "postgresql") == 0, "a hit still went to the database");
    let statements: usize = crowd.iter().map(|request| asked(&told, request, "postgresql")).sum();
    let several =
        format!("{READERS} readers of one cold book sent {statements} statements: that is a stampede");
    told.holds(statements == 1, &several);
    told.holds(
        told.all(|hop| hop.asks("shelf", "redis")).iter().all(|hop| !hop.span.parent_span_id.is_empty()),
        "a command to the cache is a trace of its own: the task that sends it has lost its context",
    );
    let metrics = format!("{:?}", told.received.metrics);
    told.holds(
        ["hit", "miss"].iter().all(|result| metrics.contains(&format!("StringValue(\"{result}\")"))),
        "no metric counts `hit` and `miss`: spans are sampled, a ratio needs all of them",
    );
}

/// All ask before the first can be answered: a lock holds up the database until they are there.
async fn stampede(twin: &Twin, redis: &MultiplexedConnection) {
    let mut blocker = PgConnection::connect(twin.shelf.url()).await.unwrap();
    blocker.execute("BEGIN; LOCK TABLE books IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let before = lookups(redis.clone()).await;
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        readers.spawn(twin.get(FRANKENSTEIN).send());
    }
    let all_looked = until(async || lookups(redis.clone()).await >= before + READERS);
    // Who lets them look one after the other has no crowd, and need not be waited for.
    let _ = timeout(Duration::from_secs(2), all_looked).await;
    blocker.execute("COMMIT").await.unwrap();
    for answer in readers.join_all().await {
        assert!(answer.unwrap().status().is_success(), "not yet: a reader got no book");
    }
}

/// How often the server was asked for a key, by whomever.
async fn lookups(mut redis: MultiplexedConnection) -> usize {
    let stats: String = redis::cmd("INFO").arg("commandstats").query_async(&mut redis).await.unwrap();
    let calls = stats.lines().find_map(|line| line.strip_prefix("cmdstat_get:calls="));
    calls.and_then(|line| line.split(',').next()?.parse().ok()).unwrap_or_default()
}

fn asked(told: &Told, request: &Hop, system: &str) -> usize {
    told.below(request).iter().filter(|hop| hop.asks("shelf", system)).count()
}
