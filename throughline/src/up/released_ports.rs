//! Ports that nobody listens at, and that can't be listened at all the same.
//!
//! From 32768 on the system hands ports to outgoing connections, also gRPC's usual ones, 50051 and its neighbours. The
//! end that closes a connection keeps its port for a minute (TIME-WAIT, RFC 9293 section 3.6.1), although no program has
//! it any more. So the `up` after a busy one may find a port of its own kept, and it only has to wait.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use tokio::time::{interval, timeout};

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
}
