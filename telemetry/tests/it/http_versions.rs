use axum::{Router, body::Bytes, routing::post};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use telemetry::{TrustInbound, testing::Recorder};
use tokio::net::TcpListener;
use tower::{Service, ServiceExt};

use crate::recorded::{attribute, ended, text};

/// A traced client and a traced server in one trace, over the version of the protocol that is asked for.
#[tokio::test]
async fn both_sides_of_a_request_tell_the_protocols_version() {
    for (http2_only, version) in [(false, "1.1"), (true, "2")] {
        let (telemetry, recorder) = Recorder::new(telemetry::service!());
        let app = Router::new()
            .route("/echo", post(async |body: Bytes| body))
            .layer(telemetry.http_layer(TrustInbound::Always));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        telemetry::spawn(async move { axum::serve(listener, app).await });
        let plain = Client::builder(TokioExecutor::new()).http2_only(http2_only).build_http();
        let mut client = telemetry.http_client(plain);
        let body = Full::new(Bytes::from_static(b"hello"));
        let request = Request::post(format!("http://{address}/echo")).body(body).unwrap();
        let answer = client.ready().await.unwrap().call(request).await.unwrap();
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "hello");
        ended(&recorder, 2).await;
        let spans = recorder.spans();
        for span in &spans {
            assert_eq!(attribute(span, "network.protocol.version"), text(version), "{span:#?}");
            assert_eq!(attribute(span, "server.address"), text("127.0.0.1"));
            assert_eq!(attribute(span, "server.port"), Some(i64::from(address.port()).into()));
            assert_eq!(span.span_context.trace_id(), spans[0].span_context.trace_id());
        }
    }
}
