//! Asking a service whether it is ready.

use std::{net::SocketAddr, time::Duration};

use chassis::ask_readiness;

const ASK_EVERY: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks `/readyz` until it says yes.
///
/// # Errors
/// The patience, and what was answered last.
pub(super) async fn wait(admin: SocketAddr) -> Result<(), (Duration, String)> {
    let mut last = "it did not answer".to_owned();
    let ready = async {
        while let Err(answer) = ask_readiness(admin).await {
            last = answer;
            tokio::time::sleep(ASK_EVERY).await;
        }
    };
    let outcome = tokio::time::timeout(PATIENCE, ready).await;
    outcome.map_err(|_| (PATIENCE, last))
}
