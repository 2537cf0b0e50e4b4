//! Who listens where.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener};

use local_servers::ports;

use super::UpError;

/// The address of everything. All of it is on the loopback address: nothing of this is for others.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The public API.
    pub gateway: SocketAddr,
    /// gRPC of `users`.
    pub users: SocketAddr,
    /// gRPC of `orders`.
    pub orders: SocketAddr,
    /// Readiness of `gateway`.
    pub gateway_admin: SocketAddr,
    /// Readiness of `users`.
    pub users_admin: SocketAddr,
    /// Readiness of `orders`.
    pub orders_admin: SocketAddr,
    /// Readiness of `order-worker`.
    pub order_worker_admin: SocketAddr,
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

fn local(port: u16) -> SocketAddr {
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))
}

impl Addresses {
    /// The usual ports.
    ///
    /// # Errors
    /// When one of them is taken.
    pub fn usual() -> Result<Self, UpError> {
        let addresses = Self::of([8080, 50051, 50052, 9101, 9102, 9103, 9104, 4317, 4318, 16686])?;
        addresses.check()?;
        Ok(addresses)
    }

    /// Any free ports.
    ///
    /// # Errors
    /// When there are none.
    pub fn free() -> Result<Self, UpError> {
        Self::of(ports::free()?)
    }

    fn of(ports: [u16; 10]) -> Result<Self, UpError> {
        let [gateway, users, orders, rest @ ..] = ports.map(local);
        let [gateway_admin, users_admin, orders_admin, order_worker_admin, otlp_grpc, otlp_http, ui] = rest;
        let [postgres_port, redis_port] = ports::free()?;
        Ok(Self {
            gateway,
            users,
            orders,
            gateway_admin,
            users_admin,
            orders_admin,
            order_worker_admin,
            otlp_grpc,
            otlp_http,
            ui,
            postgres_port,
            redis_port,
        })
    }

    /// Checked before anything is started: a message about one port now is better than a failure of
    /// one service in ten seconds.
    fn check(&self) -> Result<(), UpError> {
        let wanted = [
            ("gateway", self.gateway),
            ("users", self.users),
            ("orders", self.orders),
            ("the readiness of gateway", self.gateway_admin),
            ("the readiness of users", self.users_admin),
            ("the readiness of orders", self.orders_admin),
            ("the readiness of order-worker", self.order_worker_admin),
            ("OTLP over gRPC", self.otlp_grpc),
            ("OTLP over HTTP", self.otlp_http),
            ("the trace viewer", self.ui),
        ];
        match wanted
            .into_iter()
            .find_map(|(user, address)| Some((user, address, TcpListener::bind(address).err()?)))
        {
            Some((user, address, source)) => Err(UpError::Port { user, port: address.port(), source }),
            None => Ok(()),
        }
    }

    /// The admin address of a service.
    pub(super) fn admin_of(&self, service: &str) -> SocketAddr {
        match service {
            "gateway" => self.gateway_admin,
            "users" => self.users_admin,
            "orders" => self.orders_admin,
            _ => self.order_worker_admin,
        }
    }

    /// Where a service can be called, if it can.
    pub(super) fn edge_of(&self, service: &str) -> Option<SocketAddr> {
        match service {
            "gateway" => Some(self.gateway),
            "users" => Some(self.users),
            "orders" => Some(self.orders),
            _ => None,
        }
    }
}
