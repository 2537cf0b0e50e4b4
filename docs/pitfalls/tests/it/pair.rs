//! A pair of programs, a run of one of them, and what their page says about the difference.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use telemetry::testing::{Answer, Collector, Received};
use tokio::{process::Command, time::timeout};

/// Only a program that hangs runs this long.
const PATIENCE: Duration = Duration::from_secs(120);

/// A folder of the gallery.
pub struct Pair {
    folder: &'static str,
    variables: &'static [(&'static str, &'static str)],
    answer: Answer,
}

/// How a program ran, and what came of it.
pub struct Run {
    pub received: Received,
    pub output: Output,
}

impl Pair {
    pub fn of(folder: &'static str) -> Self {
        Self { folder, variables: &[], answer: Answer::Accept }
    }

    /// Both programs run with these variables besides the collector's address.
    pub fn with(self, variables: &'static [(&'static str, &'static str)]) -> Self {
        Self { variables, ..self }
    }

    /// The collector answers like this; when it is slow, then only until it has kept something.
    pub fn answered(self, answer: Answer) -> Self {
        Self { answer, ..self }
    }

    /// Runs both, and holds what `observe` makes of it against the two sentences; and the sentences
    /// against the page.
    #[track_caller]
    pub fn shows(self, observe: impl Fn(&Run) -> String, broken: &str, fixed: &str) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        for (program, expected) in [("broken", broken), ("fixed", fixed)] {
            let run = runtime.block_on(self.run(program));
            let observed = observe(&run);
            let said = String::from_utf8_lossy(&run.output.stderr);
            assert_eq!(observed, expected, "{program} of {}\n{}\n{said}", self.folder, run.received.tree());
            let sentence = format!("- {program}: {expected}");
            let page = fs::read_to_string(gallery().join(self.folder).join("README.md")).unwrap();
            assert!(page.lines().any(|line| line == sentence), "{}/README.md lacks: {sentence}", self.folder);
        }
    }

    async fn run(&self, program: &str) -> Run {
        let collector = Collector::start().await.unwrap();
        collector.answer(self.answer);
        let mut command = Command::new(self.program(program));
        for (name, _) in std::env::vars() {
            if name.starts_with("OTEL_") || name == "RUST_LOG" {
                command.env_remove(name);
            }
        }
        let process = command
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address())
            .env("NO_PROXY", "127.0.0.1")
            .envs(self.variables.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let slow_only_once = async {
            collector.wait_for(|all| !all.traces.is_empty()).await;
            if let Answer::Delay(_) = self.answer {
                collector.answer(Answer::Accept);
            }
            std::future::pending::<()>().await;
        };
        let output = tokio::select! {
            output = timeout(PATIENCE, process) => output.expect("the program ends").unwrap(),
            () = slow_only_once => unreachable!(),
        };
        Run { received: collector.received(), output }
    }

    /// Cargo has put all programs beside this one.
    fn program(&self, program: &str) -> PathBuf {
        let (_, name) = self.folder.split_once('-').unwrap();
        let one = Path::new(env!("CARGO_BIN_EXE_lost-spans-broken"));
        one.with_file_name(format!("{name}-{program}{}", std::env::consts::EXE_SUFFIX))
    }
}

/// The folder that all pairs are in.
pub fn gallery() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
