//! A private PostgreSQL server: its own folder, port and password.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::{Duration, Instant},
};

use rustix::process::{Pid, test_kill_process};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::{
    ServerError, StopSignal, TiedProcess,
    account::Account,
    find::{PostgresPrograms, postgres_programs},
    log::Log,
    postgres_cluster::{self, USER},
};

/// PostgreSQL writes out what it has when it stops.
const STOP_PATIENCE: Duration = Duration::from_secs(15);
const ASK_EVERY: Duration = Duration::from_millis(10);

/// What a crash of the machine may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed.
    Durable,
    /// Everything, and faster for it: for tests. The folder is removed when this process ends.
    Disposable,
}

/// A running server that ends with this process.
#[derive(Debug)]
pub struct PostgresServer {
    process: TiedProcess,
    port: u16,
    password: String,
}

impl PostgresServer {
    /// Starts the server whose files are in `folder` (made now, if it is empty) on the loopback
    /// address, and waits until it takes connections. Started by root it runs as `postgres`.
    ///
    /// # Errors
    /// When a program is missing, the folder can't be used, or the server does not come up.
    pub async fn start(folder: &Path, port: u16, durability: Durability) -> Result<Self, ServerError> {
        let programs = postgres_programs()?;
        let account = Account::for_postgres()?;
        let password = postgres_cluster::prepare(&programs, folder, account)?;
        let process = run(&programs, folder, port, durability, account).await?;
        Ok(Self { process, port, password })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The URL of one of its databases, with the password.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Makes a database unless there is one of that name. `name` must be a plain identifier.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn create_database(&self, name: &str) -> Result<(), ServerError> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(name)
            .fetch_one(&mut connection)
            .await?;
        if !exists {
            sqlx::query(AssertSqlSafe(format!(r#"CREATE DATABASE "{name}""#)))
                .execute(&mut connection)
                .await?;
        }
        connection.close().await?;
        Ok(())
    }

    /// Waits until the server has ended, which it should not by itself.
    pub fn exited(&self) -> impl Future<Output = Option<ExitStatus>> + Send + 'static {
        self.process.exited()
    }

    /// Ends all sessions and stops the server.
    pub async fn stop(self) -> Option<ExitStatus> {
        self.process.stop(STOP_PATIENCE).await
    }
}

async fn run(
    programs: &PostgresPrograms,
    folder: &Path,
    port: u16,
    durability: Durability,
    account: Account,
) -> Result<TiedProcess, ServerError> {
    predecessor_ended(&folder.join("data/postmaster.pid")).await;
    let log = Log::new("PostgreSQL", folder.join("postgres.log"));
    let capture = log.capture()?;
    let removed = (durability == Durability::Disposable).then_some(folder);
    let arguments = arguments(folder, port, durability);
    let process = TiedProcess::spawn_with_folder(
        &programs.postgres,
        &arguments,
        StopSignal::Interrupt,
        removed,
        |command| {
            account.apply(command.current_dir(folder));
            capture(command);
        },
    )?;
    let status = folder.join("data/postmaster.pid");
    log.wait_until_ready(&process, || is_ready(&status, process.pid())).await?;
    Ok(process)
}

/// Whoever was killed a moment ago left a server that is just being stopped. If it does not end, the
/// new one says so itself: two can't use the same data.
async fn predecessor_ended(status: &Path) {
    let running = || {
        let text = fs::read_to_string(status).ok()?;
        let pid = text.lines().next()?.trim().parse().ok().and_then(Pid::from_raw)?;
        test_kill_process(pid).ok()
    };
    let begin = Instant::now();
    while running().is_some() && begin.elapsed() < STOP_PATIENCE {
        tokio::time::sleep(ASK_EVERY).await;
    }
}

fn arguments(folder: &Path, port: u16, durability: Durability) -> Vec<String> {
    let port = format!("port={port}");
    let mut settings = vec!["listen_addresses=127.0.0.1", &port, "timezone=UTC", "max_connections=200"];
    // No Unix socket: its path is limited to 107 bytes, and a state folder may be deeper.
    settings.push("unix_socket_directories=");
    if durability == Durability::Disposable {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
    }
    let data: PathBuf = folder.join("data");
    let mut arguments = vec!["-D".to_owned(), data.display().to_string()];
    for setting in settings {
        arguments.extend(["-c".to_owned(), setting.to_owned()]);
    }
    arguments
}

/// The server writes its pid into the first line of this file and its state into the last; this is
/// how `pg_ctl` waits. The pid matters: a crashed server leaves its file behind.
fn is_ready(status: &Path, pid: u32) -> bool {
    fs::read_to_string(status).is_ok_and(|text| {
        let first = text.lines().next().map(str::trim);
        let last = text.lines().last().map(str::trim);
        first == Some(pid.to_string().as_str()) && last == Some("ready")
    })
}
