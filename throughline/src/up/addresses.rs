//! Who listens where.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use local_servers::ports;

use super::{
    UpError,
    usual_ports::{self, HeldPorts},
};
use crate::{service_list::SERVICES, terminal};

/// The address of everything. All of it is on the loopback address: nothing of this is for others.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// Of each service in the list.
    services: Vec<ServiceAddresses>,
    /// OTLP over gRPC.
    pub otlp_grpc: SocketAddr,
    /// OTLP over HTTP.
    pub otlp_http: SocketAddr,
    /// Jaeger's pages.
    pub ui: SocketAddr,
    /// The private PostgreSQL: any free port, so that it is in nobody's way.
    pub postgres_port: u16,
    /// The private Redis, likewise.
    pub redis_port: u16,
}

#[derive(Debug, Clone)]
struct ServiceAddresses {
    name: &'static str,
    /// Where it is called; `None` when nobody calls it.
    edge: Option<SocketAddr>,
    admin: SocketAddr,
}

/// OTLP over gRPC and over HTTP, Jaeger's pages.
const USUAL_OF_THE_VIEWER: [u16; 3] = [4317, 4318, 16686];

fn local(port: u16) -> SocketAddr {
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))
}

/// Any free one; each call gives another.
fn free() -> Result<u16, UpError> {
    let [port] = ports::free()?;
    Ok(port)
}

impl Addresses {
    /// The usual ports, held for those who are to listen there.
    ///
    /// # Errors
    /// When one of them is taken.
    pub(super) fn usual() -> Result<(Self, HeldPorts), UpError> {
        let addresses = Self::of(Ok, USUAL_OF_THE_VIEWER)?;
        let held = addresses.hold()?;
        Ok((addresses, held))
    }

    /// Waits for those of the usual ports that are only [kept](usual_ports), and says so.
    ///
    /// # Errors
    /// When there is no free port for a server.
    pub(super) async fn released() -> Result<(), UpError> {
        for (user, address) in Self::of(Ok, USUAL_OF_THE_VIEWER)?.listeners() {
            let say = |port| {
                terminal::say(&format!(
                    "waiting for port {port}, for {user}: a connection that was closed has it, for a minute at most ..."
                ));
            };
            usual_ports::wait_for(address, say).await;
        }
        Ok(())
    }

    /// Any free ports.
    ///
    /// # Errors
    /// When there are none.
    pub fn free() -> Result<Self, UpError> {
        Self::of(|_| free(), ports::free()?)
    }

    /// `port` chooses a port for a service that has a usual one.
    fn of(port: impl Fn(u16) -> Result<u16, UpError>, viewer: [u16; 3]) -> Result<Self, UpError> {
        let of_service = |service: &crate::service_list::ListedService| {
            let edge = service.edge.map(&port).transpose()?.map(local);
            Ok(ServiceAddresses { name: service.name, edge, admin: local(port(service.admin)?) })
        };
        let services = SERVICES.iter().map(of_service).collect::<Result<_, UpError>>()?;
        let [otlp_grpc, otlp_http, ui] = viewer.map(local);
        Ok(Self { services, otlp_grpc, otlp_http, ui, postgres_port: free()?, redis_port: free()? })
    }

    /// Before anything is started: a message about one port now is better than a failure of one service in ten
    /// seconds.
    fn hold(&self) -> Result<HeldPorts, UpError> {
        let mut held = HeldPorts::default();
        for (user, address) in self.listeners() {
            let port = address.port();
            held.hold(address).map_err(|source| UpError::Port { user, port, source })?;
        }
        Ok(held)
    }

    /// Who listens where, for people; without the private servers.
    fn listeners(&self) -> impl Iterator<Item = (String, SocketAddr)> {
        let of_service = |service: &ServiceAddresses| {
            let edge = service.edge.map(|edge| (service.name.to_owned(), edge));
            edge.into_iter().chain([(format!("the readiness of {}", service.name), service.admin)])
        };
        let viewer = [
            ("OTLP over gRPC", self.otlp_grpc),
            ("OTLP over HTTP", self.otlp_http),
            ("the trace viewer", self.ui),
        ];
        let viewer = viewer.map(|(user, address)| (user.to_owned(), address));
        self.services.iter().flat_map(of_service).chain(viewer)
    }

    /// Where each service can be called, by its name: those that can.
    pub(super) fn edges(&self) -> impl Iterator<Item = (&'static str, SocketAddr)> {
        self.services.iter().filter_map(|service| Some((service.name, service.edge?)))
    }

    /// Where a service can be called, if it can.
    pub fn edge_of(&self, service: &str) -> Option<SocketAddr> {
        self.edges().find(|(name, _)| *name == service).map(|(_, edge)| edge)
    }

    /// The readiness of a service that is in the list.
    pub(super) fn admin_of(&self, service: &str) -> Option<SocketAddr> {
        self.services.iter().find(|listed| listed.name == service).map(|listed| listed.admin)
    }
}
