//! Compiles the contracts with protox, a protobuf compiler in Rust: nobody needs `protoc`.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=.");
    let files = ["users/v1/users.proto", "orders/v1/orders.proto", "events/v1/order_placed.proto"];
    let descriptors = protox::compile(files, ["."])?;
    // Kept in the binary: server reflection answers from it, and telemetry knows from it which
    // methods exist.
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptor_set.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
