//! Kubernetes' manifests: of the API's types to the last field, selectors that match, and what they say about
//! ports and variables is what the programs have.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::{
    api::{
        apps::v1::{DaemonSet, Deployment, StatefulSet},
        autoscaling::v2::HorizontalPodAutoscaler,
        batch::v1::Job,
        core::v1::{ConfigMap, Namespace, PodSpec, PodTemplateSpec, Service, ServiceAccount},
        networking::v1::NetworkPolicy,
        policy::v1::PodDisruptionBudget,
    },
    serde::de::DeserializeOwned,
};
use serde_json::Value;

use super::{documents, files, strict::strictly, text};

fn manifests() -> Vec<Value> {
    let all = ["deploy/k8s/base", "deploy/k8s/observability"].map(|folder| files(folder, "yaml"));
    let documents = all.into_iter().flatten().flat_map(|file| documents(&file));
    documents.filter(|document| document["apiVersion"].is_string()).collect()
}

fn of_kind<T: DeserializeOwned>(kind: &str) -> Vec<T> {
    let all = manifests().into_iter().filter(|manifest| manifest["kind"] == kind);
    all.map(|manifest| serde_json::from_value(manifest).unwrap()).collect()
}

#[test]
fn every_manifest_is_of_its_api_type_to_the_last_field() {
    for manifest in manifests() {
        let checked = match text(&manifest, "/kind") {
            "Deployment" => strictly::<Deployment>(&manifest),
            "StatefulSet" => strictly::<StatefulSet>(&manifest),
            "DaemonSet" => strictly::<DaemonSet>(&manifest),
            "Service" => strictly::<Service>(&manifest),
            "ServiceAccount" => strictly::<ServiceAccount>(&manifest),
            "ConfigMap" => strictly::<ConfigMap>(&manifest),
            "Namespace" => strictly::<Namespace>(&manifest),
            "Job" => strictly::<Job>(&manifest),
            "NetworkPolicy" => strictly::<NetworkPolicy>(&manifest),
            "PodDisruptionBudget" => strictly::<PodDisruptionBudget>(&manifest),
            "HorizontalPodAutoscaler" => strictly::<HorizontalPodAutoscaler>(&manifest),
            // Of operators, or of kustomize: their types are not in the API's package.
            "ScaledObject" | "ServiceMonitor" | "Kustomization" => Ok(()),
            other => Err(format!("the kind {other} is not checked here")),
        };
        checked.unwrap_or_else(|error| panic!("{}: {error}", manifest["metadata"]["name"]));
    }
}

#[test]
fn a_field_with_a_typing_error_is_found() {
    let mut deployment = manifests().into_iter().find(|manifest| manifest["kind"] == "Deployment").unwrap();
    deployment["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = serde_json::json!({});
    deployment["spec"]["template"]["spec"]["containers"][0]["readinesProbe"]["periodSeconds"] = 5.into();
    let error = strictly::<Deployment>(&deployment).unwrap_err();
    assert!(error.contains("readinesProbe is not known"), "{error}");
}

fn labels(template: &PodTemplateSpec) -> BTreeMap<String, String> {
    template.metadata.as_ref().and_then(|metadata| metadata.labels.clone()).unwrap_or_default()
}

/// Name, pod, and what its own selector asks for.
fn workloads() -> Vec<(String, PodTemplateSpec)> {
    let mut all = Vec::new();
    for one in of_kind::<Deployment>("Deployment") {
        all.push((one.metadata.name.unwrap(), one.spec.unwrap().template));
    }
    for one in of_kind::<StatefulSet>("StatefulSet") {
        all.push((one.metadata.name.unwrap(), one.spec.unwrap().template));
    }
    for one in of_kind::<DaemonSet>("DaemonSet") {
        all.push((one.metadata.name.unwrap(), one.spec.unwrap().template));
    }
    for one in of_kind::<Job>("Job") {
        all.push((one.metadata.name.unwrap(), one.spec.unwrap().template));
    }
    all
}

#[test]
fn every_selector_selects_a_pod() {
    let pods: Vec<BTreeMap<String, String>> = workloads().iter().map(|(_, pod)| labels(pod)).collect();
    let mut selectors: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    for manifest in manifests() {
        for pointer in ["/spec/selector/matchLabels", "/spec/podSelector/matchLabels", "/spec/selector"] {
            let Some(selector) = manifest.pointer(pointer).and_then(Value::as_object) else { continue };
            let flat =
                selector.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
            selectors.push((manifest["metadata"]["name"].to_string(), flat.collect()));
        }
    }
    assert!(selectors.len() > 20, "{}", selectors.len());
    for (name, selector) in selectors {
        let matches = |pod: &BTreeMap<_, _>| selector.iter().all(|(key, value)| pod.get(key) == Some(value));
        assert!(pods.iter().any(matches), "{name}: no pod has {selector:?}");
    }
}

#[test]
fn what_a_policy_names_is_a_pod_of_ours_and_a_port_that_it_has() {
    let ports: BTreeMap<String, BTreeSet<i32>> =
        workloads().into_iter().map(|(name, pod)| (name, container_ports(&pod))).collect();
    for policy in of_kind::<NetworkPolicy>("NetworkPolicy") {
        let (name, spec) = (policy.metadata.name.unwrap(), policy.spec.unwrap());
        let Some(own) = ports.get(&name) else { continue };
        for rule in spec.ingress.into_iter().flatten() {
            for port in rule.ports.into_iter().flatten() {
                let port = serde_json::to_value(port.port).unwrap().as_i64().unwrap();
                assert!(own.contains(&i32::try_from(port).unwrap()), "{name} does not listen on {port}");
            }
        }
    }
}

fn container_ports(pod: &PodTemplateSpec) -> BTreeSet<i32> {
    let containers = pod.spec.as_ref().unwrap().containers.iter();
    containers
        .flat_map(|container| container.ports.iter().flatten())
        .map(|port| port.container_port)
        .collect()
}

/// The service's own command line knows its variables; secrets are said in its help.
fn variables_of(service: &str) -> BTreeSet<String> {
    let mut program = throughline::command();
    let command = program.find_subcommand_mut(service).unwrap_or_else(|| panic!("{service} is no service"));
    let own = command.get_arguments().filter_map(|argument| argument.get_env());
    let mut known: BTreeSet<String> = own.map(|name| name.to_string_lossy().into_owned()).collect();
    let help = command.render_long_help().to_string();
    let secrets = help.split("Secrets,").nth(1).unwrap_or_default();
    let words = secrets.split_whitespace().filter(|word| word.contains('_') && *word == word.to_uppercase());
    known.extend(words.map(str::to_owned));
    known
}

#[test]
fn every_variable_is_one_that_the_service_reads_and_every_secret_is_given() {
    for (name, pod) in workloads() {
        let spec: PodSpec = pod.spec.unwrap();
        let container = &spec.containers[0];
        if !container.image.as_deref().unwrap().starts_with("throughline/") || name.ends_with("-migrations") {
            continue;
        }
        let known = variables_of(&name);
        let given: BTreeSet<String> =
            container.env.iter().flatten().map(|variable| variable.name.clone()).collect();
        for variable in &given {
            let general = ["OTEL_", "K8S_", "NODE_IP"].iter().any(|prefix| variable.starts_with(prefix));
            assert!(general || known.contains(variable), "{name} does not read {variable}");
        }
        for secret in known
            .iter()
            .filter(|name| ["_KEYS", "REDIS_URL", "DATABASE_URL"].iter().any(|end| name.ends_with(end)))
        {
            assert!(given.contains(secret), "{name} needs {secret}");
        }
        assert_eq!(container.args.as_deref().unwrap(), [name.as_str()], "the image's command is its service");
    }
}

/// The images say where their service listens.
#[test]
fn the_ports_are_those_of_the_images() {
    let dockerfile = std::fs::read_to_string(super::root().join("deploy/Dockerfile")).unwrap();
    for (name, pod) in workloads() {
        let Some(stage) = dockerfile.split(&format!("FROM program AS {name}\n")).nth(1) else { continue };
        let exposed = stage.lines().find_map(|line| line.strip_prefix("EXPOSE ")).unwrap();
        let exposed: BTreeSet<i32> = exposed.split(' ').map(|port| port.parse().unwrap()).collect();
        assert_eq!(container_ports(&pod), exposed, "{name}");
    }
}
