use std::{collections::BTreeMap, path::Path, process::Command};

use serde_json::Value;

use super::{root, services};

/// What each crate may use of ours, and what its tests may use besides.
fn allowed(name: &str, services: &[String]) -> Option<(&'static [&'static str], &'static [&'static str])> {
    match name {
        "proto" | "local-servers" | "generator" => Some((&[], &[])),
        // Its own tests use it with its feature `testing`.
        "telemetry" => Some((&[], &["local-servers", "telemetry"])),
        "chassis" => Some((&["telemetry"], &["local-servers", "telemetry"])),
        name if services.iter().any(|service| service == name) => {
            Some((&["chassis", "proto", "telemetry"], &["chassis", "proto", "telemetry", "local-servers"]))
        }
        _ => None,
    }
}

/// Package → (its dependencies of ours, its tests' dependencies of ours).
fn dependencies(root: &Path) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(root)
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let dependencies = |package: &Value, dev: bool| {
        let all = package["dependencies"].as_array().unwrap().iter();
        let ours = all.filter(|dependency| dependency.get("path").is_some());
        ours.filter(|dependency| (dependency["kind"] == "dev") == dev)
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let entry = |package: &Value| {
        let name = package["name"].as_str().unwrap().to_owned();
        (name, (dependencies(package, false), dependencies(package, true)))
    };
    packages.iter().map(entry).collect()
}

#[test]
fn services_depend_on_the_shared_crates_and_never_on_each_other() {
    assert_services_depend_on_what_they_may(&root());
}

pub fn assert_services_depend_on_what_they_may(root: &Path) {
    let (found, services) = (dependencies(root), services(root));
    for service in &services {
        assert!(found.contains_key(service), "the folder {service} is no service of that name");
    }
    for (name, (normal, dev)) in &found {
        let Some((allowed, allowed_in_tests)) = allowed(name, &services) else { continue };
        for dependency in normal {
            assert!(allowed.contains(&dependency.as_str()), "{name} may not depend on {dependency}");
        }
        for dependency in dev {
            assert!(
                allowed_in_tests.contains(&dependency.as_str()),
                "tests of {name} may not use {dependency}"
            );
        }
    }
}
