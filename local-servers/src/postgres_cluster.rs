//! The data folder of a PostgreSQL server ("cluster" in its own words): made once, checked later.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use crate::{ServerError, account::Account, find::PostgresPrograms, log::Log, password};

/// The superuser of a private cluster.
pub(crate) const USER: &str = "app";

/// Makes the cluster below `folder` unless it is there, and returns the superuser's password.
pub(crate) fn prepare(
    programs: &PostgresPrograms,
    folder: &Path,
    account: Account,
) -> Result<String, ServerError> {
    make_folder(folder, account)?;
    let secret = folder.join("password");
    let password = password::kept_in(&secret)?;
    account.own(&secret)?;
    let data = folder.join("data");
    if data.join("PG_VERSION").exists() {
        check_version(programs, &data)?;
    } else {
        initialise(programs, folder, account)?;
    }
    Ok(password)
}

fn make_folder(folder: &Path, account: Account) -> Result<(), ServerError> {
    account.can_reach(folder)?;
    fs::create_dir_all(folder).map_err(ServerError::io(format!("making the folder {}", folder.display())))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
        .map_err(ServerError::io(format!("closing the folder {} to others", folder.display())))?;
    account.own(folder)
}

/// Data of one major version can't be read by another.
fn check_version(programs: &PostgresPrograms, data: &Path) -> Result<(), ServerError> {
    let file = data.join("PG_VERSION");
    let found = fs::read_to_string(&file).map_err(ServerError::io(format!("reading {}", file.display())))?;
    let found = found.trim().to_owned();
    let said = output(Command::new(&programs.postgres).arg("--version"))?;
    // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"
    let installed = said.split(' ').nth(2).unwrap_or_default().split('.').next().unwrap_or_default();
    if installed.is_empty() || installed == found {
        return Ok(());
    }
    Err(ServerError::OtherVersion { folder: data.to_path_buf(), found, installed: installed.to_owned() })
}

fn output(command: &mut Command) -> Result<String, ServerError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(ServerError::io(format!("starting {program}")))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Makes the cluster beside its place and moves it there: a start that was interrupted leaves no
/// half-made cluster behind that looks whole.
fn initialise(programs: &PostgresPrograms, folder: &Path, account: Account) -> Result<(), ServerError> {
    let finished = folder.join("data");
    if finished.exists() {
        return Err(ServerError::Damaged(finished));
    }
    let unfinished = folder.join("data.unfinished");
    let _ = fs::remove_dir_all(&unfinished);
    let log = Log::new("initdb", folder.join("initdb.log"));
    let mut command = Command::new(&programs.initdb);
    command
        .current_dir(folder)
        .args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--username", USER])
        .arg(format!("--pwfile={}", folder.join("password").display()))
        .arg("--pgdata")
        .arg(&unfinished);
    account.apply(&mut command);
    log.capture()?(&mut command);
    let status = command.status().map_err(ServerError::io("starting initdb"))?;
    if !status.success() {
        return Err(log.stopped(status));
    }
    fs::rename(&unfinished, finished).map_err(ServerError::io("moving the new cluster to its place"))
}
