//! The copier's first minute: services are generated into a copy of this checkout. They keep the shape of the
//! house, they build, pass their tests, and run with the others, traced.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use generator::{Shape, write_service};
use rdkafka::{
    ClientConfig,
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use throughline::{
    trace::{JaegerAnswer, Span},
    up::RunFile,
};

use super::{
    checkout_copy::copy_checkout,
    dependencies, libraries,
    nested_build::{
        be_another_version, bring, cargo, executable, give_tests_a_name_of_their_own, run, target_folder,
    },
    sizes,
};

/// One of each shape; the last consumes what is not its own.
const SERVICES: [(&str, Shape, Option<&str>); 3] = [
    ("parcels", Shape { grpc: true, kafka: false }, None),
    ("gift-cards", Shape { grpc: true, kafka: true }, None),
    ("shipments", Shape { grpc: false, kafka: true }, Some(TOPIC)),
];
const TOPIC: &str = "orders.confirmed";
/// What a test sends, as whoever sent it would have been traced.
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// Only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(120);

fn write(checkout: &Path) {
    copy_checkout(checkout);
    for (name, shape, topic) in SERVICES {
        write_service(checkout, name, shape, topic).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    }
}

/// At one place, so that what is built for it is there the next time.
fn place() -> (PathBuf, File) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("generated");
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    (folder, lock)
}

#[tokio::test]
async fn generated_services_keep_the_shape_build_pass_their_tests_and_are_traced() {
    let (folder, _lock) = place();
    let checkout = folder.join("written");
    let _ = fs::remove_dir_all(&checkout);
    write(&checkout);
    libraries::assert_libraries_are_named_by_their_owners(&checkout);
    libraries::assert_services_have_the_same_shape(&checkout);
    libraries::assert_main_decides_nothing(&checkout);
    dependencies::assert_services_depend_on_what_they_may(&checkout);
    sizes::assert_files_are_short(&checkout);
    sizes::assert_functions_are_short(&checkout);
    cargo(&checkout, &["fmt", "--all", "--check"]);

    cargo(&checkout, &["update", "--workspace", "--locked", "--offline"]);

    be_another_version(&checkout, "generated", &["proto", "throughline"]);
    give_targets_names_of_their_own(&checkout);
    let built = folder.join("built");
    bring(&built, &checkout);
    let checkout = built;
    let tests: Vec<String> = SERVICES.iter().map(|(name, ..)| format!("--test=it-{name}")).collect();
    let tests: Vec<&str> = tests.iter().map(String::as_str).collect();
    // Tests and program at once: the features of their dependencies are those of this test's own build.
    let build = ["build", "--workspace", "--offline", "--message-format=json", "--bin=generated"];
    let built = cargo(&checkout, &[&build[..], &tests].concat());
    for (name, ..) in SERVICES {
        let said =
            run(&executable(&built, &format!("it-{name}")), &[], &checkout.join("services").join(name));
        assert!(said.contains("test result: ok. "), "{name}: {said}");
    }
    a_message_is_one_trace_in_a_running_system().await;
}

/// A program of the same name would take the place of ours, and `--test it` would mean the tests of every crate.
fn give_targets_names_of_their_own(checkout: &Path) {
    for (name, ..) in SERVICES {
        give_tests_a_name_of_their_own(checkout, name);
    }
    let manifest = checkout.join("throughline/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let renamed = text.replace("[[bin]]\nname = \"throughline\"", "[[bin]]\nname = \"generated\"");
    let renamed = renamed.replace("default-run = \"throughline\"", "default-run = \"generated\"");
    assert_eq!(renamed.matches("\"generated\"").count(), 2, "{text}");
    fs::write(&manifest, renamed).unwrap();
}

async fn a_message_is_one_trace_in_a_running_system() {
    let state = tempfile::tempdir().unwrap();
    // Root's PostgreSQL runs as another account, which has to pass.
    fs::set_permissions(state.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let output = File::create(state.path().join("log")).unwrap();
    let log = || fs::read_to_string(state.path().join("log")).unwrap();
    let mut up = tokio::process::Command::new(target_folder().join("debug/generated"));
    up.args(["up", "--free-ports", "--state-dir"]).arg(state.path().join("state"));
    up.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).kill_on_drop(true);
    let mut up = up.stdout(output.try_clone().unwrap()).stderr(output).spawn().unwrap();
    let works = async {
        let running = until(async || RunFile::read(&state.path().join("state"))).await;
        for (name, shape, _) in SERVICES {
            let service = running.services.iter().find(|service| service.name == name).unwrap();
            assert_eq!(service.address.is_some(), shape.grpc, "{name}");
        }
        request_a_shipment(&running.kafka).await;
        until(async || handled(&running.ui).await).await
    };
    let spans = tokio::select! {
        spans = tokio::time::timeout(PATIENCE, works) => spans,
        status = up.wait() => panic!("up ended, {status:?}: {}", log()),
    };
    let spans = spans.unwrap_or_else(|_| panic!("the message is in no trace: {}", log()));
    assert!(spans.iter().all(|span| span.role.service == "shipments" && !span.failed), "{spans:#?}");
}

async fn request_a_shipment(kafka: &str) {
    let producer: FutureProducer = ClientConfig::new().set("bootstrap.servers", kafka).create().unwrap();
    let id = uuid::Uuid::now_v7().to_string();
    let headers = OwnedHeaders::new()
        .insert(Header { key: "event-id", value: Some(&id) })
        .insert(Header { key: "traceparent", value: Some(TRACEPARENT) });
    // Field 1, a text of five bytes: OrderConfirmed { name: "first" }.
    let record = FutureRecord::to(TOPIC).key("key").payload(b"\x0a\x05first").headers(headers);
    producer.send(record, None).await.unwrap();
}

/// The trace, once all of it has arrived.
async fn handled(ui: &str) -> Option<Vec<Span>> {
    let answer = reqwest::get(format!("{ui}/api/traces/{TRACE_ID}")).await.ok()?;
    let spans = answer.json::<JaegerAnswer>().await.ok()?.into_spans();
    let has = |name: &String| spans.iter().any(|span| span.role.name == *name);
    let whole =
        [format!("process {TOPIC}"), "INSERT shipments".into(), format!("commit {TOPIC}")].iter().all(has);
    whole.then_some(spans)
}

/// Nothing tells us of another process's files and traces, so this asks again and again.
async fn until<T>(ask: impl AsyncFn() -> Option<T>) -> T {
    loop {
        match ask().await {
            Some(answer) => return answer,
            None => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}
