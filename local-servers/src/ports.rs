//! Free TCP ports of the loopback address.

use std::net::{Ipv4Addr, TcpListener};

use crate::ServerError;

/// Above 32767 the system hands ports to outgoing connections, so a port found free there may be
/// taken a moment later by anybody's HTTP request.
const LAST: u16 = 32_767;
const FIRST: u16 = 15_000;

/// Finds `N` different ports that nobody listens on now. They are not reserved: bind them soon.
///
/// # Errors
/// [`ServerError::NoPort`] when (nearly) all are taken.
pub fn free<const N: usize>() -> Result<[u16; N], ServerError> {
    // Held until all are found, so that no port comes twice.
    let mut held = Vec::with_capacity(N);
    let mut ports = [0; N];
    for port in &mut ports {
        let (found, listener) = probe()?;
        held.push(listener);
        *port = found;
    }
    Ok(ports)
}

fn probe() -> Result<(u16, TcpListener), ServerError> {
    // Tried in random order: two processes that search at the same time rarely find the same one.
    for _ in 0..1_000 {
        let port = rand::random_range(FIRST..=LAST);
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok((port, listener));
        }
    }
    Err(ServerError::NoPort(FIRST, LAST))
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
