//! What the services say to each other; generated from the `.proto` file beside this crate.

#![allow(clippy::doc_markdown, reason = "generated code")]

/// `library.v1.HoldService` and the event `HoldPlaced`.
pub mod v1 {
    tonic::include_proto!("library.v1");
}

/// The contracts as an encoded `google.protobuf.FileDescriptorSet`, for tools that ask what there is.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor_set.bin"));
