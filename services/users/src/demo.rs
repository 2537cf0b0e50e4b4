//! The account that everybody knows.

use chassis::Secret;

use crate::{
    App,
    accounts::{Email, Name, NewUser, Password},
    error::Error,
};

const EMAIL: &str = "demo@example.com";
const PASSWORD: &str = "demo-password";

impl App {
    /// Makes it, where `DEMO` asks for it. A service without it is better than none.
    pub async fn make_demo_account(&self) {
        if !self.demo {
            return;
        }
        if let Err(error) = self.telemetry.unrecorded(self.register_demo_account()).await {
            telemetry::exception(&error, "the demo account can't be made");
            return;
        }
        tracing::info!(email = EMAIL, "DEMO is on: everybody knows the password of this account");
    }

    async fn register_demo_account(&self) -> Result<(), Error> {
        // Looked up first: a password is hashed with 19 MiB, at each start of each replica otherwise.
        if self.store.find_by_email(EMAIL).await?.is_some() {
            return Ok(());
        }
        let (email, name) = (Email(EMAIL.to_owned()), Name("Demo".to_owned()));
        let registered =
            self.register_user(NewUser { email, name, password: Password(Secret::new(PASSWORD)) });
        match registered.await {
            // Another replica was faster.
            Ok(_) | Err(Error::EmailTaken) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
