//! A lesson that begins with what `throughline new` writes, in a copy of this checkout without its pages.

use std::{fs, path::Path};

use docs_check::{checkout::Checkout, copy::Copy, lesson, state::State};

use crate::repository::Repository;

const PATH: &str = "docs/learning-path/10-send/README.md";
const TABLE: &str = "migrations/parcels/0001_parcels.sql";
const LESSON: &str = "# 10. Send

**Track** Beginner · **Time** 5 min · **Needs** Rust · **Know before** nothing
**Start** `main`

## Goal

## Run

```sh
cargo run -- new service parcels --kafka --no-grpc
```

## Look

```sql migrations/parcels/0001_parcels.sql
CREATE TABLE parcels (
```

## Change

```diff
--- a/migrations/parcels/0001_parcels.sql
+++ b/migrations/parcels/0001_parcels.sql
@@ -4,4 +4,5 @@
     id         uuid PRIMARY KEY,
     name       text NOT NULL CHECK (name <> ''),
+    weight     integer,
     created_at timestamptz NOT NULL DEFAULT now()
 );
```

## Check

```sh skip: the check of an example
make lesson-check 10
```

## Go deeper
";

/// With the command of the lesson, or another one in its place.
fn repository(command: &str) -> Repository {
    let repository =
        Repository::with(&[(PATH, &LESSON.replace("new service parcels --kafka --no-grpc", command))]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let checkout = Checkout::open(root).unwrap();
    for file in checkout.files().filter(|file| !file.ends_with(".md")) {
        let to = repository.root().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root.join(file), to).unwrap();
    }
    repository.commit();
    repository
}

#[test]
fn a_change_may_be_one_to_what_the_program_writes() {
    let repository = repository("new service parcels --kafka --no-grpc");
    assert_eq!(repository.check(), Vec::<String>::new());
    let (checkout, pages) = repository.pages();
    let (lessons, _) = lesson::all(&pages);
    let state = State::with(&checkout, &pages, &[&lessons[0]]).unwrap();
    assert!(state.read(TABLE).unwrap().contains("weight"));
    assert!(state.read("Cargo.toml").unwrap().contains("services/parcels"));

    let target = tempfile::tempdir().unwrap();
    let mut copy = Copy::make(&checkout, target.path()).unwrap();
    copy.bring_to(&checkout, &state).unwrap();
    assert!(copy.root().join("services/parcels/src/lib.rs").is_file());
    // As the page leaves it, whose Run has been run.
    fs::write(copy.root().join("services/parcels/new.txt"), "new").unwrap();
    copy.reset(&checkout).unwrap();
    assert!(!copy.root().join("services/parcels").exists());
    assert_eq!(fs::read_to_string(copy.root().join("Cargo.toml")).unwrap(), repository.read("Cargo.toml"));
}

#[test]
fn a_change_to_what_the_program_does_not_write_is_red() {
    let problem = repository("new service boxes").check().remove(0);
    let expected = format!("{PATH}:22: this patch does not apply to the start of the lesson");
    assert!(problem.starts_with(&expected), "{problem}");
}

#[test]
fn what_the_program_refuses_is_red_at_its_line() {
    let taken = repository("new service orders");
    let problem = taken.check().remove(0);
    assert!(problem.starts_with(&format!("{PATH}:11: the program does not write this")), "{problem}");
    assert!(problem.contains("`orders` is taken"), "{problem}");
    taken.write(PATH, &LESSON.replace("--no-grpc", "--no-http"));
    let problem = taken.check().remove(0);
    assert!(problem.starts_with(&format!("{PATH}:11: error: unexpected argument '--no-http'")), "{problem}");
}
