//! The program; all of it is in the library, for tests to use too.

use std::process::ExitCode;

fn main() -> ExitCode {
    docs_check::main()
}
