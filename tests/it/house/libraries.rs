use std::path::Path;

use super::{code, root, services, sources};

/// Which files of a service may name which libraries. A reader who wants another database, another
/// cache or another framework opens these files and no others.
const OWNERS: [(&[&str], &[&str]); 5] = [
    (&["axum", "tonic"], &["http", "grpc", "error", "users", "orders"]),
    (&["sqlx"], &["store"]),
    (&["redis"], &["cache"]),
    (&["rdkafka", "kafka"], &["events", "consume"]),
    (&["opentelemetry", "opentelemetry_sdk", "opentelemetry_otlp", "tracing_opentelemetry"], &[]),
];

#[test]
fn each_library_is_named_in_the_files_that_own_it_and_nowhere_else() {
    assert_libraries_are_named_by_their_owners(&root());
}

#[test]
fn every_service_has_the_same_shape() {
    assert_services_have_the_same_shape(&root());
}

#[test]
fn main_is_short_and_decides_nothing() {
    assert_main_decides_nothing(&root());
}

pub fn assert_libraries_are_named_by_their_owners(root: &Path) {
    for service in services(root) {
        let folder = root.join("services").join(service).join("src");
        for (path, text) in sources(&folder) {
            let module = module(&folder, &path);
            for (libraries, owners) in OWNERS {
                let owned = owners.contains(&module.as_str());
                let named = libraries.iter().find(|library| names(&text, library));
                assert!(owned || named.is_none(), "{} may not name {named:?}", path.display());
            }
        }
    }
}

/// `store/outbox.rs` belongs to `store`.
fn module(folder: &Path, path: &Path) -> String {
    let first = path.strip_prefix(folder).unwrap().components().next().unwrap();
    let first = first.as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// As the beginning of a path, `sqlx::…`, or within one, `chassis::kafka`.
fn names(text: &str, library: &str) -> bool {
    let within = format!("::{library}");
    let path = format!("{library}::");
    code(text).any(|line| {
        let starts = line.match_indices(&path).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
        });
        starts || line.split([' ', ';', ',', '{', '}', '(']).any(|word| word.ends_with(&within))
    })
}

pub fn assert_services_have_the_same_shape(root: &Path) {
    for service in services(root) {
        let folder = root.join("services").join(&service);
        for file in
            ["README.md", "src/main.rs", "src/lib.rs", "src/config.rs", "src/error.rs", "tests/it/main.rs"]
        {
            assert!(folder.join(file).exists(), "{service} lacks {file}");
        }
        let has = |edge: &str| folder.join("src").join(edge).exists();
        let called = ["http.rs", "grpc.rs"].into_iter().filter(|edge| has(edge)).count();
        assert!(called <= 1, "{service} has http.rs or grpc.rs, not both");
        assert!(called == 1 || has("consume.rs"), "{service} has an edge: http.rs, grpc.rs or consume.rs");
    }
}

pub fn assert_main_decides_nothing(root: &Path) {
    for service in services(root) {
        let path = root.join("services").join(&service).join("src/main.rs");
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.lines().count() <= 35, "{service}/src/main.rs is too long");
        assert!(
            !code(&text).any(|line| line.contains("if ") || line.contains("match ")),
            "{service}/src/main.rs"
        );
    }
}
