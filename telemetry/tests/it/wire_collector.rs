//! A collector that keeps requests as they came over the wire, HTTP and gRPC alike: paths, headers, bytes.
//! It may speak TLS, and may never answer.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, header::CONTENT_TYPE},
    response::Response,
    serve::Listener,
};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

#[derive(Debug, Clone)]
pub struct OnTheWire {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl OnTheWire {
    pub fn header(&self, name: &str) -> Option<&str> {
        Some(self.headers.get(name)?.to_str().unwrap())
    }
}

#[derive(Clone)]
pub struct WireCollector {
    requests: Arc<watch::Sender<Vec<OnTheWire>>>,
    answers: bool,
    pub address: SocketAddr,
}

impl WireCollector {
    pub async fn start() -> Self {
        Self::plain(true).await
    }

    /// Takes requests and never answers.
    pub async fn silent() -> Self {
        Self::plain(false).await
    }

    async fn plain(answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let collector = Self::new(&listener, answers);
        let app = collector.clone().app();
        telemetry::spawn(async move { axum::serve(listener, app).await });
        collector
    }

    pub async fn tls(config: rustls::ServerConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let collector = Self::new(&listener, true);
        let app = collector.clone().app();
        let listener = TlsListener { listener, acceptor: TlsAcceptor::from(Arc::new(config)) };
        telemetry::spawn(async move { axum::serve(listener, app).await });
        collector
    }

    fn new(listener: &TcpListener, answers: bool) -> Self {
        let requests = Arc::new(watch::channel(Vec::new()).0);
        Self { requests, answers, address: listener.local_addr().unwrap() }
    }

    fn app(self) -> axum::Router {
        axum::Router::new().fallback(async move |request: Request| self.keep(request).await)
    }

    async fn keep(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let is_grpc = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/grpc");
        let request = OnTheWire { path: parts.uri.path().to_owned(), headers: parts.headers, body };
        self.requests.send_modify(|all| all.push(request));
        if !self.answers {
            std::future::pending::<()>().await;
        }
        if is_grpc { grpc_success() } else { Response::new(Body::empty()) }
    }

    pub fn http(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn https(&self) -> String {
        format!("https://{}", self.address)
    }

    pub fn requests(&self) -> Vec<OnTheWire> {
        self.requests.borrow().clone()
    }

    /// Those of one signal: `traces`, `metrics`, `logs`; `trace` over gRPC.
    pub fn of(&self, signal: &str) -> Vec<OnTheWire> {
        self.requests().into_iter().filter(|request| request.path.contains(signal)).collect()
    }
}

/// An empty message and the status OK.
fn grpc_success() -> Response {
    let trailers = HeaderMap::from_iter([("grpc-status".parse().unwrap(), HeaderValue::from_static("0"))]);
    let frames = [
        Ok::<_, std::convert::Infallible>(http_body::Frame::data(Bytes::from_static(&[0; 5]))),
        Ok(http_body::Frame::trailers(trailers)),
    ];
    let body = UnsyncBoxBody::new(StreamBody::new(stream::iter(frames)));
    Response::builder().header(CONTENT_TYPE, "application/grpc").body(Body::new(body)).unwrap()
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            // Who fails the handshake is not the next one's business.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
