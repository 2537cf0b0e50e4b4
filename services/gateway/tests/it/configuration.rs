//! The process with wrong settings.

use std::{env, path::PathBuf, process::Output};

use tokio::{process::Command, time::timeout};

use crate::support::PATIENCE;

const GOOD_KEYS: &str = "dev:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

/// This package's program, whatever the package is called: cargo builds it beside the tests.
pub fn program() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join(env!("CARGO_PKG_NAME"))
}

/// A process that is content with its settings would serve for ever.
async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program());
    command.env_clear().args(arguments).envs(variables.iter().copied()).kill_on_drop(true);
    timeout(PATIENCE, command.output()).await.expect("the process ends").unwrap()
}

async fn refused(variables: &[(&str, &str)], words: &[&str]) {
    let output = run(&[], variables).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(64), "{variables:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{variables:?}: {word} is missing in: {said}");
    }
}

#[tokio::test]
async fn a_secret_that_is_missing_or_wrong_ends_the_process_with_64_and_is_named_but_not_shown() {
    let redis = ("REDIS_URL", "redis://127.0.0.1:1/0");
    refused(&[redis], &["JWT_KEYS"]).await;
    refused(&[("JWT_KEYS", GOOD_KEYS)], &["REDIS_URL"]).await;
    refused(&[("JWT_KEYS", GOOD_KEYS), ("REDIS_URL", "http://nowhere")], &["REDIS_URL", "redis://"]).await;
    let twice = format!("{GOOD_KEYS},{GOOD_KEYS}");
    for keys in ["AQEB", "dev:AQEB", "dev:not base64", ":AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", &twice]
    {
        refused(&[redis, ("JWT_KEYS", keys)], &["JWT_KEYS", "32 bytes"]).await;
        let said = run(&[], &[redis, ("JWT_KEYS", keys)]).await.stderr;
        assert!(!String::from_utf8(said).unwrap().contains("AQEB"), "{keys}");
    }
}

#[tokio::test]
async fn a_wrong_setting_ends_the_process_with_64_and_a_sentence_that_names_it() {
    refused(&[("USERS_URL", "users:50051")], &["USERS_URL", "users:50051", "http://host:port"]).await;
    refused(&[("ORDERS_URL", "https://orders:50052")], &["ORDERS_URL", "https", "http://host:port"]).await;
    refused(&[("USERS_URL", "http://a:1,b")], &["USERS_URL", "http://host:port"]).await;
    refused(&[("LISTEN_ADDR", "8080")], &["LISTEN_ADDR", "8080"]).await;
    refused(&[("TRUST_INBOUND_TRACE", "sometimes")], &["never|always", "sometimes"]).await;
}

#[tokio::test]
async fn the_manual_names_every_variable_and_shows_no_secret() {
    let output =
        run(&["--help"], &[("JWT_KEYS", GOOD_KEYS), ("REDIS_URL", "redis://:hidden@127.0.0.1")]).await;
    assert_eq!(output.status.code(), Some(0));
    let manual = String::from_utf8(output.stdout).unwrap();
    for name in [
        "LISTEN_ADDR",
        "ADMIN_ADDR",
        "USERS_URL",
        "ORDERS_URL",
        "TRUST_INBOUND_TRACE",
        "REDIS_URL",
        "JWT_KEYS",
    ] {
        assert!(manual.contains(name), "{name} is missing in: {manual}");
    }
    assert!(!manual.contains("AQEB") && !manual.contains("hidden"));
}
