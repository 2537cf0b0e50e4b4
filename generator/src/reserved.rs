//! Names that mean something else already.

/// Of Rust, in any edition.
const RUST: &str = "abstract as async await become box break const continue crate do dyn else enum extern false final fn \
    for gen if impl in let loop macro match mod move mut override priv pub raw ref return self static struct super trait \
    true try type typeof union unsafe unsized use virtual where while yield";

/// Of PostgreSQL's SQL: no table may be called so without quotes.
const SQL: &str = "all analyse analyze and any array asc asymmetric authorization binary both case cast check collate \
    collation column concurrently constraint create cross default deferrable desc distinct end except fetch foreign freeze \
    from full grant group having ilike initially inner intersect into is isnull join lateral leading left like limit natural \
    not notnull null offset on only or order outer overlaps placing primary references returning right select similar some \
    symmetric table tablesample then to trailing unique user using variadic verbose when window with";

/// Files of every service, and folders that cargo has.
const FILES: &str = "lib main config grpc http consume store cache events error service tests build deps examples incremental";

/// Crates that are there without a line in a lock file, and databases that every server has.
const BUILT_IN: &str = "std core alloc proc_macro postgres template0 template1";

/// Types and functions that a service's own must not be mixed up with, in lower case.
const TYPES: &str = "app box cache code config consumer cow deadletters dead_letter delivery duration err error error_detail \
    error_type event job joinset new none ok operation option probe producer readiness record redis request response result \
    route row secret send_error service shutdown some source start_error status store string telemetry uuid vec";

/// What `name` is already, for a service.
pub(super) fn name(name: &str) -> Option<&'static str> {
    let lists = [
        (RUST, "a keyword of Rust"),
        (SQL, "a word of PostgreSQL's own"),
        (FILES, "the name of a file that every service has"),
        (BUILT_IN, "there already, in Rust or in PostgreSQL"),
    ];
    find(name, &lists)
}

/// What `name` is already, for the thing that a service has.
pub(super) fn one(name: &str) -> Option<&'static str> {
    find(name, &[(RUST, "a keyword of Rust"), (TYPES, "the name of a type that every service has")])
}

fn find(name: &str, lists: &[(&str, &'static str)]) -> Option<&'static str> {
    let found = lists.iter().find(|(words, _)| words.split_whitespace().any(|word| word == name));
    found.map(|(_, what)| *what)
}
