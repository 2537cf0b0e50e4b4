//! The system as processes.

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
use throughline::{
    trace::{Role, Span},
    viewer::{RecordedSpan, Status, Viewer},
};
use tokio::process::{Child, Command};

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
    pub orders: TestDatabase,
    pub stock: TestDatabase,
    processes: Vec<Child>,
    /// Kept until the databases are no longer used.
    _users: TestDatabase,
    logs: TempDir,
}

struct Addresses {
    gateway: SocketAddr,
    users: SocketAddr,
    orders: SocketAddr,
    admin: [SocketAddr; 4],
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
            orders: TestDatabase::create(&orders::MIGRATIONS).await,
            stock: TestDatabase::create(&order_worker::MIGRATIONS).await,
            processes: Vec::new(),
            _users: TestDatabase::create(&users::MIGRATIONS).await,
            logs: tempfile::tempdir().unwrap(),
        };
        for service in ["users", "orders", "order-worker", "gateway"] {
            let at = cut.filter(|cut| cut.service == service).map_or("nothing", |cut| cut.at);
            let process = system.spawn(service, at, &addresses, settings);
            system.processes.push(process);
        }
        for admin in addresses.admin {
            system.wait_until_ready(admin).await;
        }
        system
    }

    fn spawn(&self, service: &str, cut: &str, addresses: &Addresses, settings: &[(&str, &str)]) -> Child {
        let redis = testing::redis_url();
        let [gateway, users, orders, worker] = addresses.admin;
        let own: Vec<(&str, String)> = match service {
            "gateway" => vec![
                ("LISTEN_ADDR", addresses.gateway.to_string()),
                ("ADMIN_ADDR", gateway.to_string()),
                ("JWT_KEYS", format!("test:{}", "A".repeat(43))),
            ],
            "users" => vec![
                ("LISTEN_ADDR", addresses.users.to_string()),
                ("ADMIN_ADDR", users.to_string()),
                ("DATABASE_URL", self._users.url().to_owned()),
            ],
            "orders" => vec![
                ("LISTEN_ADDR", addresses.orders.to_string()),
                ("ADMIN_ADDR", orders.to_string()),
                ("DATABASE_URL", self.orders.url().to_owned()),
            ],
            _ => vec![
                ("ADMIN_ADDR", worker.to_string()),
                ("DATABASE_URL", self.stock.url().to_owned()),
                ("KAFKA_FETCH_WAIT_MAX_MS", "10".to_owned()),
            ],
        };
        let log = File::create(self.log(service)).unwrap();
        Command::new(env!("CARGO_BIN_EXE_severed"))
            .args(["--cut", cut, service])
            .env_clear()
            .envs(own)
            .envs(settings.iter().copied())
            .env("REDIS_URL", redis)
            .env("KAFKA_BROKERS", self.broker.address())
            .env("USERS_URL", format!("http://{}", addresses.users))
            .env("ORDERS_URL", format!("http://{}", addresses.orders))
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", self.viewer.otlp_grpc()))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    fn log(&self, service: &str) -> PathBuf {
        self.logs.path().join(service)
    }

    async fn wait_until_ready(&mut self, admin: SocketAddr) {
        let url = format!("http://{admin}/readyz");
        loop {
            for process in &mut self.processes {
                assert!(process.try_wait().unwrap().is_none(), "a service ended:\n{}", self.logs());
            }
            match reqwest::get(&url).await {
                Ok(answer) if answer.status().is_success() => return,
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Everything that the services wrote.
    pub fn logs(&self) -> String {
        let services = ["gateway", "users", "orders", "order-worker"];
        services.map(|service| fs::read_to_string(self.log(service)).unwrap_or_default()).join("\n")
    }

    /// Stops all services as an orchestrator does. What they had not exported yet, they export now:
    /// afterwards the viewer has every span there will ever be.
    pub async fn stop_services(&mut self) {
        for mut process in self.processes.drain(..).rev() {
            let pid = Pid::from_raw(process.id().unwrap().cast_signed()).unwrap();
            kill_process(pid, Signal::TERM).unwrap();
            let status = process.wait().await.unwrap();
            assert!(status.success(), "a service ended with {status}");
        }
    }

    /// The spans of one trace.
    pub fn trace(&self, trace_id: &str) -> Vec<Span> {
        self.spans().into_iter().filter(|span| span.trace_id == trace_id).collect()
    }

    pub fn spans(&self) -> Vec<Span> {
        self.viewer.store().spans().iter().map(|span| observed(span)).collect()
    }
}

fn observed(span: &RecordedSpan) -> Span {
    Span {
        trace_id: span.trace_id(),
        span_id: span.span_id(),
        parent: span.parent_span_id(),
        role: Role {
            service: span.service().to_owned(),
            kind: span.kind().name().to_uppercase(),
            name: span.name().to_owned(),
        },
        start_us: span.start() / 1000,
        duration_us: span.duration() / 1000,
        failed: span.status() == Status::Error,
        status: span.text("error.type").map(str::to_owned),
    }
}
