//! `run.json`: what is running, for `status`, scripts and tests.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use super::state_folder::write_private;

const NAME: &str = "run.json";

/// The URLs in it contain passwords, so only its owner can read the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFile {
    /// Each service.
    pub services: Vec<RunningService>,
    /// A URL for each database.
    pub databases: BTreeMap<String, String>,
    /// URL.
    pub redis: String,
    /// `host:port`.
    pub kafka: String,
    /// URL of OTLP over gRPC.
    pub otlp: String,
    /// URL of the trace viewer.
    pub ui: String,
}

/// One service in a [`RunFile`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningService {
    /// Its name.
    pub name: String,
    /// Its process.
    pub pid: u32,
    /// `host:port` where it can be called; none for `order-worker`.
    pub address: Option<String>,
    /// `host:port` of `/livez` and `/readyz`.
    pub admin: String,
}

impl RunFile {
    /// Reads the one in `folder`, if there is a whole one.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(NAME)).ok()?).ok()
    }

    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        write_private(&folder.join(NAME), &text)
    }

    pub(super) fn remove(folder: &Path) {
        // One that stays is harmless: nobody holds the lock.
        let _ = fs::remove_file(folder.join(NAME));
    }

    /// For people; without passwords.
    pub fn table(&self) -> String {
        let row = |what: &str, place: &str, note: &str| {
            format!("  {what:13} {place:32} {note}").trim_end().to_owned()
        };
        let mut rows: Vec<String> = Vec::new();
        for service in &self.services {
            let place = match (&service.address, service.name.as_str()) {
                (Some(address), "gateway") => format!("http://{address}"),
                (Some(address), _) => format!("{address} (gRPC)"),
                (None, _) => "(reads Kafka)".to_owned(),
            };
            let note = format!("pid {}, http://{}/readyz", service.pid, service.admin);
            rows.push(row(&service.name, &place, &note));
        }
        rows.push(row("traces", &self.ui, "Jaeger's pages"));
        rows.push(row("OTLP", &self.otlp, "gRPC; traces, logs, metrics"));
        let servers = self.databases.values().next().and_then(|url| url.rsplit_once('@')?.1.split_once('/'));
        rows.push(row("PostgreSQL", servers.map_or("", |(address, _)| address), "private; URLs in run.json"));
        rows.push(row("Redis", self.redis.rsplit_once('@').map_or("", |(_, rest)| rest), "private"));
        rows.push(row("Kafka", &self.kafka, "in this process; forgets at the stop"));
        rows.join("\n")
    }
}
