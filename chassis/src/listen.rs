//! Binding.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::StartError;

/// Binds `address`; `variable` is the setting that the error names.
///
/// # Errors
/// [`StartError::Listen`] when the address is taken or not on this machine.
pub async fn listen(variable: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, variable, source })
}
