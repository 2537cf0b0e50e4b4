//! `throughline up` as an operator meets it.

use std::{fs, net::TcpListener, path::Path};

use throughline::up::RunFile;

use crate::{
    http_call::get,
    operations,
    program::{Program, is_running, until},
};

fn processes(run_file: &RunFile) -> Vec<u32> {
    run_file.services.iter().map(|service| service.pid).collect()
}

/// It is the first line of this file.
fn postgres_pid(folder: &Path) -> u32 {
    let file = fs::read_to_string(folder.join("postgres/data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().trim().parse().unwrap()
}

#[tokio::test]
async fn everything_is_ready_then_a_signal_stops_all_of_it() {
    let mut up = Program::up(&["--free-ports"]);
    let run_file = up.ready().await;
    let names: Vec<_> = run_file.services.iter().map(|service| service.name.as_str()).collect();
    // And whatever a copier has added.
    for name in ["gateway", "order-worker", "orders", "users"] {
        assert!(names.contains(&name), "no {name} in {names:?}");
    }
    for service in &run_file.services {
        assert_eq!(get(format!("http://{}/readyz", service.admin)).await.status, 200, "{}", service.name);
        let health = operations::run(&["health", &service.admin.to_string()], &[]);
        assert!(health.status.success(), "{}", service.name);
    }
    let postgres = postgres_pid(up.folder());
    assert!(is_running(postgres));
    assert_eq!(up.other("status", &[]).0, Some(0));

    let (code, output) = up.interrupt().await;
    assert_eq!(code, Some(0), "{output}");
    // At once, without waiting: `up` ends after everything else.
    for pid in processes(&run_file).into_iter().chain([postgres]) {
        assert!(!is_running(pid), "{pid} is left:\n{output}");
    }
    assert!(RunFile::read(up.folder()).is_none());
    let (code, output) = up.other("status", &[]);
    assert!(code == Some(1) && output.contains("nothing is running"), "{output}");
}

#[tokio::test]
async fn nothing_survives_when_up_is_killed() {
    let mut up = Program::up(&["--free-ports"]);
    let run_file = up.ready().await;
    let postgres = postgres_pid(up.folder());
    up.kill().await;
    // Its run.json is left, and nobody believes it.
    assert!(up.other("status", &[]).1.contains("nothing is running"));
    for pid in processes(&run_file).into_iter().chain([postgres]) {
        until(|| !is_running(pid)).await;
    }
}

#[tokio::test]
async fn the_next_up_takes_over_from_one_that_was_killed_a_moment_ago() {
    let mut up = Program::up(&["--free-ports"]);
    up.ready().await;
    let postgres = postgres_pid(up.folder());
    up.kill().await;
    up.again(&["--free-ports"]);
    up.ready().await;
    assert!(!is_running(postgres) && is_running(postgres_pid(up.folder())));
    assert_eq!(up.interrupt().await.0, Some(0));
}

#[tokio::test]
async fn a_service_that_dies_is_reported_and_the_rest_is_stopped() {
    let mut up = Program::up(&["--free-ports"]);
    let run_file = up.ready().await;
    let orders = run_file.services.iter().find(|service| service.name == "orders").unwrap();
    Program::kill_pid(orders.pid);
    let (code, output) = up.ended().await;
    assert_eq!(code, Some(1), "{output}");
    assert!(output.contains("orders ended by itself (signal: 9 (SIGKILL))"), "{output}");
    for pid in processes(&run_file) {
        assert!(!is_running(pid), "{pid} is left:\n{output}");
    }
}

#[tokio::test]
async fn a_second_up_in_the_same_folder_is_refused() {
    let mut up = Program::up(&["--free-ports"]);
    up.ready().await;
    let (code, output) = up.other("up", &["--free-ports"]);
    assert!(code == Some(1) && output.contains("is running already in"), "{output}");
    assert_eq!(up.interrupt().await.0, Some(0));
}

#[tokio::test]
async fn a_foreign_folder_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
    let (code, output) = Program::run("up", folder.path(), &["--free-ports"]);
    assert!(code == Some(1) && output.contains("not a state folder of throughline"), "{output}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_folder_of_another_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("throughline-state"), "99\n").unwrap();
    let (code, output) = Program::run("up", folder.path(), &["--free-ports"]);
    assert!(code == Some(1) && output.contains(r#"has the layout "99""#), "{output}");
}

#[tokio::test]
async fn a_taken_port_is_named_with_what_to_do() {
    // If it is taken already, by whomever, that is as good.
    let _taken = TcpListener::bind("127.0.0.1:16686");
    let folder = tempfile::tempdir().unwrap();
    let (code, output) = Program::run("up", folder.path(), &[]);
    assert_eq!(code, Some(1), "{output}");
    assert!(output.contains("of 127.0.0.1, for ") && output.contains("start with --free-ports"), "{output}");
}

#[tokio::test]
async fn bad_usage_ends_with_64_and_help_with_0() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Program::run("up", folder.path(), &["--nonsense"]).0, Some(64));
    assert_eq!(Program::run("nonsense", folder.path(), &[]).0, Some(64));
    assert_eq!(Program::run("up", folder.path(), &["--help"]).0, Some(0));
}
