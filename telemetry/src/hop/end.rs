//! How an operation at an edge ended.

use std::borrow::Cow;

use opentelemetry::KeyValue;

/// How an operation ended. The default is success with nothing to add.
#[derive(Default)]
pub(crate) struct End {
    /// For the span and the metric.
    pub labels: Vec<KeyValue>,
    /// For the span alone: what would give a metric too many series.
    pub attributes: Vec<KeyValue>,
    pub error: Option<Failure>,
}

/// A failed operation: `error.type` (low cardinality) and, where the attributes don't say it all, a text.
pub(crate) struct Failure {
    pub error_type: Cow<'static, str>,
    pub description: Cow<'static, str>,
}

impl End {
    pub(crate) fn failed(error_type: impl Into<Cow<'static, str>>) -> Self {
        Self::default().with_error(error_type, "")
    }

    pub(crate) fn with_label(mut self, key: &'static str, value: impl Into<opentelemetry::Value>) -> Self {
        self.labels.push(KeyValue::new(key, value));
        self
    }

    pub(crate) fn with_error(
        mut self,
        error_type: impl Into<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.error = Some(Failure { error_type: error_type.into(), description: description.into() });
        self
    }
}
