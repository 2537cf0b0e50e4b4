//! The system as processes. What can be done to them while they run is in [`faults`] and [`locks`], what
//! they told in [`spans`]. The paths are written out because the checks of the lessons include this file too.

#[path = "system/faults.rs"]
mod faults;
#[path = "system/locks.rs"]
mod locks;
#[path = "system/spans.rs"]
pub mod spans;

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use local_servers::{
    MockBroker, ports,
    testing::{self, TestDatabase},
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use throughline::viewer::Viewer;
use tokio::process::{Child, Command};

/// Each is started after those that it calls.
const SERVICES: [&str; 4] = ["users", "orders", "order-worker", "gateway"];

pub const TOPIC: &str = "orders.placed";
pub const DEAD_LETTERS: &str = "orders.placed.dead-letter";

/// A hop that is cut: which service loses the trace, and where (see `severed --help`).
#[derive(Clone, Copy)]
pub struct Cut {
    pub service: &'static str,
    pub at: &'static str,
}

pub struct System {
    pub gateway: String,
    /// The orders service itself.
    pub orders_grpc: String,
    pub broker: MockBroker,
    pub viewer: Viewer,
    pub users: TestDatabase,
    pub orders: TestDatabase,
    pub stock: TestDatabase,
    /// In the order in which they were started.
    processes: Vec<(&'static str, Child)>,
    addresses: Addresses,
    settings: Vec<(String, String)>,
    logs: TempDir,
    redis: String,
}

struct Addresses {
    gateway: SocketAddr,
    users: SocketAddr,
    orders: SocketAddr,
    admin: [SocketAddr; 4],
}

impl Addresses {
    fn admin(&self, service: &str) -> SocketAddr {
        self.admin[SERVICES.iter().position(|name| *name == service).unwrap()]
    }
}

fn pid(process: &Child) -> Pid {
    Pid::from_raw(process.id().unwrap().cast_signed()).unwrap()
}

impl System {
    pub async fn start() -> Self {
        Self::start_with(None, &[]).await
    }

    /// With one hop cut, and with settings for those services that know them.
    pub async fn start_with(cut: Option<Cut>, settings: &[(&str, &str)]) -> Self {
        let free = ports::free::<7>().unwrap().map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let [gateway, users, orders, admin @ ..] = free;
        let addresses = Addresses { gateway, users, orders, admin };
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let viewer = Viewer::start(any, any, any).await.unwrap();
        let broker = testing::broker(&[(TOPIC, 3), (DEAD_LETTERS, 1)]);
        let mut system = Self {
            gateway: format!("http://{gateway}"),
            orders_grpc: format!("http://{orders}"),
            broker,
            viewer,
            users: TestDatabase::create(&users::MIGRATIONS).await,
            orders: TestDatabase::create(&orders::MIGRATIONS).await,
            stock: TestDatabase::create(&order_worker::MIGRATIONS).await,
            processes: Vec::new(),
            addresses,
            settings: settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            logs: tempfile::tempdir().unwrap(),
            redis: testing::redis_url(),
        };
        for service in SERVICES {
            let at = cut.filter(|cut| cut.service == service).map_or("nothing", |cut| cut.at);
            system.spawn(service, at);
        }
        for service in SERVICES {
            system.wait_until_ready(service).await;
        }
        system
    }

    fn spawn(&mut self, service: &'static str, cut: &str) {
        let log = File::options().create(true).append(true).open(self.log(service)).unwrap();
        let process = Command::new(env!("CARGO_BIN_EXE_severed"))
            .args(["--cut", cut, service])
            .env_clear()
            .envs(self.own_variables(service))
            .env("ADMIN_ADDR", self.addresses.admin(service).to_string())
            .env("REDIS_URL", &self.redis)
            .env("KAFKA_BROKERS", self.broker.address())
            .env("USERS_URL", format!("http://{}", self.addresses.users))
            .env("ORDERS_URL", format!("http://{}", self.addresses.orders))
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", self.viewer.otlp_grpc()))
            .envs(self.settings.iter().cloned())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        self.processes.push((service, process));
    }

    fn own_variables(&self, service: &str) -> Vec<(&'static str, String)> {
        match service {
            "gateway" => vec![
                ("LISTEN_ADDR", self.addresses.gateway.to_string()),
                ("JWT_KEYS", format!("test:{}", "A".repeat(43))),
            ],
            "users" => vec![
                ("LISTEN_ADDR", self.addresses.users.to_string()),
                ("DATABASE_URL", self.users.url().to_owned()),
            ],
            "orders" => vec![
                ("LISTEN_ADDR", self.addresses.orders.to_string()),
                ("DATABASE_URL", self.orders.url().to_owned()),
            ],
            _ => vec![
                ("DATABASE_URL", self.stock.url().to_owned()),
                ("KAFKA_FETCH_WAIT_MAX_MS", "10".to_owned()),
            ],
        }
    }

    fn log(&self, service: &str) -> PathBuf {
        self.logs.path().join(service)
    }

    async fn wait_until_ready(&mut self, service: &str) {
        let url = format!("http://{}/readyz", self.addresses.admin(service));
        loop {
            let ended = self.processes.iter_mut().any(|(_, process)| process.try_wait().unwrap().is_some());
            assert!(!ended, "a service ended:\n{}", self.logs());
            match reqwest::get(&url).await {
                Ok(answer) if answer.status().is_success() => return,
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Everything that the services wrote.
    pub fn logs(&self) -> String {
        SERVICES.map(|service| fs::read_to_string(self.log(service)).unwrap_or_default()).join("\n")
    }

    /// Stops all services as an orchestrator does. What they had not exported yet, they export now:
    /// afterwards the viewer has every span there will ever be.
    pub async fn stop_services(&mut self) {
        for (name, mut process) in self.processes.drain(..).rev() {
            kill_process(pid(&process), Signal::TERM).unwrap();
            let status = process.wait().await.unwrap();
            assert!(status.success(), "{name} ended with {status}");
        }
    }
}
