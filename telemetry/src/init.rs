//! From the environment to a running set-up, in the order that the SDK's design asks for: metrics,
//! logs, subscriber, traces.

use std::sync::Arc;

use opentelemetry::{
    Context, global,
    propagation::{Extractor, Injector, TextMapPropagator, text_map_propagator::FieldIter},
};
use opentelemetry_sdk::{logs::SdkLoggerProvider, trace::SdkTracerProvider};
use tokio::runtime::{Handle, Runtime};

use crate::{
    Service, Telemetry,
    baggage::BaggageAttributes,
    environment::{Environment, effective_settings::Setting},
    guard::Guard,
    handle::Inner,
    health::{
        self,
        items::{LOG_RECORDS, SPANS},
    },
    limits::{Cuts, Limits},
    logs,
    metrics::{self, meters::Meters},
    otlp, panics,
    pipelines::{Balances, Pipelines, batching::Batching},
    propagation::{self, Propagator},
    resource::resource,
    stdout::Stdout,
    subscriber, traces,
};

/// Why telemetry could not be set up. Bad `OTEL_*` values are no reason: they are warnings.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The operating system gave no thread.
    #[error("telemetry has no thread to run on: {0}. Raise the limit of threads (ulimit -u) or free memory")]
    Thread(#[from] std::io::Error),
    /// The process has a `tracing` subscriber already.
    #[error(
        "a tracing subscriber is installed already: call `telemetry::init` once, before anything else logs"
    )]
    SubscriberInstalled(#[from] tracing_subscriber::util::TryInitError),
}

/// Sets up traces, metrics and logs for the whole process, from the environment. The returned guard
/// must live as long as the process works: what it still holds is delivered by its `shutdown`. Called inside
/// a tokio runtime, it observes that runtime, `throughline.tokio.*`, which must have its timers enabled.
///
/// ```no_run
/// # async fn main_of_a_service() -> Result<(), telemetry::InitError> {
/// let telemetry = telemetry::init(telemetry::service!())?;
/// // let app = router.layer(telemetry.http_layer(telemetry::TrustInbound::Never)); … serve …
/// let report = telemetry.shutdown().await;
/// assert!(!report.is_lossy(), "{report}");
/// # Ok(()) }
/// ```
///
/// # Errors
/// [`InitError`]: no thread, or called twice.
pub fn init(service: Service) -> Result<Guard, InitError> {
    Builder::new(service).init()
}

/// [`init`] with choices of the code's own.
#[must_use = "nothing is set up before `init`"]
pub struct Builder {
    service: Service,
    propagator: Option<Propagator>,
    baggage: BaggageAttributes,
}

impl Builder {
    /// A set-up for `service`.
    pub fn new(service: Service) -> Self {
        Self { service, propagator: None, baggage: BaggageAttributes::default() }
    }

    /// Uses this propagator instead of those of `OTEL_PROPAGATORS`; a test that cuts the trace at a
    /// hop gives one that injects nothing.
    pub fn propagator(mut self, propagator: impl TextMapPropagator + Send + Sync + 'static) -> Self {
        self.propagator = Some(Arc::new(propagator));
        self
    }

    /// Makes these members of the baggage attributes, of the same name, of every span that starts under
    /// them: the tenant, the kind of customer. Only what is named here: baggage comes from other
    /// processes, and what a caller writes into it must not reach a backend unasked.
    pub fn baggage_attributes(mut self, keys: impl IntoIterator<Item = &'static str>) -> Self {
        self.baggage = BaggageAttributes::of(keys);
        self
    }

    /// As [`init`].
    ///
    /// # Errors
    /// As [`init`].
    pub fn init(self) -> Result<Guard, InitError> {
        let mut environment = Environment::read();
        let runtime = otlp::runtime()?;
        let stdout = Stdout::start()?;
        let enabled = !environment.flag("OTEL_SDK_DISABLED");
        let propagator = self.propagator.unwrap_or_else(|| propagation::from_environment(&mut environment));
        let pipelines =
            pipelines(self.service, self.baggage, runtime, stdout.clone(), enabled, &mut environment)?;
        let filter = subscriber::install(&pipelines, stdout, enabled, &mut environment)?;
        panics::record();
        let mut probe = None;
        if enabled {
            set_globals(&pipelines, &propagator);
            let runtime = Handle::try_current().ok();
            probe = runtime.and_then(|runtime| metrics::observe_runtime(&pipelines.meters, &runtime));
        }
        let mut carried: Vec<_> = propagator.fields().collect();
        carried.sort_unstable();
        environment.applied(Setting::Propagators, carried.join(", "));
        environment.tell();
        let inner = Inner {
            tracers: pipelines.tracers.clone(),
            meters: pipelines.meters.clone(),
            propagator,
            enabled,
            log_filter: filter,
        };
        Ok(Guard::new(Telemetry { inner: Arc::new(inner) }, pipelines, probe))
    }
}

fn pipelines(
    service: Service,
    baggage: BaggageAttributes,
    runtime: Runtime,
    stdout: Stdout,
    enabled: bool,
    environment: &mut Environment,
) -> std::io::Result<Pipelines> {
    let balances = Balances::default();
    if !enabled {
        let tracers = SdkTracerProvider::default();
        let loggers = SdkLoggerProvider::builder().build();
        let meters = Meters::silent();
        return Ok(Pipelines { tracers, loggers, meters, balances, runtime: Some(runtime), stdout });
    }
    let resource = resource(service, environment);
    let limits = Limits::read(environment);
    let handle = runtime.handle().clone();
    // tonic's channels belong to the runtime in which they are made.
    let _inside = handle.enter();
    let meters = metrics::provider(resource.clone(), &handle, &balances, &stdout, environment);
    let meter = health::meter(&meters);
    health::observe_overflows(&meter, &balances.overflows);
    let batching = |items, balance| Batching {
        items,
        runtime: &handle,
        balance,
        limits: &limits,
        stdout: &stdout,
        meter: &meter,
        cuts: Cuts::default(),
    };
    let loggers = logs::provider(resource.clone(), &batching(&LOG_RECORDS, &balances.logs), environment)?;
    let tracers = traces::provider(resource, &batching(&SPANS, &balances.traces), baggage, environment)?;
    Ok(Pipelines { tracers, loggers, meters, balances, runtime: Some(runtime), stdout })
}

/// For crates that know nothing of this one; our own edges use their handle.
fn set_globals(pipelines: &Pipelines, propagator: &Propagator) {
    global::set_tracer_provider(pipelines.tracers.clone());
    global::set_meter_provider(pipelines.meters.clone());
    global::set_text_map_propagator(SharedPropagator(Arc::clone(propagator)));
}

#[derive(Debug)]
struct SharedPropagator(Propagator);

impl TextMapPropagator for SharedPropagator {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        self.0.inject_context(context, injector);
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        self.0.extract_with_context(context, extractor)
    }

    fn fields(&self) -> FieldIter<'_> {
        self.0.fields()
    }
}
