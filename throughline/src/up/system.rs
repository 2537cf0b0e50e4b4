//! All of it, running.

use std::path::{Path, PathBuf};

use futures_util::future::{select_all, try_join_all};

use super::{
    Addresses, LogOutput, RunFile, RunningService, StateError, StateFolder, UpError, environment, migration,
    servers::Servers,
    service_process::{ServiceProcess, described},
    usual_ports::HeldPorts,
};
use crate::service_list::SERVICES;

/// What becomes of the operator's own `OTEL_*` variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorTelemetry {
    /// They count: somebody who has a collector may use it.
    Respected,
    /// They do not: the viewer gets everything.
    Ignored,
}

/// How to start a [`System`].
#[derive(Debug)]
pub struct Options {
    /// The `throughline` program, which is started once more for each service.
    pub program: PathBuf,
    /// The state folder; `None` for the usual one.
    pub state_dir: Option<PathBuf>,
    /// Free ports instead of the usual ones.
    pub free_ports: bool,
    /// Whether the operator's `OTEL_*` variables count.
    pub operator_telemetry: OperatorTelemetry,
    /// Whether the services' logs are shown.
    pub logs: LogOutput,
}

/// Everything, running and ready. Dropping it stops it too, but without order; use [`System::stop`].
#[derive(Debug)]
pub struct System {
    /// Dropped first, and in this order: services before servers.
    services: Vec<ServiceProcess>,
    servers: Servers,
    folder: StateFolder,
    addresses: Addresses,
    _held: HeldPorts,
    exports_elsewhere: bool,
}

impl System {
    /// Starts everything, and returns when every service is ready.
    ///
    /// # Errors
    /// When a part can't be started; what was started is stopped.
    pub async fn start(options: Options) -> Result<Self, UpError> {
        let system = Self::launch(options).await?;
        match system.ready().await {
            Ok(()) => Ok(system),
            Err(error) => {
                system.stop().await;
                Err(error)
            }
        }
    }

    /// Starts everything, and returns when the servers are ready and the services begin to start.
    pub(super) async fn launch(options: Options) -> Result<Self, UpError> {
        let folder = StateFolder::open(options.state_dir.as_deref())?;
        let (addresses, held) =
            if options.free_ports { (Addresses::free()?, HeldPorts::default()) } else { Addresses::usual()? };
        let jwt_keys = folder.jwt_keys()?;
        let servers = Servers::start(&folder, &addresses).await?;
        migrate(&options.program, &servers).await?;
        let mut services = Vec::new();
        for (number, service) in SERVICES.iter().enumerate() {
            let database = service.database.as_ref().map(|database| database.name);
            let operator = options.operator_telemetry;
            let changes = environment::of(service.name, database, &addresses, &servers, &jwt_keys, operator);
            let Some(admin) = addresses.admin_of(service.name) else { continue };
            let id = (number, service.name);
            services.push(ServiceProcess::spawn(&options.program, id, admin, changes, options.logs)?);
        }
        let exports_elsewhere =
            options.operator_telemetry == OperatorTelemetry::Respected && environment::exports_elsewhere();
        Ok(Self { services, servers, folder, addresses, _held: held, exports_elsewhere })
    }

    /// Waits for every service, then tells others by `run.json`.
    pub(super) async fn ready(&self) -> Result<(), UpError> {
        try_join_all(self.services.iter().map(ServiceProcess::ready)).await?;
        let written = self.run_file().write(self.folder.folder());
        written.map_err(|source| StateError::Io { path: self.folder.join("run.json"), source })?;
        Ok(())
    }

    /// The servers that are processes of their own, by name.
    pub fn server_pids(&self) -> [(&'static str, u32); 2] {
        [("postgres", self.servers.postgres.pid()), ("redis", self.servers.redis.pid())]
    }

    /// Who listens where.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The viewer, with the spans that have arrived.
    pub fn viewer(&self) -> &crate::viewer::Viewer {
        &self.servers.viewer
    }

    /// What runs, as in `run.json`.
    pub fn run_file(&self) -> RunFile {
        let services = self.services.iter().map(|service| RunningService {
            name: service.name.to_owned(),
            pid: service.pid(),
            address: self.addresses.edge_of(service.name).map(|address| address.to_string()),
            admin: service.admin.to_string(),
        });
        let databases = self.servers.databases.iter().map(|(name, url)| ((*name).to_owned(), url.clone()));
        RunFile {
            services: services.collect(),
            databases: databases.collect(),
            redis: self.servers.redis.url(0),
            kafka: self.servers.broker.address().to_owned(),
            otlp: format!("http://{}", self.addresses.otlp_grpc),
            ui: format!("http://{}", self.addresses.ui),
        }
    }

    /// Waits until a part ends by itself. None is started again: a crash is a bug to look at.
    pub async fn failure(&self) -> UpError {
        let server = |name, status| UpError::Died { name, status, last_lines: self.log_of(name) };
        let services = select_all(self.services.iter().map(|service| Box::pin(service.died())));
        tokio::select! {
            (died, _, _) = services => died,
            status = self.servers.postgres.exited() => server("PostgreSQL", described(status)),
            status = self.servers.redis.exited() => server("Redis", described(status)),
        }
    }

    fn log_of(&self, server: &str) -> String {
        let folder = server.to_lowercase();
        format!("  see {}", self.folder.join(&folder).display())
    }

    /// Stops the services one after the other, then the servers.
    pub async fn stop(self) {
        RunFile::remove(self.folder.folder());
        for service in self.services {
            service.stop().await;
        }
        self.servers.stop().await;
    }

    /// What to look at, and what to do next.
    pub(crate) fn welcome(&self) -> String {
        let mut text = format!("\n{}\n", self.run_file().table());
        if self.exports_elsewhere {
            text.push_str(
                "\n  OTEL_EXPORTER_OTLP_ENDPOINT is set: the services export there, the viewer stays empty\n",
            );
        }
        text.push_str(&format!("\n  data           {}\n", self.folder.folder().display()));
        if let Some(gateway) = self.addresses.edge_of("gateway") {
            let ui = self.addresses.ui;
            text.push_str(&format!(
                "\n  Next: `throughline demo --against http://{gateway} --ui http://{ui}` places three orders. "
            ));
        }
        text.push_str("Ctrl-C stops everything.\n");
        text
    }
}

/// All at the same time: each has a database of its own.
async fn migrate(program: &Path, servers: &Servers) -> Result<(), UpError> {
    let migrations = SERVICES.iter().filter_map(|service| {
        let url = servers.databases.get(service.database.as_ref()?.name)?;
        Some(migration::run(program, service.name, url))
    });
    try_join_all(migrations).await.map(drop)
}
