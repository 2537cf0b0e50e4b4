//! Argon2id, off the async threads: one hash takes tens of milliseconds of pure computing.

use std::{sync::Arc, thread};

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{self, SaltString, rand_core::OsRng},
};
use chassis::Secret;
use tokio::sync::Semaphore;

use crate::error::Error;

/// Hashes as many passwords at once as there are cores. More would be no faster, and each takes 19 MiB.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
}

impl Passwords {
    pub fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self { permits: Arc::new(Semaphore::new(cores)) }
    }

    pub async fn hash(&self, password: Secret) -> Result<String, Error> {
        self.compute(move || hash(&password)).await?.map_err(|error| Error::internal(error.to_string()))
    }

    /// Without a `hash` there is nobody to compare with: the time is spent all the same, and the answer
    /// is no.
    pub async fn verify(&self, password: Secret, hash: Option<String>) -> Result<bool, Error> {
        self.compute(move || match hash {
            Some(hash) => verify(&password, &hash),
            None => self::hash(&password).map(|_| false),
        })
        .await?
        .map_err(|error| Error::internal(error.to_string()))
    }

    async fn compute<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let _permit = self.permits.acquire().await.map_err(|error| Error::internal(error.to_string()))?;
        telemetry::spawn_blocking(job).await.map_err(|error| Error::internal(error.to_string()))
    }
}

fn hash(password: &Secret) -> password_hash::Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    Ok(Argon2::default().hash_password(password.expose().as_bytes(), &salt)?.to_string())
}

fn verify(password: &Secret, hash: &str) -> password_hash::Result<bool> {
    let parsed = PasswordHash::new(hash)?;
    match Argon2::default().verify_password(password.expose().as_bytes(), &parsed) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::Password) => Ok(false),
        Err(error) => Err(error),
    }
}
