//! What a new repository is made of: what is copied, what is cut out of a file of the shop's, what is new.

/// Files and folders that are copied as they are.
pub(super) const COPIED: &[&str] = &[
    "telemetry",
    "chassis",
    "local-servers",
    "proto/Cargo.toml",
    "scripts/setup.sh",
    "scripts/deny.sh",
    "scripts/features.sh",
    "deploy/jaeger",
    "deploy/prometheus/rules/services.yaml",
    "deploy/grafana/datasources",
    "deploy/grafana/providers",
    "deploy/grafana/dashboards/service.json",
    "deploy/grafana/dashboards/kafka.json",
    "deploy/grafana/dashboards/telemetry.json",
    "otel-collector-config.yaml",
    "prometheus.yml",
    "Cargo.lock",
    "clippy.toml",
    "deny.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
    ".dockerignore",
    ".gitignore",
    "LICENSE-APACHE",
    "LICENSE-MIT",
];

/// What is made from `throughline/src/operations.rs`, which every program with services has.
pub(super) const OPERATIONS: (&str, &str) = ("app/src/operations.rs", "src/operations.rs");

/// Path and text; `my-project` is the project's name.
pub(super) const NEW: &[(&str, &str)] = &[
    ("README.md", include_str!("../templates/project/README.md.template")),
    ("Makefile", include_str!("../templates/project/Makefile.template")),
    (".env", include_str!("../templates/project/env.template")),
    (".github/workflows/ci.yml", include_str!("../templates/project/ci.yml")),
    ("app/Cargo.toml", include_str!("../templates/project/app/Cargo.toml.template")),
    ("app/src/main.rs", include_str!("../templates/project/app/src/main.rs")),
    ("app/src/cli.rs", include_str!("../templates/project/app/src/cli.rs")),
    ("app/src/service_list.rs", include_str!("../templates/project/app/src/service_list.rs")),
    ("proto/src/lib.rs", include_str!("../templates/project/proto.rs")),
    ("deploy/postgres/databases.sql", include_str!("../templates/project/databases.sql")),
];

/// A file of the shop's, and what is left of it: a function of its text, the project's name and its service's.
type Cut = (&'static str, fn(&str, &str, &str) -> String);

pub(super) const CUT: &[Cut] = &[
    ("Cargo.toml", |text, _, _| manifest(text)),
    ("proto/build.rs", |text, _, _| contracts(text)),
    ("deploy/Dockerfile", image),
    ("docker-compose.yml", |text, project, _| compose(text, project)),
];

/// Without the members that stay behind.
fn manifest(text: &str) -> String {
    let mut manifest = String::from(
        "[workspace]\nresolver = \"3\"\nmembers = [\"proto\", \"telemetry\", \"chassis\", \"services/*\", \
         \"local-servers\", \"app\"]\ndefault-members = [\"app\"]\n\n",
    );
    let ours = text.lines().skip_while(|line| *line != "[workspace.package]");
    // What is in no other place of the new repository: services, the program, what checks the shop, passwords.
    let stays = |line: &&str| {
        !["\"services/", "\"generator\"", "\"throughline\"", "\"tests\"", "\"docs/", "argon2."]
            .iter()
            .any(|path| line.contains(path))
    };
    manifest.extend(ours.filter(stays).flat_map(|line| [line, "\n"]));
    manifest.replace(" (docs/decisions/0001)", "")
}

/// Without any; a service brings its own.
fn contracts(text: &str) -> String {
    let Some((before, rest)) = text.split_once("let files = [") else { return text.to_owned() };
    let after = rest.split_once(']').map_or(rest, |(_, after)| after);
    format!("{before}let files = []{after}")
}

/// Without the stages of the shop's services.
fn image(text: &str, project: &str, service: &str) -> String {
    let stages = text.find("FROM program AS ").zip(text.find("FROM ${SERVICE}"));
    let text =
        stages.map_or_else(|| text.to_owned(), |(from, to)| format!("{}{}", &text[..from], &text[to..]));
    text.replace("throughline", project).replace("gateway", service).replace("orders", service)
}

/// Without the shop's services, their migrations, passwords and topics.
fn compose(text: &str, project: &str) -> String {
    let head = format!(
        "# All services with their servers: `docker compose up` (or `make stack`).\n#   traces \
         http://127.0.0.1:16686 · Prometheus :9090 · Grafana :3000\n# All ports are this machine's own; secrets and \
         settings are in .env.\nname: {project}\n"
    );
    let rest = text.split_once("name: throughline\n").map_or(text, |(_, rest)| rest);
    let is_ours = |block: &str| block.contains("    <<: *ours\n") || block.contains("    <<: *migrations\n");
    let kept = blocks(rest).into_iter().filter(|block| !is_ours(block));
    let lines: Vec<&str> = kept
        .flat_map(str::lines)
        .filter(|line| !line.contains("_DB_PASSWORD: ${") && !line.starts_with("        create "))
        .collect();
    head + &lines.join("\n").replace("dashboards/order.json", "dashboards/service.json") + "\n"
}

/// Each service is a block of its own, and so is what stands between them.
fn blocks(text: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if at > 0 && indent <= 2 && line.trim_end().ends_with(':') {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}
