//! The environment of a service's process: ours, with what `up` decides.

use std::{env, ffi::OsString};

use super::{Addresses, OperatorTelemetry, servers::Servers};

/// Each is a place to send telemetry to, for all signals or for one.
const ENDPOINTS: [&str; 4] = [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
];

/// Whether the operator sends traces elsewhere, so that the viewer stays empty.
pub(super) fn exports_elsewhere() -> bool {
    ENDPOINTS[..2].iter().any(|name| is_set(name))
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Changes to the inherited environment: values to set, and names to remove.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) set: Vec<(String, String)>,
    pub(super) remove: Vec<OsString>,
}

/// What `service` gets.
pub(super) fn of(
    service: &str,
    database: Option<&str>,
    addresses: &Addresses,
    servers: &Servers,
    jwt_keys: &str,
    operator: OperatorTelemetry,
) -> Changes {
    let mut changes = telemetry(addresses, operator);
    let set = &mut changes.set;
    let own = [("LISTEN_ADDR", addresses.edge_of(service)), ("ADMIN_ADDR", addresses.admin_of(service))];
    set.extend(own.into_iter().filter_map(|(name, own)| Some((name.to_owned(), own?.to_string()))));
    // Everybody may call everybody: ORDERS_URL is where `orders` is called.
    set.extend(addresses.edges().map(|(name, edge)| {
        (format!("{}_URL", name.to_uppercase().replace('-', "_")), format!("http://{edge}"))
    }));
    let general = [
        ("REDIS_URL", servers.redis.url(0)),
        ("KAFKA_BROKERS", servers.broker.address().to_owned()),
        // The mock answers a fetch only when this time is over, data or not.
        ("KAFKA_FETCH_WAIT_MAX_MS", "10".into()),
        // The broker forgets its messages when it stops: unsettled orders are sent again.
        ("OUTBOX_RESEND_AFTER", "5s".into()),
        ("DEMO", "true".into()),
    ];
    set.extend(general.map(|(name, value)| (name.to_owned(), value)));
    if let Some(url) = database.and_then(|name| servers.databases.get(name)) {
        set.push(("DATABASE_URL".into(), url.clone()));
    }
    // Only one service signs tokens; a secret goes nowhere else.
    if service == "gateway" {
        set.push(("JWT_KEYS".into(), jwt_keys.to_owned()));
    }
    if !is_set("LOG_FORMAT") {
        set.push(("LOG_FORMAT".into(), "pretty".into()));
    }
    changes
}

fn telemetry(addresses: &Addresses, operator: OperatorTelemetry) -> Changes {
    let mut changes = Changes::default();
    match operator {
        // It would give all services the same name.
        OperatorTelemetry::Respected => changes.remove.push("OTEL_SERVICE_NAME".into()),
        OperatorTelemetry::Ignored => changes.remove.extend(
            env::vars_os().map(|(name, _)| name).filter(|name| name.as_encoded_bytes().starts_with(b"OTEL_")),
        ),
    }
    let ignored = operator == OperatorTelemetry::Ignored;
    if ignored || !ENDPOINTS.iter().any(|name| is_set(name)) {
        let http =
            !ignored && env::var("OTEL_EXPORTER_OTLP_PROTOCOL").is_ok_and(|value| value.starts_with("http/"));
        let endpoint = if http { addresses.otlp_http } else { addresses.otlp_grpc };
        changes.set.push(("OTEL_EXPORTER_OTLP_ENDPOINT".into(), format!("http://{endpoint}")));
    }
    if ignored || !is_set("OTEL_BSP_SCHEDULE_DELAY") {
        // 5 s by default; whoever has just placed an order wants to see its trace.
        changes.set.push(("OTEL_BSP_SCHEDULE_DELAY".into(), "200".into()));
    }
    changes
}
