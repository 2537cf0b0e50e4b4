//! How often is too often. The windows are held open, so that no test depends on how fast it runs.

use http::{Method, StatusCode, header};
use http_body_util::Full;
use redis::{AsyncCommands, aio::MultiplexedConnection};
use serde_json::json;
use tokio::time::timeout;

use crate::support::{Answer, Gateway, PATIENCE, Setup, token};

const HOUR_MS: i64 = 3_600_000;

struct Counters(MultiplexedConnection);

impl Counters {
    async fn of(setup: &Setup) -> Self {
        let client = redis::Client::open(&*setup.redis_url).unwrap();
        Self(client.get_multiplexed_async_connection().await.unwrap())
    }

    async fn keys(&mut self, pattern: &str) -> Vec<String> {
        self.0.keys(pattern).await.unwrap()
    }

    /// Makes every counter live for an hour, and says how many there are. One that has just ended is none.
    async fn hold(&mut self) -> usize {
        let mut held = 0;
        for key in self.keys("*").await {
            held += usize::from(self.0.pexpire::<_, bool>(key, HOUR_MS).await.unwrap());
        }
        held
    }

    async fn add(&mut self, key: &str, requests: i64) {
        let _: i64 = self.0.incr(key, requests).await.unwrap();
    }

    async fn value(&mut self, key: &str) -> i64 {
        self.0.get(key).await.unwrap()
    }

    async fn ends(&mut self, key: &str) -> bool {
        let left: i64 = self.0.pttl(key).await.unwrap();
        left > 0
    }
}

/// How long is left of the hour for which [`Counters::hold`] holds a window open.
fn assert_refused_for_the_rest_of_the_hour(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: i64 = answer.header(header::RETRY_AFTER).parse().unwrap();
    assert!((1..=3600).contains(&seconds) && seconds > 60, "{seconds}");
}

/// The first request of a user, with the windows of user and address held open since. They last a second:
/// where one ended before it was held, there is another first request.
async fn after_first_request(setup: &Setup, token: &str) -> (Gateway, Counters) {
    let gateway = Gateway::start_with(setup).await;
    let mut counters = Counters::of(setup).await;
    let held = async {
        gateway.get("/api/v1/users/me", token).await;
        while counters.hold().await != 2 {
            let _: () = redis::cmd("FLUSHDB").query_async(&mut counters.0).await.unwrap();
            gateway.get("/api/v1/users/me", token).await;
        }
    };
    timeout(PATIENCE, held).await.expect("two counters");
    (gateway, counters)
}

#[tokio::test]
async fn a_user_has_200_requests_and_then_429_with_retry_after_while_others_go_on() {
    let (setup, token_of_one) = (Setup::new(), token());
    let (gateway, _counters) = after_first_request(&setup, &token_of_one).await;
    for _ in 1..200 {
        let answer = gateway.get("/api/v1/users/me", &token_of_one).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_refused_for_the_rest_of_the_hour(&gateway.get("/api/v1/users/me", &token_of_one).await);
    let other = gateway.get("/api/v1/users/me", &token()).await;
    assert_eq!(other.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_address_has_2000_requests_whoever_sends_them_good_tokens_or_bad() {
    let setup = Setup::new();
    let (gateway, mut counters) = after_first_request(&setup, &token()).await;
    counters.add("limit:address:127.0.0.1", 1998).await;
    let last = gateway.get("/api/v1/users/me", "bad token").await;
    assert_eq!(last.status, StatusCode::UNAUTHORIZED);
    assert_refused_for_the_rest_of_the_hour(&gateway.get("/api/v1/users/me", "bad token").await);
    assert_refused_for_the_rest_of_the_hour(&gateway.get("/api/v1/users/me", &token()).await);
    let products = gateway.request(Method::GET, "/api/v1/products").body(Full::default()).unwrap();
    assert_refused_for_the_rest_of_the_hour(&gateway.send(products).await);
}

#[tokio::test]
async fn a_forwarded_for_header_does_not_make_a_new_address() {
    let setup = Setup::new();
    let (gateway, mut counters) = after_first_request(&setup, &token()).await;
    counters.add("limit:address:127.0.0.1", 2000).await;
    let request = gateway.request(Method::GET, "/api/v1/products").header("x-forwarded-for", "192.0.2.7");
    let answer = gateway.send(request.body(Full::default()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_refused_request_is_refused_before_its_body_is_looked_at() {
    let setup = Setup::new();
    let (gateway, mut counters) = after_first_request(&setup, &token()).await;
    counters.add("limit:address:127.0.0.1", 2000).await;
    assert_eq!(gateway.place_order("nonsense").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(gateway.post("/api/v1/users", "nonsense").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn an_address_can_register_100_times_a_minute() {
    let setup = Setup::new();
    let gateway = Gateway::start_with(&setup).await;
    let mut counters = Counters::of(&setup).await;
    let account =
        || json!({"email": "ada@example.com", "name": "Ada", "password": "correct horse"}).to_string();
    let first = gateway.post("/api/v1/users", account()).await;
    assert_eq!(first.status, StatusCode::SERVICE_UNAVAILABLE);
    let key = "limit:registration:127.0.0.1";
    assert!(counters.ends(key).await);
    counters.add(key, 98).await;
    let hundredth = gateway.post("/api/v1/users", account()).await;
    assert_eq!(hundredth.status, StatusCode::SERVICE_UNAVAILABLE);
    let answer = gateway.post("/api/v1/users", account()).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.header(header::RETRY_AFTER).parse::<u32>().unwrap() <= 60);
}

#[tokio::test]
async fn a_sign_in_that_users_could_not_answer_counts_as_none() {
    let setup = Setup::new();
    let gateway = Gateway::start_with(&setup).await;
    let mut counters = Counters::of(&setup).await;
    for _ in 0..12 {
        let answer = sign_in(&gateway, "ada@example.com").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    let keys = counters.keys("limit:sign-in:*").await;
    assert_eq!(keys.len(), 1);
    assert_eq!(counters.value(&keys[0]).await, 0);
    assert!(counters.ends(&keys[0]).await);
}

#[tokio::test]
async fn after_ten_failed_sign_ins_an_account_is_closed_to_the_address_and_others_are_not() {
    let setup = Setup::new();
    let gateway = Gateway::start_with(&setup).await;
    let mut counters = Counters::of(&setup).await;
    sign_in(&gateway, "ada@example.com").await;
    let keys = counters.keys("limit:sign-in:*").await;
    // As ten wrong passwords would; users, who can tell, is not there.
    counters.add(&keys[0], 10).await;
    for spelling in ["ada@example.com", " Ada@Example.com "] {
        let answer = sign_in(&gateway, spelling).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(answer.header(header::RETRY_AFTER).parse::<u32>().unwrap() <= 900);
    }
    let other = sign_in(&gateway, "bob@example.com").await;
    assert_eq!(other.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!counters.keys("*").await.concat().contains("example"));
}

async fn sign_in(gateway: &Gateway, email: &str) -> Answer {
    let credentials = json!({"email": email, "password": "correct horse"});
    gateway.post("/api/v1/sessions", credentials.to_string()).await
}
