//! Customers who place orders for as long as a test needs them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::stack::GATEWAY;

/// So many orders at once; each waits a moment before its next: some twenty orders a second.
const CUSTOMERS: usize = 4;
const PAUSE: Duration = Duration::from_millis(180);

pub struct Traffic {
    stopped: Arc<AtomicBool>,
    customers: Vec<JoinHandle<()>>,
}

impl Traffic {
    pub async fn start() -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let token = sign_up().await;
        let customer = |_| telemetry::spawn(order_until(Arc::clone(&stopped), token.clone()));
        let customers = (0..CUSTOMERS).map(customer).collect();
        Self { stopped, customers }
    }

    pub async fn stop(self) {
        self.stopped.store(true, Ordering::Relaxed);
        for customer in self.customers {
            customer.await.unwrap();
        }
    }
}

/// Whatever comes of an order: some tests see to it that it fails.
async fn order_until(stopped: Arc<AtomicBool>, token: String) {
    let http = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    while !stopped.load(Ordering::Relaxed) {
        let body = json!({ "lines": [{ "sku": "TEA-001", "quantity": 1 }] });
        let order = http.post(format!("{GATEWAY}/api/v1/orders")).bearer_auth(&token).json(&body);
        let _ = order.header("idempotency-key", Uuid::now_v7().to_string()).send().await;
        tokio::time::sleep(PAUSE).await;
    }
}

async fn sign_up() -> String {
    let (http, password) = (Client::new(), "correct horse battery");
    let email = format!("{}@example.com", Uuid::now_v7().simple());
    let account = json!({ "email": email, "name": "Ada", "password": password });
    let made = http.post(format!("{GATEWAY}/api/v1/users")).json(&account).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let credentials = json!({ "email": email, "password": password });
    let answer = http.post(format!("{GATEWAY}/api/v1/sessions")).json(&credentials).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned()
}
