//! The contracts between services: gRPC APIs and events, generated from the `.proto` files
//! beside this crate. Read those; the code here only gives them module paths.

#![allow(clippy::allow_attributes_without_reason, clippy::doc_markdown, reason = "generated code")]

/// `users.v1.UserService`: accounts.
pub mod users {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("users.v1");
    }
}

/// `orders.v1.OrderService`: catalogue and orders.
pub mod orders {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("orders.v1");
    }
}

/// What travels over Kafka.
pub mod events {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("events.v1");
    }
}

/// All contracts as an encoded `google.protobuf.FileDescriptorSet`: for server reflection, and for
/// telemetry, which takes from it the methods that exist.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor_set.bin"));
