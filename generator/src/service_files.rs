//! What a new service is made of: where each file goes, for which shape, and its template.

/// A file that `new` writes.
#[derive(Debug)]
pub(super) struct File {
    /// From the checkout's root; the template's name in it is replaced too.
    pub(super) path: &'static str,
    /// See [`template`](super::template).
    pub(super) condition: Option<&'static str>,
    pub(super) template: &'static str,
}

const fn always(path: &'static str, template: &'static str) -> File {
    File { path, condition: None, template }
}

const fn only(condition: &'static str, path: &'static str, template: &'static str) -> File {
    File { path, condition: Some(condition), template }
}

/// In the order in which one reads them.
pub(super) const FILES: &[File] = &[
    always("services/my-things/README.md", include_str!("../templates/service/README.md.template")),
    always("services/my-things/Cargo.toml", include_str!("../templates/service/Cargo.toml.template")),
    always("services/my-things/src/main.rs", include_str!("../templates/service/src/main.rs")),
    always("services/my-things/src/lib.rs", include_str!("../templates/service/src/lib.rs.template")),
    always("services/my-things/src/config.rs", include_str!("../templates/service/src/config.rs")),
    only("grpc", "services/my-things/src/grpc.rs", include_str!("../templates/service/src/grpc.rs")),
    only("kafka", "services/my-things/src/consume.rs", include_str!("../templates/service/src/consume.rs")),
    only(
        "kafka",
        "services/my-things/src/consume/queue.rs",
        include_str!("../../services/order-worker/src/consume/queue.rs"),
    ),
    always("services/my-things/src/my_things.rs", include_str!("../templates/service/src/my_things.rs")),
    always("services/my-things/src/store.rs", include_str!("../templates/service/src/store.rs")),
    only("grpc", "services/my-things/src/cache.rs", include_str!("../templates/service/src/cache.rs")),
    only("kafka", "services/my-things/src/events.rs", include_str!("../templates/service/src/events.rs")),
    always("services/my-things/src/error.rs", include_str!("../templates/service/src/error.rs")),
    always("services/my-things/tests/it/main.rs", include_str!("../templates/service/tests/it/main.rs")),
    always(
        "services/my-things/tests/it/support.rs",
        include_str!("../templates/service/tests/it/support.rs.template"),
    ),
    only(
        "kafka",
        "services/my-things/tests/it/broker.rs",
        include_str!("../templates/service/tests/it/broker.rs"),
    ),
    only(
        "grpc",
        "services/my-things/tests/it/calls.rs",
        include_str!("../templates/service/tests/it/calls.rs"),
    ),
    only(
        "grpc",
        "services/my-things/tests/it/edge.rs",
        include_str!("../templates/service/tests/it/edge.rs"),
    ),
    only(
        "kafka",
        "services/my-things/tests/it/messages.rs",
        include_str!("../templates/service/tests/it/messages.rs"),
    ),
    always(
        "services/my-things/tests/it/configuration.rs",
        include_str!("../templates/service/tests/it/configuration.rs"),
    ),
    always("services/my-things/tests/it/trace.rs", include_str!("../templates/service/tests/it/trace.rs")),
    always("migrations/my-things/0001_my_things.sql", include_str!("../templates/service/migration.sql")),
    only("grpc", "proto/my_things/v1/my_things.proto", include_str!("../templates/service/service.proto")),
    only(
        "kafka",
        "proto/events/v1/my_thing_requested.proto",
        include_str!("../templates/service/event.proto"),
    ),
    always("deploy/k8s/base/my-things.yaml", include_str!("../templates/registration/kubernetes.yaml")),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::{fs, path::Path};

    use super::FILES;
    use crate::template::{Shape, condition};

    /// A mark with a typing error would leave lines out of every service, or in.
    #[test]
    fn every_mark_of_a_template_is_known_and_closed() {
        let shape = Shape { grpc: true, kafka: true };
        for file in FILES {
            let mut open = Vec::new();
            for mark in file.template.lines().filter_map(condition) {
                match mark.strip_prefix('/') {
                    Some(closed) => assert_eq!(open.pop(), Some(closed), "{}", file.path),
                    None => open.push(mark),
                }
                assert!(shape.has(mark.trim_start_matches('/')).is_some(), "{}: <{mark}>", file.path);
            }
            assert!(open.is_empty(), "{}: {open:?}", file.path);
        }
    }

    #[test]
    fn every_template_is_used() {
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/service");
        let mut left = vec![templates];
        while let Some(path) = left.pop() {
            if path.is_dir() {
                left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            assert!(FILES.iter().any(|file| file.template == text), "{} is used nowhere", path.display());
        }
    }
}
