//! The copier's other wish: a repository of their own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use generator::{Shape, write_project, write_service};

use super::{
    nested_build::{be_another_version, bring, cargo, executable, give_tests_a_name_of_their_own, run},
    root,
};

/// A project with two services: of other names than in the other copy, for the programs of both get into one folder.
fn write(project: &Path) {
    let shape = Shape { grpc: true, kafka: true };
    write_project(&root(), project, "notes", shape, None).unwrap_or_else(|error| panic!("{error:#}"));
    // And one more, as its owner would by `throughline new service labels --kafka --no-grpc`.
    let shape = Shape { grpc: false, kafka: true };
    write_service(project, "labels", shape, None).unwrap_or_else(|error| panic!("{error:#}"));
}

/// At one place, so that what is built for it is there the next time; not in the target folder, which may lie
/// in the checkout.
fn place() -> (PathBuf, File) {
    let account = rustix::process::geteuid().as_raw();
    let folder = std::env::temp_dir().join(format!("throughline-new-project-{account}"));
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    (folder, lock)
}

#[test]
fn a_new_project_knows_nothing_of_the_shop_and_passes_its_tests() {
    let (folder, _lock) = place();
    let written = folder.join("written");
    let _ = fs::remove_dir_all(&written);
    let project = written.join("my-shop");
    write(&project);
    for file in ["Cargo.toml", "Cargo.lock", "docker-compose.yml", "deploy/Dockerfile", ".env"] {
        let text = fs::read_to_string(project.join(file)).unwrap();
        // Of 22 characters, whatever they are.
        let text = text.replace("CLUSTER_ID: throughline-dev-00000A", "");
        for name in ["gateway", "orders", "order-worker", "throughline"] {
            assert!(!text.contains(name), "{file} speaks of {name}:\n{text}");
        }
    }
    cargo(&project, &["fmt", "--all", "--check"]);
    cargo(&project, &["update", "--workspace", "--locked", "--offline"]);
    be_another_version(&project, "project", &["proto"]);
    for service in ["notes", "labels"] {
        give_tests_a_name_of_their_own(&project, service);
    }
    let built = folder.join("my-shop");
    bring(&built, &project);
    let project = built;
    // What `make test` does, but for the tests of the crates that are copied: they have just passed here.
    let tests = ["--test=it-notes", "--test=it-labels", "--bins"];
    let said = cargo(&project, &[&["test", "--workspace", "--offline"], &tests[..]].concat());
    assert!(said.contains("every_service_in_the_list_has_a_command_of_its_name ... ok"), "{said}");
    assert!(said.contains("a_message_goes_on_in_the_trace_that_sent_it ... ok"), "{said}");
    // With a test beside it, or its dependencies had other features and were built once more.
    let build =
        ["build", "--workspace", "--offline", "--message-format=json", "--bin=my-shop", "--test=it-notes"];
    let said = run(&executable(&cargo(&project, &build), "my-shop"), &["list"], &project);
    for words in ["notes", "50051", "9101", "labels", "9102"] {
        assert!(said.contains(words), "{words} is missing in: {said}");
    }
}
