use local_servers::testing::redis_url;
use opentelemetry::trace::{SpanKind, Status};
use redis::{AsyncCommands, Client, ConnectionAddr};
use telemetry::{Redis, testing::Recorder};

use crate::recorded::{attribute, durations, names, span, text};

async fn connection() -> (Redis, Recorder, redis::ConnectionInfo) {
    let client = Client::open(redis_url()).unwrap();
    let info = client.get_connection_info().clone();
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    (telemetry.redis(client.get_connection_manager().await.unwrap(), &info), recorder, info)
}

#[tokio::test]
async fn a_command_is_a_client_span_without_its_key() {
    let (mut redis, recorder, info) = connection().await;
    let () = redis.set("user:ada@example.org", "secret").await.unwrap();
    let value: String = redis.get("user:ada@example.org").await.unwrap();
    assert_eq!(value, "secret");
    let span = span(&recorder, "GET").await;
    assert_eq!(span.span_kind, SpanKind::Client);
    assert_eq!(attribute(&span, "db.system.name"), text("redis"));
    assert_eq!(attribute(&span, "db.operation.name"), text("GET"));
    assert_eq!(attribute(&span, "db.namespace"), text(&info.redis_settings().db().to_string()));
    let ConnectionAddr::Tcp(host, port) = info.addr() else { panic!("{:?}", info.addr()) };
    assert_eq!(attribute(&span, "server.address"), text(host));
    assert_eq!(attribute(&span, "server.port"), Some(i64::from(*port).into()));
    let recorded = format!("{:?}", recorder.spans());
    assert!(!recorded.contains("ada@") && !recorded.contains("secret"), "{recorded}");
}

#[tokio::test]
async fn a_pipeline_is_one_span_with_its_size() {
    let (mut redis, recorder, _) = connection().await;
    let () = redis::pipe().set("a", 1).set("b", 2).query_async(&mut redis).await.unwrap();
    let () = redis::pipe().atomic().set("a", 1).incr("a", 1).query_async(&mut redis).await.unwrap();
    let () = redis::pipe().del("a").query_async(&mut redis).await.unwrap();
    let () = redis::pipe().atomic().set("a", 1).query_async(&mut redis).await.unwrap();
    assert_eq!(names(&recorder.spans()), ["PIPELINE SET", "MULTI", "DEL", "MULTI SET"]);
    let sizes: Vec<_> =
        recorder.spans().iter().map(|span| attribute(span, "db.operation.batch.size")).collect();
    assert_eq!(sizes, [Some(2.into()), Some(2.into()), None, None]);
}

#[tokio::test]
async fn an_error_of_the_server_is_its_prefix_on_span_and_duration() {
    let (mut redis, recorder, _) = connection().await;
    let () = redis.set("a", "text").await.unwrap();
    let wrong: Result<i64, _> = redis.llen("a").await;
    wrong.unwrap_err();
    let span = span(&recorder, "LLEN").await;
    assert_eq!(attribute(&span, "db.response.status_code"), text("WRONGTYPE"));
    assert_eq!(attribute(&span, "error.type"), text("WRONGTYPE"));
    assert_eq!(span.status, Status::error(""));
    let series = durations(&recorder, "db.client.operation.duration");
    let failed = series.iter().find(|series| series.label("error.type").is_some()).unwrap();
    assert_eq!(failed.label("db.operation.name"), text("LLEN"));
    assert_eq!(failed.bounds, [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0]);
}

#[tokio::test]
async fn a_command_that_fails_inside_a_pipeline_turns_its_span_red() {
    let (mut redis, recorder, _) = connection().await;
    let () = redis.set("a", "text").await.unwrap();
    let wrong: Result<(i64, i64), _> = redis::pipe().llen("a").llen("a").query_async(&mut redis).await;
    wrong.unwrap_err();
    let span = span(&recorder, "PIPELINE LLEN").await;
    assert_eq!(attribute(&span, "error.type"), text("WRONGTYPE"));
}

#[tokio::test]
async fn a_server_that_is_gone_is_an_error_with_a_name() {
    let client = Client::open("redis://127.0.0.1:1").unwrap();
    let info = client.get_connection_info().clone();
    let config = redis::aio::ConnectionManagerConfig::new().set_number_of_retries(0);
    let manager = redis::aio::ConnectionManager::new_lazy_with_config(client, config).unwrap();
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let lost: Result<(), _> = telemetry.redis(manager, &info).get("a").await;
    lost.unwrap_err();
    assert_eq!(attribute(&span(&recorder, "GET").await, "error.type"), text("io"));
}
