//! Free TCP ports of the loopback address.

use std::{
    env,
    fs::{self, File},
    mem,
    net::{Ipv4Addr, TcpListener},
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
fn reserve(port: u16) -> bool {
    let folder = env::temp_dir().join("throughline-ports");
    let opened = fs::create_dir_all(&folder).and_then(|()| File::create(folder.join(port.to_string())));
    opened.is_ok_and(|file| {
        let locked = file.try_lock().is_ok();
        if locked {
            // Closing it would release the lock.
            mem::forget(file);
        }
        locked
    })
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
}
