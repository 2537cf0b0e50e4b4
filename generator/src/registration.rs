//! Which lines of which files name a service: the table in ARCHITECTURE.md, as code.

use super::{
    insert::Place::{self, AfterLast, Before, Behind, End, SortedBelow},
    template::Values,
};

/// Lines for one file.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) file: String,
    pub(super) place: Place,
    pub(super) template: String,
    /// Not every checkout has the file.
    pub(super) optional: bool,
    /// Not needed where this stands already.
    pub(super) unless: Option<&'static str>,
}

fn line(file: impl Into<String>, place: Place, template: impl Into<String>) -> Line {
    Line { file: file.into(), place, template: template.into(), optional: false, unless: None }
}

fn optional(file: impl Into<String>, place: Place, template: impl Into<String>) -> Line {
    Line { optional: true, ..line(file, place, template) }
}

/// All of them; `program` is the folder of the program that contains all services.
pub(super) fn lines(program: &str, values: &Values<'_>) -> Vec<Line> {
    let mut lines = in_program(program, values);
    lines.extend(in_contracts(values));
    lines.extend(in_deployment(values));
    lines
}

fn in_program(program: &str, values: &Values<'_>) -> Vec<Line> {
    let edge = if values.shape.grpc { "Some(50099)" } else { "None" };
    let listed = format!(
        "ListedService {{ name: \"my-things\", edge: {edge}, admin: 9199,
        database: Some(Database {{ name: \"my_things\", migrations: &my_things::MIGRATIONS }}) }},\n"
    );
    let arm =
        "Some(Command::MyThings(config)) => chassis::run(my_things::SERVICE, config, my_things::run),\n";
    let path = "my-things = { path = \"services/my-things\", package = \"my-things\" }\n";
    let mut lines = vec![
        line("Cargo.toml", AfterLast(&["{ path = \"services/", "# Renamed to itself"]), path),
        line(format!("{program}/Cargo.toml"), SortedBelow("[dependencies]"), "my-things.workspace = true\n"),
        line(format!("{program}/src/cli.rs"), Before("    Migrate("), "    MyThings(my_things::Config),\n"),
        line(format!("{program}/src/cli.rs"), Before("        Some(Command::Migrate("), arm),
        line(format!("{program}/src/service_list.rs"), Before("];"), listed),
    ];
    if values.shape.kafka {
        let topics = r#"("my-things.requested", 3), ("my-things.requested.dead-letter", 1), "#;
        let servers = format!("{program}/src/up/servers.rs");
        lines.push(optional(servers, Behind("const TOPICS: &[(&str, i32)] = &["), topics));
    }
    lines
}

fn in_contracts(values: &Values<'_>) -> Vec<Line> {
    let module = "/// `my_things.v1.MyThingService`.
pub mod my_things {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!(\"my_things.v1\");
    }
}\n\n";
    let events = "/// What travels over Kafka.
pub mod events {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!(\"events.v1\");
    }
}\n\n";
    let files = "let files = [";
    let mut lines = Vec::new();
    if values.shape.grpc {
        lines.push(line("proto/build.rs", Behind(files), "\"my_things/v1/my_things.proto\", "));
        lines.push(line("proto/src/lib.rs", Before("/// All contracts as"), module));
    }
    if values.shape.kafka {
        lines.push(line("proto/build.rs", Behind(files), "\"events/v1/my_thing_requested.proto\", "));
        let events = line("proto/src/lib.rs", Before("/// All contracts as"), events);
        lines.push(Line { unless: Some("pub mod events"), ..events });
    }
    lines
}

fn in_deployment(values: &Values<'_>) -> Vec<Line> {
    let compose = "docker-compose.yml";
    let service = concat!(
        include_str!("../templates/registration/compose-service.yaml"),
        include_str!("../templates/registration/compose-migrations.yaml")
    );
    let database = include_str!("../templates/registration/databases.sql");
    let image = include_str!("../templates/registration/Dockerfile");
    let policies = include_str!("../templates/registration/network-policies.yaml");
    let password = "      MY_THINGS_DB_PASSWORD: ${MY_THINGS_DB_PASSWORD:?see .env}\n";
    let k8s = |file: &str| format!("deploy/k8s/{file}");
    let release =
        "  - {name: throughline/my-things, newName: ghcr.io/throughline/my-things, newTag: 0.1.0}\n";
    let mut lines = vec![
        line("deploy/Dockerfile", Before("FROM ${SERVICE}"), image),
        line("deploy/postgres/databases.sql", End, database),
        line(
            ".env",
            AfterLast(&["_DB_PASSWORD=", "POSTGRES_PASSWORD="]),
            "MY_THINGS_DB_PASSWORD=demomy_things\n",
        ),
        line(compose, AfterLast(&["_DB_PASSWORD: ${", " POSTGRES_PASSWORD: ${"]), password),
        line(compose, Before("  postgres:"), service),
        optional(k8s("base/kustomization.yaml"), Before("  - network-policies.yaml"), "  - my-things.yaml\n"),
        optional(k8s("base/network-policies.yaml"), End, policies),
        optional(
            k8s("overlays/dev/kustomization.yaml"),
            AfterLast(&["  - {name: ", "images:"]),
            "  - {name: throughline/my-things, newTag: dev}\n",
        ),
        optional(
            k8s("overlays/production/kustomization.yaml"),
            AfterLast(&["  - {name: ", "images:"]),
            release,
        ),
        optional(".github/workflows/release.yml", Behind("        service: ["), "my-things, "),
        optional("Makefile", Behind("docker compose logs --follow --tail 20"), " my-things"),
    ];
    if values.shape.kafka {
        let topics = "        create my-things.requested --partitions 6
        create my-things.requested.dead-letter --partitions 1 --config retention.ms=-1\n";
        lines.push(line(compose, AfterLast(&["        create"]), topics));
    }
    lines
}
