//! Access tokens: JWTs (RFC 7519) with HMAC, which this service both signs and verifies. They can't be
//! taken back, so they live for an hour; whether an account may still order is asked at each order.

use std::{collections::HashMap, sync::Arc};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{accounts::UserId, error::Error, keys::Keys};

pub const LIFETIME_SECONDS: i64 = 3600;
const ISSUER: &str = "throughline/gateway";
const AUDIENCE: &str = "throughline/api";
/// Replicas' clocks differ a little.
const LEEWAY_SECONDS: u64 = 5;

#[derive(Clone)]
pub struct Tokens(Arc<JwtKeys>);

struct JwtKeys {
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
    pub fn new(keys: &Keys) -> Self {
        let signing = (keys.signing.id.clone(), EncodingKey::from_secret(&keys.signing.secret));
        let verifying = keys.all().map(|key| (key.id.clone(), DecodingKey::from_secret(&key.secret)));
        Self(Arc::new(JwtKeys { signing, verifying: verifying.collect(), validation: validation() }))
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
