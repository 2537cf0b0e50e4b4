//! Where the programs are. Nothing is downloaded: a missing one is an error that says what to type.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::ServerError;

/// The two programs that make and run a PostgreSQL cluster, from the same version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresPrograms {
    /// Makes the data folder.
    pub initdb: PathBuf,
    /// The server.
    pub postgres: PathBuf,
}

/// Where Debian puts each version, outside PATH so that several can be installed together.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Where Homebrew puts packages that it does not link: Apple Silicon, Intel, Linux.
const HOMEBREW: [&str; 3] = ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"];

/// Finds PostgreSQL: in PATH, else the newest version of Debian's or Homebrew's folders.
///
/// # Errors
/// [`ServerError::Missing`] with the command that installs it.
pub fn postgres_programs() -> Result<PostgresPrograms, ServerError> {
    postgres_in(path_folders().chain(version_folders(Path::new(DEBIAN))).chain(homebrew("postgresql")))
        .ok_or_else(|| {
            missing("PostgreSQL", "postgresql", "PATH, /usr/lib/postgresql/*/bin and Homebrew's folders")
        })
}

/// Finds Redis.
///
/// # Errors
/// [`ServerError::Missing`] with the command that installs it.
pub fn redis_program() -> Result<PathBuf, ServerError> {
    program_in(path_folders().chain(homebrew("redis")), "redis-server").ok_or_else(|| {
        let package = if cfg!(target_os = "macos") { "redis" } else { "redis-server" };
        missing("Redis", package, "PATH and Homebrew's folders")
    })
}

fn postgres_in(folders: impl Iterator<Item = PathBuf>) -> Option<PostgresPrograms> {
    folders
        .map(|folder| PostgresPrograms { initdb: folder.join("initdb"), postgres: folder.join("postgres") })
        .find(|found| found.initdb.is_file() && found.postgres.is_file())
}

fn program_in(mut folders: impl Iterator<Item = PathBuf>, name: &str) -> Option<PathBuf> {
    folders.find_map(|folder| Some(folder.join(name)).filter(|path| path.is_file()))
}

fn path_folders() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

fn homebrew(package: &'static str) -> impl Iterator<Item = PathBuf> {
    HOMEBREW.into_iter().flat_map(move |prefix| {
        newest_first(Path::new(prefix), move |name| {
            name == package || name.starts_with(&format!("{package}@"))
        })
    })
}

fn version_folders(root: &Path) -> Vec<PathBuf> {
    newest_first(root, |_| true)
}

fn newest_first(root: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok().filter(|name| wanted(name))?;
            Some((version(&name), entry.path().join("bin")))
        })
        .collect();
    found.sort_by(|left, right| right.cmp(left));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// `17` of `17` and of `postgresql@17`; Homebrew's plain `postgresql` is an alias for the newest.
fn version(name: &str) -> u32 {
    match name.rsplit('@').next() {
        Some(version) => version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(u32::MAX),
        None => u32::MAX,
    }
}

fn missing(program: &'static str, package: &str, looked: &str) -> ServerError {
    ServerError::Missing { program, looked: looked.into(), install: install_command(package) }
}

fn install_command(package: &str) -> String {
    let has = |name| program_in(path_folders(), name).is_some();
    let sudo = if rustix::process::geteuid().is_root() { "" } else { "sudo " };
    if cfg!(target_os = "macos") || (has("brew") && !has("apt-get")) {
        let package = if package == "postgresql" { "postgresql@17" } else { package };
        format!("brew install {package}")
    } else if has("dnf") && !has("apt-get") {
        let package = if package == "postgresql" { "postgresql-server" } else { "redis" };
        format!("{sudo}dnf install -y {package}")
    } else {
        format!("{sudo}apt-get install -y {package}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn installed(root: &Path, version: &str, programs: &[&str]) {
        let folder = root.join(version).join("bin");
        fs::create_dir_all(&folder).unwrap();
        for program in programs {
            fs::write(folder.join(program), "").unwrap();
        }
    }

    #[test]
    fn the_newest_complete_version_is_taken() {
        let root = tempfile::tempdir().unwrap();
        installed(root.path(), "9.6", &["initdb", "postgres"]);
        installed(root.path(), "15", &["initdb", "postgres"]);
        // Client tools alone, as Debian's postgresql-client leaves them.
        installed(root.path(), "17", &["psql"]);
        let found = postgres_in(version_folders(root.path()).into_iter()).unwrap();
        assert_eq!(found.postgres, root.path().join("15/bin/postgres"));
    }

    #[test]
    fn homebrew_names_are_compared_by_their_version() {
        assert!(version("postgresql@17") > version("postgresql@9"));
        assert!(version("postgresql") > version("postgresql@17"));
    }

    #[test]
    fn a_missing_program_comes_with_the_command_that_installs_it() {
        let sentence = missing("PostgreSQL", "postgresql", "PATH").to_string();
        assert!(sentence.contains("install it with `") && sentence.contains("install "), "{sentence}");
    }
}
