//! `throughline new`: what it refuses, and that it leaves nothing then. That what it writes builds, passes its
//! tests and is traced is proven with the shape of the house, in the crate `e2e`.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use crate::checkout_copy::{contents, copy_checkout};

fn checkout() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_checkout(folder.path());
    folder
}

fn new(folder: &Path, arguments: &[&str]) -> (bool, String) {
    run(Command::new(env!("CARGO_BIN_EXE_throughline")).arg("new").args(arguments).current_dir(folder))
}

fn run(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.success(), said)
}

#[track_caller]
fn assert_refused(checkout: &Path, arguments: &[&str], words: &str) {
    let before = contents(checkout);
    let (success, said) = new(checkout, arguments);
    assert!(!success && said.contains(words), "{arguments:?}: {said}");
    assert!(contents(checkout) == before, "{arguments:?} has written something");
}

#[test]
fn a_bad_or_taken_name_gets_a_sentence_and_nothing_is_written() {
    let checkout = checkout();
    for (name, words) in [
        ("Parcels", "`Parcels` is no name for it: take lower-case words"),
        ("../parcels", "`../parcels` is no name for it"),
        ("async", "`async` is a keyword of Rust: take another name"),
        ("types", "one of `types` would be called `type`, which is a keyword of Rust"),
        ("order", "`order` is a word of PostgreSQL's own"),
        ("the-very-long-name-for-one-service", "is too long"),
        ("orders", "`orders` is taken, there is services/orders: take another name"),
        ("stock", "`stock` is taken, there is a database of that name"),
        ("chassis", "`chassis` is taken, a crate that this workspace uses is called so"),
        ("migrate", "`migrate` is taken, the program is called so or has a command of that name"),
    ] {
        assert_refused(checkout.path(), &["service", name], words);
    }
    assert_refused(checkout.path(), &["service", "parcels", "--no-grpc"], "--kafka");
    for (topic, words) in [
        ("confirmed", "`confirmed` is no topic for it: take a plural and what happened to one"),
        (
            "orders.placed",
            "`orders.placed` is there already, with the message in proto/events/v1/order_placed.proto",
        ),
    ] {
        assert_refused(checkout.path(), &["service", "parcels", "--kafka", "--topic", topic], words);
    }
}

#[test]
fn a_failure_half_way_leaves_nothing() {
    let checkout = checkout();
    let before = contents(checkout.path());
    // Everything is written by then, but the lock file.
    let program = env!("CARGO_BIN_EXE_throughline");
    let mut without_cargo = Command::new(program);
    without_cargo.args(["new", "service", "parcels"]).current_dir(checkout.path()).env("PATH", "/nowhere");
    let (success, said) = run(&mut without_cargo);
    assert!(!success && said.contains("nothing was written: cargo can't be started"), "{said}");
    assert!(contents(checkout.path()) == before, "something is left: {said}");

    // And here some of it: there is no place for its migrations.
    fs::remove_dir_all(checkout.path().join("migrations")).unwrap();
    fs::write(checkout.path().join("migrations"), "a file").unwrap();
    assert_refused(
        checkout.path(),
        &["service", "parcels"],
        "migrations/parcels/0001_parcels.sql can't be written",
    );
}

#[test]
fn a_file_that_has_no_place_for_the_service_is_named() {
    let checkout = checkout();
    fs::write(checkout.path().join("throughline/src/service_list.rs"), "// mine now\n").unwrap();
    let words = "throughline/src/service_list.rs has no place for a new service any more";
    assert_refused(checkout.path(), &["service", "parcels"], words);
}

#[test]
fn outside_of_a_checkout_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    assert_refused(
        folder.path(),
        &["service", "parcels"],
        "is in no checkout of Throughline: change into one",
    );
    assert_refused(folder.path(), &["project", "elsewhere"], "name one with --from");
}

#[test]
fn a_second_service_gets_the_next_ports_and_a_taken_name_stays_taken() {
    let checkout = checkout();
    // From a folder within it, as well.
    let within = checkout.path().join("services/orders/src");
    let (success, said) = new(&within, &["service", "gift-cards"]);
    assert!(success, "{said}");
    for written in ["wrote      services/gift-cards/src/lib.rs", "registered docker-compose.yml", "Next: "] {
        assert!(said.contains(written), "{written} is missing in: {said}");
    }
    assert_refused(
        checkout.path(),
        &["service", "gift-cards"],
        "`gift-cards` is taken, there is services/gift-cards",
    );
    let (success, said) = new(checkout.path(), &["service", "parcels", "--kafka"]);
    assert!(success, "{said}");
    let image = fs::read_to_string(checkout.path().join("deploy/Dockerfile")).unwrap();
    assert!(image.contains("EXPOSE 50053 9105\n") && image.contains("EXPOSE 50054 9106\n"), "{image}");
}

#[test]
fn a_project_needs_a_place_of_its_own_and_a_good_name() {
    let checkout = checkout();
    let elsewhere = tempfile::tempdir().unwrap();
    let elsewhere = elsewhere.path().to_str().unwrap();
    fs::create_dir(format!("{elsewhere}/crowded")).unwrap();
    fs::write(format!("{elsewhere}/crowded/thesis.txt"), "years of work").unwrap();
    let beside = Path::new(elsewhere).file_name().unwrap().to_str().unwrap();
    for (path, words) in [
        (format!("../{beside}/crowded"), "is not empty: choose a folder that does not exist yet"),
        (format!("{elsewhere}/crowded"), "is not empty: choose a folder that does not exist yet"),
        (format!("{elsewhere}/crowded/thesis.txt"), "is no name for it"),
        (format!("{elsewhere}/My Shop"), "the folder's name is the project's name"),
        (format!("{elsewhere}/tokio"), "`tokio` is taken"),
        (format!("{elsewhere}/notes"), "are both called `notes`"),
        ("services/shop".to_owned(), "is inside the checkout"),
    ] {
        assert_refused(checkout.path(), &["project", &path], words);
    }
    assert_eq!(contents(Path::new(elsewhere)).len(), 2, "nothing was made there");
}

#[test]
fn who_adds_a_service_is_told_what_there_is() {
    let checkout = checkout();
    let (success, said) = new(checkout.path(), &["service", "parcels"]);
    assert!(success && said.contains("`cargo run -- up` runs it with the others"), "{said}");
    let elsewhere = tempfile::tempdir().unwrap();
    let project = elsewhere.path().join("my-shop");
    let (success, said) = new(checkout.path(), &["project", project.to_str().unwrap()]);
    assert!(success, "{said}");
    let (success, said) = new(&project, &["service", "parcels"]);
    assert!(success && said.contains("`make stack` runs it with the others"), "{said}");
    assert!(!project.join("docs").exists() && !said.contains("docs/"), "{said}");
}
