//! Whether this process can do its work now.
//!
//! Live and ready are different questions. A live process that is not ready gets no traffic and is
//! left alone; restarting it would not bring its database back.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::{BoxFuture, join_all};
use serde::Serialize;

/// A dependency that has not answered by then is down: probes come every few seconds.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// One answer of a dependency: up, or why not.
pub type Probe = BoxFuture<'static, Result<(), String>>;

struct Dependency {
    name: &'static str,
    required: bool,
    probe: Box<dyn Fn() -> Probe + Send + Sync>,
}

/// What this process depends on, and whether it serves yet.
#[derive(Clone)]
pub struct Readiness {
    dependencies: Arc<Vec<Dependency>>,
    serving: Arc<AtomicBool>,
}

/// The answer of `/readyz`.
#[derive(Debug, Serialize)]
pub struct ReadinessReport {
    /// Serving, and every required dependency is up.
    pub ready: bool,
    /// Each dependency by name.
    pub dependencies: BTreeMap<&'static str, DependencyReport>,
}

/// One dependency in a [`ReadinessReport`].
#[derive(Debug, Serialize)]
pub struct DependencyReport {
    up: bool,
    /// Without a required dependency the process is not ready; without another it is degraded.
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Readiness {
    /// Begins a list of dependencies.
    pub fn builder() -> ReadinessBuilder {
        ReadinessBuilder(Vec::new())
    }

    /// Says that the process serves (after its start) or no longer does (when it stops).
    pub fn set_serving(&self, serving: bool) {
        self.serving.store(serving, Ordering::Release);
    }

    /// Asks every dependency, all at the same time.
    pub async fn report(&self) -> ReadinessReport {
        let reports = join_all(self.dependencies.iter().map(Dependency::report)).await;
        let dependencies: BTreeMap<_, _> = reports.into_iter().collect();
        let up = dependencies.values().all(|dependency| dependency.up || !dependency.required);
        ReadinessReport { ready: up && self.serving.load(Ordering::Acquire), dependencies }
    }
}

impl Dependency {
    async fn report(&self) -> (&'static str, DependencyReport) {
        let outcome = match tokio::time::timeout(PROBE_TIMEOUT, (self.probe)()).await {
            Ok(outcome) => outcome,
            Err(_) => Err(format!("no answer within {PROBE_TIMEOUT:?}")),
        };
        (self.name, DependencyReport { up: outcome.is_ok(), required: self.required, error: outcome.err() })
    }
}

/// Collects dependencies.
pub struct ReadinessBuilder(Vec<Dependency>);

impl ReadinessBuilder {
    /// Without this the process is not ready.
    #[must_use]
    pub fn required(self, name: &'static str, probe: impl Fn() -> Probe + Send + Sync + 'static) -> Self {
        self.add(Dependency { name, required: true, probe: Box::new(probe) })
    }

    /// Without this the process does its work more slowly, or a part of it.
    #[must_use]
    pub fn degraded(self, name: &'static str, probe: impl Fn() -> Probe + Send + Sync + 'static) -> Self {
        self.add(Dependency { name, required: false, probe: Box::new(probe) })
    }

    fn add(mut self, dependency: Dependency) -> Self {
        self.0.push(dependency);
        self
    }

    /// Ready once [`Readiness::set_serving`] is called and the required dependencies are up.
    pub fn build(self) -> Readiness {
        Readiness { dependencies: Arc::new(self.0), serving: Arc::default() }
    }
}
