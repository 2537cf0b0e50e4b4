//! Free TCP ports of the loopback address.

use std::{
    env,
    fs::{self, File},
    mem,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use crate::ServerError;

/// Above 32767 the system hands ports to outgoing connections, so a port found free there may be
/// taken a moment later by anybody's HTTP request.
const LAST: u16 = 32_767;
const FIRST: u16 = 15_000;

/// Finds `N` different ports that nobody listens on, and that no other process which asks here is given
/// as long as this one lives.
///
/// # Errors
/// [`ServerError::NoPort`] when (nearly) all are taken.
pub fn free<const N: usize>() -> Result<[u16; N], ServerError> {
    let mut ports = [0; N];
    for port in &mut ports {
        *port = probe()?;
    }
    Ok(ports)
}

fn probe() -> Result<u16, ServerError> {
    for _ in 0..1_000 {
        let port = rand::random_range(FIRST..=LAST);
        if reserve(port) && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(ServerError::NoPort(FIRST, LAST))
}

/// Between finding a port and the server that binds it another search would find the same one. A lock on
/// a file named after the port keeps them apart; the system releases it with this process, however it ends.
/// Where no such file can be made, a port that is free now has to do.
fn reserve(port: u16) -> bool {
    let Some(file) = folder_of_ours().and_then(|folder| File::create(folder.join(port.to_string())).ok())
    else {
        return true;
    };
    let locked = file.try_lock().is_ok();
    if locked {
        // Closing it would release the lock.
        mem::forget(file);
    }
    locked
}

/// A folder for each account: in one that they share, the first to come would lock the others out. The
/// temporary folder is everybody's, so what is there under this name may have been put there by somebody
/// else, to have us write where they like.
fn folder_of_ours() -> Option<PathBuf> {
    let account = rustix::process::geteuid().as_raw();
    let folder = env::temp_dir().join(format!("throughline-ports-{account}"));
    // It exists already, most of the time.
    let _ = fs::DirBuilder::new().mode(0o700).create(&folder);
    is_private(&folder, account).then_some(folder)
}

/// A folder itself, not a link to one, that this account alone can write.
fn is_private(folder: &Path, account: u32) -> bool {
    fs::symlink_metadata(folder)
        .is_ok_and(|found| found.is_dir() && found.uid() == account && found.mode() & 0o022 == 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn free_ports_are_different_and_below_the_ephemeral_range() {
        let mut ports = free::<50>().unwrap();
        ports.sort_unstable();
        assert!(ports.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(ports.iter().all(|port| *port < 32_768));
    }

    #[test]
    fn only_a_folder_that_nobody_else_can_write_is_used() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let parent = tempfile::tempdir().unwrap();
        let account = rustix::process::geteuid().as_raw();
        let (own, link) = (parent.path().join("own"), parent.path().join("link"));
        fs::create_dir(&own).unwrap();
        symlink(&own, &link).unwrap();
        fs::set_permissions(&own, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(is_private(&own, account));
        assert!(!is_private(&link, account), "a link leads wherever its maker wants");
        assert!(!is_private(&own, account + 1), "it is another account's");
        fs::set_permissions(&own, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(!is_private(&own, account), "everybody can write it");
    }
}
