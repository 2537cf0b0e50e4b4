//! Who this process is.

/// The service that a process runs; becomes `service.name`, `service.version` and `service.namespace`
/// of everything the process exports, unless the operator says otherwise (`OTEL_SERVICE_NAME`,
/// `OTEL_RESOURCE_ATTRIBUTES`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Low-cardinality name, the same for all replicas.
    pub name: &'static str,
    /// The version of the build.
    pub version: &'static str,
    /// What the name is unique in: the application that the service belongs to. None by default.
    pub namespace: Option<&'static str>,
}

impl Service {
    /// Names a service by hand; [`service!`](crate::service) takes both from the caller's Cargo.toml.
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self { name, version, namespace: None }
    }

    /// The same service as part of an application: `service!().in_namespace("shop")`.
    pub const fn in_namespace(self, namespace: &'static str) -> Self {
        Self { namespace: Some(namespace), ..self }
    }
}

/// The calling crate as a [`Service`]: a copied crate needs a new package name and nothing else.
#[macro_export]
macro_rules! service {
    () => {
        $crate::Service::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    };
}
