//! The three services as processes, each with the environment that it needs: for `library up`, and for
//! the checks of the lessons.

use std::{
    fs::File,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use local_servers::{StopSignal, TiedProcess};
use tokio::net::TcpStream;

const STOP_PATIENCE: Duration = Duration::from_secs(15);

/// Where everything is.
pub struct Settings {
    /// This program: `program shelf` is the service `shelf`.
    pub program: PathBuf,
    /// `host:port` of the HTTP front.
    pub shelf: String,
    /// `host:port` of the gRPC service.
    pub desk: String,
    /// The URLs of the databases of shelf, desk and picker.
    pub databases: [String; 3],
    /// The URL of the cache.
    pub redis: String,
    /// `host:port` of the broker.
    pub kafka: String,
    /// Where each service writes what it has to say; without a folder, to this terminal.
    pub logs: Option<PathBuf>,
    /// Further variables, for all services.
    pub variables: Vec<(String, String)>,
}

/// The running services. They end with this value.
pub struct Library {
    settings: Settings,
    services: Vec<(&'static str, TiedProcess)>,
}

impl Library {
    /// Starts all three; when this returns, they can be called.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        let mut library = Self { settings, services: Vec::new() };
        for name in ["desk", "picker", "shelf"] {
            library.spawn(name)?;
        }
        library.answers(&library.settings.desk).await?;
        library.answers(&library.settings.shelf).await?;
        Ok(library)
    }

    fn spawn(&mut self, name: &'static str) -> anyhow::Result<()> {
        let settings = &self.settings;
        let log = settings.logs.as_ref().map(|folder| File::create(folder.join(name))).transpose()?;
        let copy = log.as_ref().map(File::try_clone).transpose()?;
        let own = self.own_variables(name);
        let process = TiedProcess::spawn(&settings.program, [name], StopSignal::Terminate, |command| {
            command.envs(own).env("KAFKA_BROKERS", &settings.kafka).envs(settings.variables.iter().cloned());
            if let (Some(log), Some(copy)) = (log, copy) {
                write_to(command, log, copy);
            }
        })?;
        self.services.push((name, process));
        Ok(())
    }

    fn own_variables(&self, name: &str) -> Vec<(&'static str, String)> {
        let Settings { shelf, desk, redis, databases: [of_shelf, of_desk, of_picker], .. } = &self.settings;
        match name {
            "shelf" => vec![
                ("LISTEN_ADDR", shelf.clone()),
                ("DATABASE_URL", of_shelf.clone()),
                ("REDIS_URL", redis.clone()),
                ("DESK_URL", format!("http://{desk}")),
            ],
            "desk" => vec![("LISTEN_ADDR", desk.clone()), ("DATABASE_URL", of_desk.clone())],
            _ => vec![("DATABASE_URL", of_picker.clone())],
        }
    }

    /// Nobody tells when another process begins to listen, so this asks again and again.
    async fn answers(&self, address: &str) -> anyhow::Result<()> {
        while TcpStream::connect(address).await.is_err() {
            self.all_run()?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    fn all_run(&self) -> anyhow::Result<()> {
        for (name, process) in &self.services {
            if let Some(status) = process.exit_status() {
                anyhow::bail!("{name} ended ({status})");
            }
        }
        Ok(())
    }

    /// Stops one service, and leaves the others to see how they live with that.
    pub async fn stop_one(&mut self, name: &str) {
        if let Some(index) = self.services.iter().position(|(other, _)| *other == name) {
            self.services.remove(index).1.stop(STOP_PATIENCE).await;
        }
    }

    /// Stops all, the front first: what they had not exported yet, they export now.
    pub async fn stop(&mut self) {
        while let Some((_, process)) = self.services.pop() {
            process.stop(STOP_PATIENCE).await;
        }
    }
}

fn write_to(command: &mut Command, log: File, copy: File) {
    command.stdout(Stdio::from(log)).stderr(Stdio::from(copy));
}
