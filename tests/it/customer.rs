//! Somebody who uses the gateway.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use uuid::Uuid;

pub struct Customer {
    pub http: Client,
    pub gateway: String,
    pub email: String,
    pub token: String,
}

/// When a test gives up: an order takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

pub const PASSWORD: &str = "correct horse battery";

impl Customer {
    pub async fn sign_up(gateway: &str) -> Self {
        let http = Client::new();
        let email = format!("{}@example.com", Uuid::now_v7().simple());
        let account = json!({ "email": email, "name": "Ada", "password": PASSWORD });
        let answer = http.post(format!("{gateway}/api/v1/users")).json(&account).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        Self::sign_in(gateway, &email).await
    }

    /// Somebody who has an account.
    pub async fn sign_in(gateway: &str, email: &str) -> Self {
        let http = Client::new();
        let credentials = json!({ "email": email, "password": PASSWORD });
        let answer = http.post(format!("{gateway}/api/v1/sessions")).json(&credentials).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let session: Value = answer.json().await.unwrap();
        let token = session["access_token"].as_str().unwrap().to_owned();
        Self { http, gateway: gateway.to_owned(), email: email.to_owned(), token }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.gateway)).bearer_auth(&self.token)
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.gateway)).bearer_auth(&self.token)
    }

    pub async fn order(&self, key: &str, sku: &str, quantity: u32) -> Response {
        let body = json!({ "lines": [{ "sku": sku, "quantity": quantity }] });
        let request = self.http.post(format!("{}/api/v1/orders", self.gateway)).bearer_auth(&self.token);
        request.header("idempotency-key", key).json(&body).send().await.unwrap()
    }

    /// Places an order that is accepted: its id and its trace's.
    pub async fn place(&self, key: &str, sku: &str) -> (String, String) {
        let answer = self.order(key, sku, 1).await;
        assert_eq!(answer.status(), 202);
        let trace_id = answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
        let order: Value = answer.json().await.unwrap();
        (order["id"].as_str().unwrap().to_owned(), trace_id)
    }

    /// Asks until the order is no longer pending; nothing else tells a customer yet.
    pub async fn settled(&self, id: &str) -> Value {
        let asked = tokio::time::timeout(PATIENCE, async {
            loop {
                let order = self.get(&format!("/api/v1/orders/{id}")).send().await.unwrap();
                let order: Value = order.json().await.unwrap();
                if order["status"] != "pending" {
                    return order;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        asked.await.expect("the order is settled before a test has to give up")
    }
}
