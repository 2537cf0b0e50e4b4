//! A gateway of its own for each test, and a client that expects of every answer what the API promises
//! of all of them.

use std::{net::SocketAddr, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use chassis::{Secret, Shutdown};
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use service::{App, Config, Secrets};
use telemetry::testing::Recorder;
use tokio::{net::TcpListener, task::JoinHandle};
use uuid::Uuid;

/// Nobody listens there.
pub const UNREACHABLE: &str = "http://127.0.0.1:1";
/// For what should happen at once: a test that fails also ends.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub const NEW_KEY: [u8; 32] = [1; 32];
pub const OLD_KEY: [u8; 40] = [2; 40];

pub struct Setup {
    pub redis_url: String,
    pub users_url: String,
    pub orders_url: String,
    pub jwt_keys: String,
}

impl Setup {
    pub fn new() -> Self {
        Self::with_redis(local_servers::testing::redis_url())
    }

    pub fn with_redis(redis_url: String) -> Self {
        let base64 = |key: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(key);
        let jwt_keys = format!("new:{},old:{}", base64(&NEW_KEY), base64(&OLD_KEY));
        let unreachable = || UNREACHABLE.to_owned();
        Self { redis_url, users_url: unreachable(), orders_url: unreachable(), jwt_keys }
    }
}

pub struct Gateway {
    pub address: SocketAddr,
    pub recorder: Recorder,
    pub shutdown: Shutdown,
    pub served: JoinHandle<()>,
    client: Client<HttpConnector, Full<Bytes>>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Gateway {
    pub async fn start() -> Self {
        Self::start_with(&Setup::new()).await
    }

    pub async fn start_with(setup: &Setup) -> Self {
        let (telemetry, recorder) = Recorder::new(service::SERVICE);
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let config = Config {
            listen_addr: any,
            admin_addr: any,
            users_url: vec![setup.users_url.parse().unwrap()],
            orders_url: vec![setup.orders_url.parse().unwrap()],
            trust_inbound_trace: telemetry::TrustInbound::Never,
            events_max_duration: Duration::from_secs(300),
        };
        let secrets =
            Secrets { redis_url: Secret::new(&*setup.redis_url), jwt_keys: Secret::new(&*setup.jwt_keys) };
        let app = App::new(&config, &secrets, &telemetry).unwrap();
        let listener = TcpListener::bind(any).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let serving = service::serve(listener, app, shutdown.clone());
        let served = telemetry::spawn(async move { serving.await.unwrap() });
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { address, recorder, shutdown, served, client }
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        let request =
            self.request(Method::GET, path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Full::default()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.send(self.json(path).body(Full::new(body.into())).unwrap()).await
    }

    pub async fn place_order(&self, body: impl Into<Bytes>) -> Answer {
        let request = self
            .json("/api/v1/orders")
            .header(header::AUTHORIZATION, format!("Bearer {}", token()))
            .header("idempotency-key", Uuid::now_v7().to_string());
        self.send(request.body(Full::new(body.into())).unwrap()).await
    }

    pub async fn cancel(&self, order: Uuid, token: &str) -> Answer {
        let request = self
            .request(Method::POST, &format!("/api/v1/orders/{order}/cancel"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Full::default()).unwrap()).await
    }

    pub fn json(&self, path: &str) -> http::request::Builder {
        self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json")
    }

    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder().method(method).uri(format!("http://{}{path}", self.address))
    }

    /// The answer as soon as it begins.
    pub async fn begin(&self, request: Request<Full<Bytes>>) -> Response<Incoming> {
        let sent = self.client.request(request);
        tokio::time::timeout(PATIENCE, sent).await.expect("an answer in time").unwrap()
    }

    pub async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let (head, body) = self.begin(request).await.into_parts();
        let body = tokio::time::timeout(PATIENCE, body.collect()).await.expect("its end in time");
        let body = body.unwrap().to_bytes();
        let body = serde_json::from_slice(&body).expect("every answer is JSON");
        let answer = Answer { status: head.status, headers: head.headers, body };
        answer.keeps_the_promises_of_all();
        answer
    }
}

impl Answer {
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).expect("the header is there").to_str().unwrap()
    }

    pub fn detail(&self) -> &str {
        self.body["detail"].as_str().expect("a problem has a detail")
    }

    fn keeps_the_promises_of_all(&self) {
        let trace_id = self.header("x-trace-id");
        assert_eq!(trace_id.len(), 32, "{trace_id}");
        if self.status.as_u16() >= 400 {
            assert_eq!(self.header(header::CONTENT_TYPE), "application/problem+json");
            assert_eq!(self.body["status"], self.status.as_u16());
            assert_eq!(self.body["trace_id"], trace_id);
            assert_eq!(self.body["title"], self.status.canonical_reason().unwrap());
            assert!(!self.detail().is_empty());
        }
    }
}

/// A good one, of a new user.
pub fn token() -> String {
    token_of(Uuid::now_v7())
}

pub fn token_of(user: Uuid) -> String {
    let mut claims = claims();
    claims["sub"] = json!(user);
    sign(&claims, "new", &NEW_KEY, jsonwebtoken::Algorithm::HS256)
}

/// Of a token that is good for an hour.
pub fn claims() -> Value {
    json!({
        "iss": "throughline/gateway",
        "aud": "throughline/api",
        "sub": Uuid::now_v7(),
        "iat": now(),
        "exp": now() + 3600,
    })
}

pub fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

pub fn sign(claims: &Value, kid: &str, key: &[u8], algorithm: jsonwebtoken::Algorithm) -> String {
    let header = jsonwebtoken::Header { kid: Some(kid.to_owned()), ..jsonwebtoken::Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, &jsonwebtoken::EncodingKey::from_secret(key)).unwrap()
}
