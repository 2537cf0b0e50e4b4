//! The contracts between services, generated from the `.proto` files beside this crate. Read those; the code
//! here only gives them module paths.

#![allow(clippy::allow_attributes_without_reason, clippy::doc_markdown, reason = "generated code")]

/// All contracts as an encoded `google.protobuf.FileDescriptorSet`: for server reflection, and for
/// telemetry, which takes from it the methods that exist.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor_set.bin"));
