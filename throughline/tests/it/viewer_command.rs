use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

#[tokio::test]
async fn the_viewer_alone_says_where_it_is_shows_its_pages_and_ends_with_ctrl_c() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
    command.args(["viewer", "--free-ports"]).stdout(Stdio::piped()).kill_on_drop(true);
    let mut viewer = command.spawn().unwrap();
    let mut lines = BufReader::new(viewer.stdout.take().unwrap()).lines();
    let otlp = lines.next_line().await.unwrap().unwrap();
    assert!(otlp.starts_with("OTLP comes in at http://127.0.0.1:"), "{otlp}");
    let traces = lines.next_line().await.unwrap().unwrap();
    let ui = traces.strip_prefix("the traces are at ").unwrap();
    let services = reqwest::get(format!("{ui}/api/services")).await.unwrap();
    assert!(services.status().is_success());
    let pid = Pid::from_raw(viewer.id().unwrap().cast_signed()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    assert!(viewer.wait().await.unwrap().success());
}
