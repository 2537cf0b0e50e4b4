//! The shop as a customer uses it: over HTTP, with an account of their own.

use std::{fmt, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// Below the limit of 200 requests a second.
const ASK_EVERY: Duration = Duration::from_millis(8);

/// A signed-in customer.
pub struct Shop {
    http: Client,
    gateway: String,
    token: String,
    ask_every: Duration,
}

/// What is known of an order once it is accepted.
#[derive(Debug, Clone)]
pub struct PlacedOrder {
    /// The order.
    pub id: String,
    /// The trace of the request that placed it.
    pub trace_id: String,
    key: String,
    sku: String,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Pending,
    Confirmed,
    Rejected,
    Cancelled,
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        })
    }
}

#[derive(Deserialize)]
struct Session {
    access_token: String,
}

#[derive(Deserialize)]
struct OrderBody {
    id: String,
    status: Status,
}

impl Shop {
    /// Registers a customer whom nobody knows yet, and signs in.
    ///
    /// # Errors
    /// When the gateway does not answer, or not as it should.
    pub async fn open_account(gateway: &str) -> Result<Self> {
        let http = Client::new();
        let gateway = gateway.trim_end_matches('/').to_owned();
        let id = Uuid::now_v7().simple();
        let (email, password) = (format!("demo-{id}@example.com"), id.to_string());
        let account = json!({ "email": email, "name": "Demo Customer", "password": password });
        expect(http.post(format!("{gateway}/api/v1/users")).json(&account), StatusCode::CREATED).await?;
        let credentials = json!({ "email": email, "password": password });
        let sessions = http.post(format!("{gateway}/api/v1/sessions")).json(&credentials);
        let session: Session = body(expect(sessions, StatusCode::OK).await?).await?;
        Ok(Self { http, gateway, token: session.access_token, ask_every: ASK_EVERY })
    }

    /// For a load: many who ask often are a load of their own.
    #[must_use]
    pub fn asking_every(self, ask_every: Duration) -> Self {
        Self { ask_every, ..self }
    }

    /// Orders one unit of `sku`.
    ///
    /// # Errors
    /// When the gateway does not accept it.
    pub async fn place(&self, sku: &str) -> Result<PlacedOrder> {
        self.post_order(sku, &Uuid::now_v7().to_string()).await
    }

    /// Sends the very request of an earlier order.
    ///
    /// # Errors
    /// When the gateway does not accept it.
    pub async fn place_again(&self, placed: &PlacedOrder) -> Result<PlacedOrder> {
        self.post_order(&placed.sku, &placed.key).await
    }

    async fn post_order(&self, sku: &str, key: &str) -> Result<PlacedOrder> {
        let order = json!({ "lines": [{ "sku": sku, "quantity": 1 }] });
        let request = self.http.post(format!("{}/api/v1/orders", self.gateway));
        let request = request.bearer_auth(&self.token).header("idempotency-key", key).json(&order);
        let response = expect(request, StatusCode::ACCEPTED).await?;
        let trace_id = response.headers().get("x-trace-id").context("the answer has no x-trace-id")?;
        let trace_id = trace_id.to_str().context("x-trace-id is no text")?.to_owned();
        let order: OrderBody = body(response).await?;
        Ok(PlacedOrder { id: order.id, trace_id, key: key.to_owned(), sku: sku.to_owned() })
    }

    /// Asks until the order is no longer pending.
    ///
    /// # Errors
    /// When it still is after `patience`.
    pub async fn settled(&self, placed: &PlacedOrder, patience: Duration) -> Result<Status> {
        let given_up = Instant::now() + patience;
        loop {
            // Before the first look too: no order is settled at once, and looks count against the limit.
            sleep(self.ask_every).await;
            let request = self.http.get(format!("{}/api/v1/orders/{}", self.gateway, placed.id));
            let response = expect(request.bearer_auth(&self.token), StatusCode::OK).await?;
            match body::<OrderBody>(response).await?.status {
                Status::Pending => {}
                status => return Ok(status),
            }
            ensure!(Instant::now() < given_up, "order {} is still pending after {patience:?}", placed.id);
        }
    }
}

async fn expect(request: RequestBuilder, status: StatusCode) -> Result<Response> {
    let (http, request) = request.build_split();
    let request = request?;
    let what = format!("{} {}", request.method(), request.url());
    let response = http.execute(request).await.with_context(|| format!("{what} got no answer"))?;
    if response.status() != status {
        let (answered, text) = (response.status(), response.text().await.unwrap_or_default());
        bail!("{what} answered {answered} instead of {status}: {text}");
    }
    Ok(response)
}

async fn body<T: DeserializeOwned>(response: Response) -> Result<T> {
    let url = response.url().clone();
    response.json().await.with_context(|| format!("{url} answered with an unexpected body"))
}
