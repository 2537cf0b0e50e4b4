//! Under which account a server runs.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use crate::ServerError;

/// Another account than ours; `None` stands for our own.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Account(Option<Ids>);

#[derive(Debug, Clone, Copy)]
struct Ids {
    user: u32,
    group: u32,
}

impl Account {
    /// PostgreSQL refuses to run as root. Started by root, it runs as the account that every
    /// package of PostgreSQL makes.
    pub(crate) fn for_postgres() -> Result<Self, ServerError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self(None));
        }
        match (id("-u"), id("-g")) {
            (Some(user), Some(group)) => Ok(Self(Some(Ids { user, group }))),
            _ => Err(ServerError::NoAccount),
        }
    }

    /// Makes `command` run as this account.
    pub(crate) fn apply(self, command: &mut Command) {
        if let Some(ids) = self.0 {
            command.uid(ids.user).gid(ids.group);
        }
    }

    /// Gives a file or folder to this account.
    pub(crate) fn own(self, path: &Path) -> Result<(), ServerError> {
        match self.0 {
            Some(ids) => chown(path, Some(ids.user), Some(ids.group))
                .map_err(ServerError::io(format!("giving {} to `postgres`", path.display()))),
            None => Ok(()),
        }
    }

    /// Checks that this account may enter every folder above `path`.
    pub(crate) fn can_reach(self, path: &Path) -> Result<(), ServerError> {
        let Some(ids) = self.0 else { return Ok(()) };
        for folder in path.ancestors().skip(1) {
            let Ok(found) = fs::metadata(folder) else { continue };
            let enter = if found.uid() == ids.user {
                0o100
            } else if found.gid() == ids.group {
                0o010
            } else {
                0o001
            };
            if found.mode() & enter == 0 {
                return Err(ServerError::Unreachable(folder.to_path_buf()));
            }
        }
        Ok(())
    }
}

/// Asks `id`, because the standard library can't look up accounts, which may also come from LDAP.
fn id(which: &str) -> Option<u32> {
    let output = Command::new("id").args([which, "postgres"]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_folder_that_the_account_cannot_enter_is_named() {
        let closed = tempfile::tempdir().unwrap();
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account(Some(Ids { user: 12345, group: 12345 }));
        let error = stranger.can_reach(&closed.path().join("postgres")).unwrap_err();
        assert!(error.to_string().contains(closed.path().to_str().unwrap()), "{error}");
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o711)).unwrap();
        stranger.can_reach(&closed.path().join("postgres")).unwrap();
    }
}
