//! The process's meters: the SDK's, with what it leaves out of its instruments.

use std::{sync::Arc, time::Duration};

use opentelemetry::{
    InstrumentationScope,
    metrics::{Counter, Meter, MeterProvider},
};
#[cfg(feature = "testing")]
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
#[cfg(feature = "testing")]
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::{error::OTelSdkResult, metrics::SdkMeterProvider};

use crate::{
    hop::instrumentation_scope,
    metrics::{
        exemplars::{ExemplarFilter, Exemplars},
        instruments::Instruments,
    },
    names,
};

/// The process's meters; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Meters {
    sdk: SdkMeterProvider,
    exemplars: Exemplars,
    /// Made before there is a callback to panic: in the midst of a collection no instrument can be made.
    panics: Counter<u64>,
    is_read: bool,
}

impl Meters {
    pub(crate) fn new(sdk: SdkMeterProvider, exemplars: Exemplars) -> Self {
        let panics = sdk
            .meter_with_scope(instrumentation_scope(names::SCOPE_METRICS))
            .u64_counter(names::METRIC_CALLBACK_PANICS)
            .with_unit("{panic}")
            .with_description("Runs of an observable instrument's callback that panicked.")
            .build();
        Self { sdk, exemplars, panics, is_read: true }
    }

    /// Meters that nobody reads: what is measured with them costs next to nothing and goes nowhere.
    pub(crate) fn silent() -> Self {
        let exemplars = Exemplars::new(ExemplarFilter::AlwaysOff, false);
        Self { is_read: false, ..Self::new(SdkMeterProvider::default(), exemplars) }
    }

    pub(crate) fn is_read(&self) -> bool {
        self.is_read
    }

    /// What was kept for the points that were last collected goes into `request`, made from them.
    #[cfg(feature = "testing")]
    pub(crate) fn put_exemplars(
        &self,
        request: &mut ExportMetricsServiceRequest,
        collected: &ResourceMetrics,
    ) {
        self.exemplars.put_into(request, collected);
    }

    #[cfg(feature = "testing")]
    pub(crate) fn force_flush(&self) -> OTelSdkResult {
        self.sdk.force_flush()
    }

    pub(crate) fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.sdk.shutdown_with_timeout(timeout)
    }
}

impl MeterProvider for Meters {
    fn meter_with_scope(&self, scope: InstrumentationScope) -> Meter {
        let meter = self.sdk.meter_with_scope(scope.clone());
        let (exemplars, panics) = (self.exemplars.clone(), self.panics.clone());
        Meter::new(Arc::new(Instruments { meter, scope, exemplars, panics }))
    }
}
