//! A private Redis server: its own folder, port and password. It keeps nothing on disk.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    process::ExitStatus,
    time::Duration,
};

use crate::{ServerError, StopSignal, TiedProcess, find::redis_program, log::Log, password};

const STOP_PATIENCE: Duration = Duration::from_secs(5);
const PING_PATIENCE: Duration = Duration::from_secs(1);

/// A running server that ends with this process.
#[derive(Debug)]
pub struct RedisServer {
    process: TiedProcess,
    port: u16,
    password: String,
}

impl RedisServer {
    /// Starts a server with `databases` logical databases on the loopback address, and waits until
    /// it answers.
    ///
    /// # Errors
    /// When Redis is missing, the folder can't be used, or the server does not come up.
    pub async fn start(folder: &Path, port: u16, databases: u16) -> Result<Self, ServerError> {
        Self::start_with_folder(folder, port, databases, None).await
    }

    pub(crate) async fn start_with_folder(
        folder: &Path,
        port: u16,
        databases: u16,
        removed: Option<&Path>,
    ) -> Result<Self, ServerError> {
        let program = redis_program()?;
        fs::create_dir_all(folder)
            .map_err(ServerError::io(format!("making the folder {}", folder.display())))?;
        let password = password::kept_in(&folder.join("password"))?;
        let file = folder.join("redis.conf");
        // A file, because arguments can be read by everybody on the machine.
        password::write_private(&file, &configuration(port, databases, &password))?;
        let log = Log::new("Redis", folder.join("redis.log"));
        let capture = log.capture()?;
        let process =
            TiedProcess::spawn_with_folder(&program, [&file], StopSignal::Terminate, removed, |command| {
                capture(command.current_dir(folder));
            })?;
        log.wait_until_ready(&process, || answers(port, &password)).await?;
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

    /// The URL of one of its logical databases, with the password.
    pub fn url(&self, database: u16) -> String {
        format!("redis://:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Waits until the server has ended, which it should not by itself.
    pub fn exited(&self) -> impl Future<Output = Option<ExitStatus>> + Send + 'static {
        self.process.exited()
    }

    /// Stops the server.
    pub async fn stop(self) -> Option<ExitStatus> {
        self.process.stop(STOP_PATIENCE).await
    }
}

fn configuration(port: u16, databases: u16, password: &str) -> String {
    format!(
        "bind 127.0.0.1\nport {port}\nrequirepass {password}\ndatabases {databases}\n\
         save \"\"\nappendonly no\nmaxmemory 64mb\nmaxmemory-policy allkeys-lru\n"
    )
}

/// Speaks the protocol by hand: one PING with the password, so that no client library is needed.
fn answers(port: u16, password: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, PING_PATIENCE)?;
        stream.set_read_timeout(Some(PING_PATIENCE))?;
        stream.write_all(format!("AUTH {password}\r\nPING\r\n").as_bytes())?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(&answer == b"+OK\r\n+PONG\r\n")
    };
    ask().unwrap_or(false)
}
