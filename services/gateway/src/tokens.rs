//! Access tokens: JWTs (RFC 7519) with HMAC, which this service both signs and verifies. They can't be
//! taken back, so they live for an hour; whether an account may still order is asked at each order.

use std::{collections::HashMap, sync::Arc};

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, general_purpose::NO_PAD},
};
use chassis::{ConfigError, Secret};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{accounts::UserId, error::Error};

pub const LIFETIME_SECONDS: i64 = 3600;
/// As long as the hash: a shorter key makes HMAC-SHA-256 weaker, a longer one not stronger.
const MIN_KEY_BYTES: usize = 32;
const ISSUER: &str = "throughline/gateway";
const AUDIENCE: &str = "throughline/api";
/// Replicas' clocks differ a little.
const LEEWAY_SECONDS: u64 = 5;

const BASE64URL: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent));

#[derive(Clone)]
pub struct Tokens(Arc<Keys>);

struct Keys {
    /// The `kid` of the key that signs goes into each token: it says which key verifies it.
    signing: (String, EncodingKey),
    verifying: HashMap<String, DecodingKey>,
    validation: Validation,
}

/// None is optional: a token that lacks one can't be read.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    iat: i64,
    exp: i64,
}

impl Tokens {
    /// Reads `kid:base64url,…`; the first key signs.
    pub fn new(keys: &Secret) -> Result<Self, ConfigError> {
        let invalid = || ConfigError::Invalid {
            name: "JWT_KEYS",
            allowed: "kid:key, comma-separated, each kid once, each key 32 bytes or more in base64url,",
        };
        let (mut signing, mut verifying) = (None, HashMap::new());
        for entry in keys.expose().split(',') {
            let (kid, key) = entry.trim().split_once(':').ok_or_else(invalid)?;
            let key = BASE64URL.decode(key).map_err(|_| invalid())?;
            if kid.is_empty() || key.len() < MIN_KEY_BYTES {
                return Err(invalid());
            }
            if verifying.insert(kid.to_owned(), DecodingKey::from_secret(&key)).is_some() {
                return Err(invalid());
            }
            signing.get_or_insert_with(|| (kid.to_owned(), EncodingKey::from_secret(&key)));
        }
        let signing = signing.ok_or_else(invalid)?;
        Ok(Self(Arc::new(Keys { signing, verifying, validation: validation() })))
    }

    pub fn issue(&self, user: UserId) -> Result<String, Error> {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.0,
            iat: now,
            exp: now + LIFETIME_SECONDS,
        };
        let (kid, key) = &self.0.signing;
        let header = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, key).map_err(Error::internal)
    }

    pub fn verify(&self, token: &str) -> Result<UserId, Error> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Error::TokenInvalid)?;
        let kid = header.kid.ok_or(Error::TokenInvalid)?;
        let key = self.0.verifying.get(&kid).ok_or(Error::TokenInvalid)?;
        match jsonwebtoken::decode::<Claims>(token, key, &self.0.validation) {
            Ok(token) => Ok(UserId(token.claims.sub)),
            Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => Err(Error::TokenExpired),
            Err(_) => Err(Error::TokenInvalid),
        }
    }
}

/// The algorithm is ours to say, not the token's: a token that says `none` would verify itself.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.leeway = LEEWAY_SECONDS;
    validation
}
