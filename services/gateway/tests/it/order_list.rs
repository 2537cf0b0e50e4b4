//! My orders, page by page, and cancelling one.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::StatusCode;
use proto::orders::v1::OrderStatus;
use uuid::Uuid;

use crate::{
    orders_peer::OrdersPeer,
    support::{Answer, Gateway, NEW_KEY, OLD_KEY, Setup, token, token_of},
};

struct Customer {
    peer: OrdersPeer,
    gateway: Gateway,
    setup: Setup,
    id: Uuid,
    token: String,
}

impl Customer {
    async fn new() -> Self {
        let (peer, orders_url) = OrdersPeer::start().await;
        let setup = Setup { orders_url, ..Setup::new() };
        let id = Uuid::now_v7();
        Self { peer, gateway: Gateway::start_with(&setup).await, setup, id, token: token_of(id) }
    }

    async fn list(&self, query: &str) -> Answer {
        self.gateway.get(&format!("/api/v1/orders{query}"), &self.token).await
    }

    /// The token of the second page.
    async fn page_token(&self) -> String {
        self.peer.place(self.id);
        self.peer.place(self.id);
        next(&self.list("?page_size=1").await).unwrap()
    }
}

fn next(answer: &Answer) -> Option<String> {
    answer.body.get("next_page_token").map(|token| token.as_str().unwrap().to_owned())
}

fn ids(answer: &Answer) -> Vec<Uuid> {
    let items = answer.body["items"].as_array().unwrap();
    items.iter().map(|order| order["id"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn pages_hold_every_order_once_newest_first_whatever_is_placed_meanwhile() {
    let customer = Customer::new().await;
    let mut placed: Vec<Uuid> = (0..7).map(|_| customer.peer.place(customer.id)).collect();
    placed.reverse();
    let (mut seen, mut query) = (Vec::new(), "?page_size=3".to_owned());
    loop {
        let page = customer.list(&query).await;
        assert_eq!(page.status, StatusCode::OK);
        seen.extend(ids(&page));
        customer.peer.place(customer.id);
        customer.peer.place(Uuid::now_v7());
        let Some(token) = next(&page) else { break };
        query = format!("?page_size=3&page_token={token}");
    }
    assert_eq!(seen, placed);
}

#[tokio::test]
async fn a_page_has_twenty_orders_unless_asked_otherwise() {
    let customer = Customer::new().await;
    assert_eq!(customer.list("").await.body, serde_json::json!({"items": []}));
    for _ in 0..101 {
        customer.peer.place(customer.id);
    }
    for (query, count) in [("", 20), ("?", 20), ("?page_size=1", 1), ("?page_size=100", 100)] {
        assert_eq!(ids(&customer.list(query).await).len(), count, "{query}");
    }
}

#[tokio::test]
async fn a_query_that_breaks_a_rule_is_400_and_says_which() {
    let gateway = Gateway::start().await;
    for (query, word) in [
        ("page_size=0", "1 to 100"),
        ("page_size=101", "1 to 100"),
        ("page_size=256", "1 to 100"),
        ("page_size=-1", "page_size"),
        ("page_size=", "page_size"),
        ("page_size=ten", "page_size"),
        ("page_size=1&page_size=2", "page_size"),
        ("page_token=&page_token=", "page_token"),
        ("pagesize=1", "pagesize"),
        ("page_token=", "page_token"),
        ("page_token=nonsense", "page_token"),
        ("page_token=%ff", "page_token"),
    ] {
        let answer = gateway.get(&format!("/api/v1/orders?{query}"), &token()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.detail().contains(word), "{query}: {}", answer.detail());
    }
}

#[tokio::test]
async fn a_page_token_with_any_byte_changed_or_missing_is_400() {
    let customer = Customer::new().await;
    let token = customer.page_token().await;
    let good = BASE64_URL_SAFE_NO_PAD.decode(&token).unwrap();
    let damaged = (0..good.len()).map(|at| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    });
    let shorter = [good.len() - 1, 33, 1].map(|length| BASE64_URL_SAFE_NO_PAD.encode(&good[..length]));
    let longer = [format!("{token}A"), format!("{token}=="), format!("{token}{token}")];
    for bad in damaged.chain(shorter).chain(longer) {
        // One user may ask 200 times a second.
        let answer = customer.list(&format!("?page_token={bad}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    assert_eq!(customer.list(&format!("?page_token={token}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_token_of_somebody_else_is_400() {
    let customer = Customer::new().await;
    let theirs = format!("/api/v1/orders?page_token={}", customer.page_token().await);
    assert_eq!(customer.gateway.get(&theirs, &token()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(customer.gateway.get(&theirs, &customer.token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_token_of_an_earlier_key_is_good_and_of_an_unknown_one_is_not() {
    let customer = Customer::new().await;
    let base64 = |key: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(key);
    let page = format!("?page_token={}", customer.page_token().await);
    let with_keys = async |jwt_keys: String| {
        let (redis_url, orders_url) = (customer.setup.redis_url.clone(), customer.setup.orders_url.clone());
        let gateway =
            Gateway::start_with(&Setup { jwt_keys, orders_url, ..Setup::with_redis(redis_url) }).await;
        let mut claims = crate::support::claims();
        claims["sub"] = serde_json::json!(customer.id);
        let access = crate::support::sign(&claims, "old", &OLD_KEY, jsonwebtoken::Algorithm::HS256);
        gateway.get(&format!("/api/v1/orders{page}"), &access).await.status
    };
    let (old, new) = (base64(&OLD_KEY), base64(&NEW_KEY));
    assert_eq!(with_keys(format!("old:{old},any:{new}")).await, StatusCode::OK);
    assert_eq!(with_keys(format!("old:{old}")).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_page_token_does_not_show_how_access_tokens_are_signed() {
    use hmac::{Hmac, Mac};
    let customer = Customer::new().await;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(customer.page_token().await).unwrap();
    let (content, signature) = bytes.split_at(33);
    let mut with_the_access_key = Hmac::<sha2::Sha256>::new_from_slice(&NEW_KEY).unwrap();
    with_the_access_key.update(content);
    assert!(with_the_access_key.verify_slice(signature).is_err());
}

#[tokio::test]
async fn a_pending_order_can_be_cancelled_and_a_settled_one_is_409() {
    let customer = Customer::new().await;
    let order = customer.peer.place(customer.id);
    let answer = customer.gateway.cancel(order, &customer.token).await;
    assert_eq!((answer.status, &answer.body["status"]), (StatusCode::OK, &"cancelled".into()));
    assert_eq!(answer.body["id"], order.to_string());
    assert!(answer.body["settled_at"].is_string());
    assert_eq!(customer.gateway.cancel(order, &customer.token).await.status, StatusCode::CONFLICT);

    let confirmed = customer.peer.place(customer.id);
    customer.peer.settle(confirmed, OrderStatus::Confirmed);
    let answer = customer.gateway.cancel(confirmed, &customer.token).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.detail().contains("no longer pending"), "{}", answer.detail());
}

#[tokio::test]
async fn somebody_elses_order_can_not_be_cancelled_and_is_404() {
    let customer = Customer::new().await;
    let order = customer.peer.place(customer.id);
    assert_eq!(customer.gateway.cancel(order, &token()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(customer.gateway.cancel(Uuid::now_v7(), &customer.token).await.status, StatusCode::NOT_FOUND);
    assert_eq!(customer.gateway.cancel(order, &customer.token).await.status, StatusCode::OK);
}
