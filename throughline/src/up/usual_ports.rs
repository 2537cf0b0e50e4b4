//! Ports that everybody knows, and that the system may give to somebody else.
//!
//! From 32768 on it hands ports to outgoing connections, also gRPC's usual ones, 50051 and its neighbours. The end that
//! closes a connection keeps its port for a minute (TIME-WAIT, RFC 9293 section 3.6.1), although no program has it any
//! more: the `up` after a busy one [waits](wait_for). And while `up` starts, it makes connections itself, before those
//! services listen that it makes them for: until then it [holds](HeldPorts) their ports.

use std::{
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use tokio::{
    net::TcpSocket,
    time::{interval, timeout},
};

/// Linux keeps a port for 60 s, whatever its settings; others for less.
const KEPT: Duration = Duration::from_secs(61);
const ASK_EVERY: Duration = Duration::from_millis(250);
/// An answer from this machine itself takes microseconds, unless whoever listens is stopped.
const ANSWER: Duration = Duration::from_millis(200);

/// Waits until one can listen at `address` again, if it is only kept; whether one can is for the caller to find out.
/// `on_wait` is called once before a wait.
pub(super) async fn wait_for(address: SocketAddr, on_wait: impl FnOnce(u16)) {
    if !is_kept(address) {
        return;
    }
    on_wait(address.port());
    let mut again = interval(ASK_EVERY);
    let released = async {
        while is_kept(address) {
            again.tick().await;
        }
    };
    // After that it is another program's connection, and the caller says so.
    let _ = timeout(KEPT, released).await;
}

/// In use, and nobody answers.
fn is_kept(address: SocketAddr) -> bool {
    let in_use = TcpListener::bind(address).is_err_and(|error| error.kind() == ErrorKind::AddrInUse);
    in_use
        && TcpStream::connect_timeout(&address, ANSWER)
            .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

/// Ports that are given to no outgoing connection while this lives. Whoever is to listen there still can.
#[derive(Debug, Default)]
pub(super) struct HeldPorts(Vec<TcpSocket>);

impl HeldPorts {
    /// One more.
    ///
    /// # Errors
    /// When somebody has it.
    pub(super) fn hold(&mut self, address: SocketAddr) -> io::Result<()> {
        // Elsewhere one socket alone can have a port.
        if !cfg!(target_os = "linux") {
            return TcpListener::bind(address).map(drop);
        }
        let socket = TcpSocket::new_v4()?;
        // Sockets with this option share a port, as long as only one of them listens. For a connection, the system never
        // chooses a port that somebody has bound.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        self.0.push(socket);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::{cell::Cell, io::Read, pin::pin};

    use futures_util::poll;

    use super::*;

    #[tokio::test]
    async fn a_connections_port_is_waited_for_until_it_is_released() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, address) = listener.accept().unwrap();
        let said = Cell::new(None);
        let mut wait = pin!(wait_for(address, |port| said.set(Some(port))));
        assert!(poll!(&mut wait).is_pending());
        assert_eq!(said.get(), Some(address.port()));
        // The end that closes first keeps its port, and that is not the one that is waited for.
        drop(server);
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
        drop(client);
        wait.await;
        TcpListener::bind(address).unwrap();
    }

    #[tokio::test]
    async fn a_port_with_a_listener_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        wait_for(listener.local_addr().unwrap(), |port| panic!("{port} is waited for")).await;
    }

    #[tokio::test]
    async fn a_held_port_is_for_one_who_listens_and_for_nobody_else() {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut held = HeldPorts::default();
        held.hold(address).unwrap();
        if cfg!(target_os = "linux") {
            // As a connection has it, without the option.
            assert!(TcpSocket::new_v4().unwrap().bind(address).is_err());
        }
        let listener = TcpListener::bind(address).unwrap();
        assert!(HeldPorts::default().hold(address).is_err(), "two can't listen");
        drop(listener);
    }
}
