//! Traces as Jaeger's query API tells them.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::{Client, StatusCode};
use tokio::time::{Instant, sleep};

use crate::{
    contract::{self, Node},
    trace::{JaegerAnswer, Span},
};

const ASK_EVERY: Duration = Duration::from_millis(50);
/// After the last promised span one that nobody promised may still be on its way. Services export every
/// 200 ms under `up`.
const LINGER: Duration = Duration::from_millis(300);

/// When a trace of which there is no span is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Jaeger, or the built-in viewer.
pub struct Traces {
    http: Client,
    ui: String,
}

impl Traces {
    /// `ui` is the address of the trace UI; its API is on the same one.
    pub fn new(ui: &str) -> Self {
        Self { http: Client::new(), ui: ui.trim_end_matches('/').to_owned() }
    }

    /// The page that shows a trace.
    pub fn page(&self, trace_id: &str) -> String {
        format!("{}/trace/{trace_id}", self.ui)
    }

    /// The spans of a trace, as soon as all that `contract` needs have arrived; what there is when
    /// `patience` ends otherwise.
    ///
    /// # Errors
    /// When the UI does not answer.
    pub async fn wait_for(&self, trace_id: &str, contract: &Node, patience: Duration) -> Result<Vec<Span>> {
        let given_up = Instant::now() + patience;
        while Instant::now() < given_up {
            if contract::is_complete(contract, &self.spans(trace_id).await?) {
                sleep(LINGER).await;
                break;
            }
            sleep(ASK_EVERY).await;
        }
        self.spans(trace_id).await
    }

    /// The trace in which the order placed in `trace_id` is handled, as soon as a link tells; `None` when
    /// `patience` ends.
    ///
    /// # Errors
    /// When the UI does not answer.
    pub async fn wait_for_linked(&self, trace_id: &str, patience: Duration) -> Result<Option<String>> {
        let given_up = Instant::now() + patience;
        let path = "/api/traces?service=order-worker&operation=process%20orders.placed&limit=100";
        while Instant::now() < given_up {
            let answer = self.ask(path).await?;
            if let Some(linked) = answer.as_ref().and_then(|answer| answer.linked_to(trace_id)) {
                return Ok(Some(linked.to_owned()));
            }
            sleep(ASK_EVERY).await;
        }
        Ok(None)
    }

    /// All spans of a trace of which nothing is promised: what there is once no more arrive.
    ///
    /// # Errors
    /// When the UI does not answer, or does not know the trace after [`PATIENCE`].
    pub async fn settled(&self, trace_id: &str) -> Result<Vec<Span>> {
        let given_up = Instant::now() + PATIENCE;
        let mut known = 0;
        loop {
            let spans = self.spans(trace_id).await?;
            if !spans.is_empty() && spans.len() == known {
                return Ok(spans);
            }
            if spans.is_empty() && Instant::now() > given_up {
                bail!("there is no trace {trace_id} at {}: not here yet, or forgotten since", self.ui);
            }
            known = spans.len();
            // Longer than a service keeps spans back before it exports them.
            sleep(2 * LINGER).await;
        }
    }

    async fn spans(&self, trace_id: &str) -> Result<Vec<Span>> {
        let answer = self.ask(&format!("/api/traces/{trace_id}")).await?;
        Ok(answer.map(JaegerAnswer::into_spans).unwrap_or_default())
    }

    async fn ask(&self, path: &str) -> Result<Option<JaegerAnswer>> {
        let url = format!("{}{path}", self.ui);
        let response = self.http.get(&url).send().await.with_context(|| format!("{url} got no answer"))?;
        // Jaeger answers so until the first span is there.
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let answer = response.error_for_status()?.json().await;
        answer.map(Some).with_context(|| format!("{url} answered with an unexpected body"))
    }
}
