//! Leaves the libraries' line tables out of the programs: there are dozens, and with them each would have
//! 44 MB in place of 8.
#![allow(clippy::print_stdout, reason = "this is how cargo is told")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=-Wl,-S");
}
