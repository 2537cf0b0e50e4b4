//! An order live.

use http::{Method, StatusCode, header};
use http_body_util::Full;
use proto::orders::v1::OrderStatus;
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    event_stream::{EventStream, Message},
    logs::Logs,
    orders_peer::{OrdersPeer, SILENT},
    support::{Gateway, PATIENCE, Setup, token, token_of},
};

struct Watched {
    peer: OrdersPeer,
    gateway: Gateway,
    order: Uuid,
    token: String,
}

impl Watched {
    async fn pending() -> Self {
        let (peer, orders_url) = OrdersPeer::start().await;
        let gateway = Gateway::start_with(&Setup { orders_url, ..Setup::new() }).await;
        let user = Uuid::now_v7();
        Self { order: peer.place(user), token: token_of(user), peer, gateway }
    }

    async fn open(&self, known: Option<&str>) -> EventStream {
        EventStream::open(&self.gateway, self.order, &self.token, known).await
    }
}

#[tokio::test]
async fn each_status_comes_as_an_event_and_the_settled_one_is_the_last() {
    let watched = Watched::pending().await;
    let mut events = watched.open(None).await;
    assert_eq!(events.headers[header::CACHE_CONTROL], "no-cache");
    assert_eq!(events.headers["x-accel-buffering"], "no");
    assert_eq!(events.status().await, "pending");
    watched.peer.settle(watched.order, OrderStatus::Confirmed);
    let Some(Message::Status { id, order }) = events.next().await else { panic!("an event") };
    assert_eq!((id.as_str(), order["id"].as_str().unwrap()), ("confirmed", &*watched.order.to_string()));
    assert!(order["settled_at"].is_string());
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn who_knows_the_present_status_is_not_told_it_again() {
    let watched = Watched::pending().await;
    let mut events = watched.open(Some("pending")).await;
    watched.peer.settle(watched.order, OrderStatus::Rejected);
    assert_eq!(events.status().await, "rejected");
    assert_eq!(events.next().await, None);

    assert_eq!(watched.open(Some("rejected")).await.next().await, None, "nothing is left to tell");
    for other in ["pending", "nonsense"] {
        assert_eq!(watched.open(Some(other)).await.status().await, "rejected", "{other}");
    }
}

#[tokio::test]
async fn a_silent_stream_has_a_heartbeat_every_quarter_of_a_minute_and_ends_after_five_minutes() {
    let watched = Watched::pending().await;
    let mut events = watched.open(None).await;
    assert_eq!(events.status().await, "pending");
    let begin = tokio::time::Instant::now();
    // From now on the clock jumps to the next timer whenever nothing else is to be done.
    tokio::time::pause();
    assert_eq!(events.next().await, Some(Message::Heartbeat));
    assert_eq!(begin.elapsed().as_secs(), 15);
    let mut heartbeats = 1;
    while let Some(message) = events.next().await {
        assert_eq!(message, Message::Heartbeat);
        heartbeats += 1;
    }
    assert_eq!(heartbeats, 19);
    assert_eq!(begin.elapsed().as_secs(), 300);
}

#[tokio::test]
async fn a_stop_of_the_gateway_ends_the_stream_and_does_not_wait_for_the_order() {
    let watched = Watched::pending().await;
    let mut events = watched.open(None).await;
    assert_eq!(events.status().await, "pending");
    watched.gateway.shutdown.request();
    assert_eq!(timeout(PATIENCE, events.next()).await.expect("the stream ends"), None);
    timeout(PATIENCE, watched.gateway.served).await.expect("the gateway ends").unwrap();
}

#[tokio::test]
async fn a_stop_of_orders_ends_the_stream_without_an_error_in_the_log() {
    let (logs, _guard) = Logs::capture();
    let watched = Watched::pending().await;
    let mut events = watched.open(None).await;
    assert_eq!(events.status().await, "pending");
    watched.peer.take_away(watched.order);
    assert_eq!(timeout(PATIENCE, events.next()).await.expect("the stream ends"), None);
    assert_eq!(logs.lines_with("WARN") + logs.lines_with("ERROR"), 0, "{}", logs.text());
}

#[tokio::test]
async fn a_caller_who_goes_away_ends_the_call_to_orders() {
    let watched = Watched::pending().await;
    let mut events = watched.open(None).await;
    assert_eq!(events.status().await, "pending");
    assert_eq!(watched.peer.watchers(), 1);
    drop(events);
    timeout(PATIENCE, watched.peer.watched_by_nobody()).await.expect("the call ends");
}

#[tokio::test]
async fn the_span_of_the_request_lasts_as_long_as_the_stream() {
    let name = "GET /api/v1/orders/{id}/events";
    let watched = Watched::pending().await;
    let mut events = watched.open(None).await;
    assert_eq!(events.status().await, "pending");
    assert!(watched.gateway.recorder.spans().iter().all(|span| span.name != name), "it is not over");
    watched.peer.settle(watched.order, OrderStatus::Confirmed);
    while events.next().await.is_some() {}
    let both = |spans: &[telemetry::testing::SpanData]| {
        [name, "orders.v1.OrderService/WatchOrder"].iter().all(|name| spans.iter().any(|s| s.name == *name))
    };
    let spans = timeout(PATIENCE, watched.gateway.recorder.wait_for(both)).await.expect("both end");
    let find = |name| spans.iter().find(|span| span.name == name).unwrap();
    let (server, client) = (find(name), find("orders.v1.OrderService/WatchOrder"));
    assert_eq!(client.parent_span_id, server.span_context.span_id());
    assert!(server.end_time >= client.end_time, "it holds the whole call");
    assert_eq!(events.headers["x-trace-id"], server.span_context.trace_id().to_string());
}

#[tokio::test]
async fn somebody_elses_order_is_404_before_any_event() {
    let watched = Watched::pending().await;
    let answer = watched.gateway.get(&format!("/api/v1/orders/{}/events", watched.order), &token()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_state_that_does_not_come_is_504() {
    let watched = Watched::pending().await;
    let path = format!("/api/v1/orders/{SILENT}/events");
    assert_eq!(watched.gateway.get(&path, &watched.token).await.status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn the_first_stream_too_many_is_told_to_come_back_and_other_calls_go_on() {
    let watched = Watched::pending().await;
    let mut open = Vec::new();
    for _ in 0..200 {
        // Each user has 200 requests a second: every caller here is another one.
        let user = Uuid::now_v7();
        let order = watched.peer.place(user);
        open.push(EventStream::open(&watched.gateway, order, &token_of(user), None).await);
    }
    let path = format!("/api/v1/orders/{}/events", watched.order);
    let refused = watched.gateway.get(&path, &watched.token).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.header(header::RETRY_AFTER), "1");
    assert_eq!(watched.gateway.cancel(watched.order, &watched.token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_in_the_query_is_400_and_says_where_it_belongs() {
    let watched = Watched::pending().await;
    let path = format!("/api/v1/orders/{}/events?access_token={}", watched.order, watched.token);
    let without = watched.gateway.request(Method::GET, &path).body(Full::default()).unwrap();
    for answer in [watched.gateway.send(without).await, watched.gateway.get(&path, &watched.token).await] {
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.detail().contains("Authorization"), "{}", answer.detail());
    }
}

#[tokio::test]
async fn a_last_event_id_that_is_not_ascii_or_sent_twice_is_400() {
    let watched = Watched::pending().await;
    let values: [&[&[u8]]; 2] = [&[b"\xff\xfe"], &[b"pending", b"pending"]];
    for values in values {
        let mut request = watched
            .gateway
            .request(Method::GET, &format!("/api/v1/orders/{}/events", watched.order))
            .header(header::AUTHORIZATION, format!("Bearer {}", watched.token))
            .body(Full::default())
            .unwrap();
        for value in values {
            request.headers_mut().append("last-event-id", (*value).try_into().unwrap());
        }
        assert_eq!(watched.gateway.send(request).await.status, StatusCode::BAD_REQUEST, "{values:?}");
    }
}
