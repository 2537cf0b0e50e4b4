//! Where the next page of a list begins, as callers hold it. Opaque, so that what is inside can change;
//! signed, so that nobody gets to choose what the neighbour is asked; good for one user only.
//!
//! Inside is the last order of the page before, not how many came before it: orders that are placed
//! meanwhile neither repeat nor hide one.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::ConfigError;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    accounts::UserId,
    checkout::OrderId,
    error::Error,
    keys::{self, Key, Keys},
};

type Signer = Hmac<Sha256>;

const VERSION: u8 = 1;
/// Version, user, order; then the signature.
const CONTENT_BYTES: usize = 1 + 16 + 16;
const SIGNATURE_BYTES: usize = 32;
/// A key is made from each of `JWT_KEYS` for this purpose alone: whatever is signed here can't be taken
/// for a part of an access token.
const PURPOSE: &[u8] = b"throughline/gateway page token";

/// The first signs, all verify: pages that began before a new key came can be read to their end.
#[derive(Clone)]
pub struct PageTokens {
    signing: Signer,
    earlier: Arc<[Signer]>,
}

impl PageTokens {
    pub fn new(keys: &Keys) -> Result<Self, ConfigError> {
        let earlier = keys.earlier.iter().map(signer).collect::<Result<_, _>>()?;
        Ok(Self { signing: signer(&keys.signing)?, earlier })
    }

    pub fn issue(&self, user: UserId, last: OrderId) -> String {
        let content = [&[VERSION][..], user.0.as_bytes(), last.0.as_bytes()].concat();
        let signature = self.signing.clone().chain_update(&content).finalize().into_bytes();
        BASE64_URL_SAFE_NO_PAD.encode([&content[..], &signature].concat())
    }

    /// The order after which the page begins.
    pub fn verify(&self, user: UserId, token: &str) -> Result<OrderId, Error> {
        self.read(user, token).ok_or(Error::BadPageToken)
    }

    fn read(&self, user: UserId, token: &str) -> Option<OrderId> {
        let bytes: [u8; CONTENT_BYTES + SIGNATURE_BYTES] =
            BASE64_URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (content, signature) = bytes.split_at(CONTENT_BYTES);
        // In constant time: how long it takes must not tell how much of a guess was right.
        let signed = |signer: &Signer| signer.clone().chain_update(content).verify_slice(signature).is_ok();
        let good = signed(&self.signing) || self.earlier.iter().any(signed);
        let (version, ids) = content.split_first()?;
        let (owner, last) = ids.split_at(16);
        let ours = good && *version == VERSION && owner == user.0.as_bytes();
        Uuid::from_slice(last).ok().filter(|_| ours).map(OrderId)
    }
}

fn signer(key: &Key) -> Result<Signer, ConfigError> {
    let keyed = |secret: &[u8]| Signer::new_from_slice(secret).map_err(|_| keys::invalid());
    keyed(&keyed(&key.secret)?.chain_update(PURPOSE).finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_token_of_another_version_is_refused_however_well_it_is_signed() {
        let keys = Keys::parse(&chassis::Secret::new(format!("a:{}", "A".repeat(43)))).unwrap();
        let tokens = PageTokens::new(&keys).unwrap();
        let (user, order) = (UserId(Uuid::now_v7()), OrderId(Uuid::now_v7()));
        let signed = |version: u8| {
            let content = [&[version][..], user.0.as_bytes(), order.0.as_bytes()].concat();
            let signature = tokens.signing.clone().chain_update(&content).finalize().into_bytes();
            BASE64_URL_SAFE_NO_PAD.encode([&content[..], &signature].concat())
        };
        assert_eq!(tokens.verify(user, &signed(VERSION)).unwrap(), order);
        assert!(tokens.verify(user, &signed(VERSION + 1)).is_err());
    }
}
