//! How long exports take, and who exports.

use std::{borrow::Cow, time::Duration};

use opentelemetry::{
    KeyValue,
    metrics::{Histogram, Meter},
};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

use super::Component;
use crate::{names, pipelines::export_error::Status};

/// Which exporter it is.
#[derive(Debug)]
pub(crate) struct ExporterIdentity {
    pub component: Component,
    /// What a success is called by its protocol.
    pub success: Option<Status>,
}

impl ExporterIdentity {
    /// The conventions know none of its kind, and ask for the name of its type.
    pub(crate) fn console() -> Self {
        Self { component: Component::new("telemetry::console::Console"), success: None }
    }
}

/// How long exports take.
#[derive(Debug)]
pub(crate) struct Operations {
    duration: Histogram<f64>,
    exporter: ExporterIdentity,
}

impl Operations {
    pub(crate) fn new(meter: &Meter, exporter: ExporterIdentity) -> Self {
        let duration = meter
            .f64_histogram(names::SDK_EXPORTER_OPERATION_DURATION)
            .with_unit("s")
            .with_description("Duration of exporting a batch of telemetry, retries included.")
            .with_boundaries(names::CALL_BUCKETS.to_vec())
            .build();
        Self { duration, exporter }
    }

    pub(crate) fn record(
        &self,
        elapsed: Duration,
        result: &OTelSdkResult,
        error_type: Option<Cow<'static, str>>,
    ) {
        let status = match result {
            Ok(()) => self.exporter.success.clone(),
            Err(OTelSdkError::InternalFailure(text)) => Status::of(text),
            Err(_) => None,
        };
        let mut labels = self.exporter.component.0.clone();
        labels.extend(status.map(Status::attribute));
        labels.extend(error_type.map(|error| KeyValue::new(names::ERROR_TYPE, error)));
        self.duration.record(elapsed.as_secs_f64(), &labels);
    }
}
