//! Which methods a server has. Anybody can call any path, and each unknown one would be a new span
//! name and a new metric series.

use std::{collections::HashSet, sync::Arc};

use prost::Message;
use prost_types::FileDescriptorSet;

/// The methods of a descriptor set, as `package.Service/Method`.
#[derive(Clone)]
pub(crate) struct Methods(Arc<HashSet<String>>);

impl Methods {
    /// A descriptor set that cannot be read knows no method: calls are served and called `_OTHER`.
    pub(crate) fn of(descriptor_set: &[u8]) -> Self {
        let set = FileDescriptorSet::decode(descriptor_set).unwrap_or_else(|error| {
            tracing::warn!(
                "the gRPC descriptor set cannot be read, spans will not name their methods: {error}"
            );
            FileDescriptorSet::default()
        });
        let methods = set.file.iter().flat_map(|file| {
            let package = file.package();
            let prefix = if package.is_empty() { String::new() } else { format!("{package}.") };
            file.service.iter().flat_map(move |service| {
                let service_name = format!("{prefix}{}", service.name());
                service.method.iter().map(move |method| format!("{service_name}/{}", method.name()))
            })
        });
        Self(Arc::new(methods.collect()))
    }

    pub(crate) fn knows(&self, method: &str) -> bool {
        self.0.contains(method)
    }
}

/// Health checks and reflection: asked all day by machines, looked at by nobody.
pub(crate) fn is_infrastructure(path: &str) -> bool {
    path.starts_with("/grpc.health.") || path.starts_with("/grpc.reflection.")
}
