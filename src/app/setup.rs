//! Setup codes of the data folder, as HTTP asks for them.

use crate::clock;
use crate::http::{SetupClaim, SetupCodes, SetupRefused};
use crate::ops::setup_codes::{self, SetupCodeError};

/// The codes of the data folder.
pub(super) struct Codes(setup_codes::SetupCodes);

impl Codes {
    pub(super) const fn new(codes: setup_codes::SetupCodes) -> Self {
        Self(codes)
    }
}

struct Claimed(setup_codes::Claim);

impl SetupCodes for Codes {
    fn claim(&self, code: &str) -> Result<Box<dyn SetupClaim>, SetupRefused> {
        match self.0.claim(code, clock::now()) {
            Ok(claim) => Ok(Box::new(Claimed(claim))),
            Err(SetupCodeError::Io(error)) => Err(SetupRefused::Failed(error.to_string())),
            Err(SetupCodeError::NotValid | SetupCodeError::OwnerExists) => Err(SetupRefused::NotValid),
        }
    }
}

impl SetupClaim for Claimed {
    fn finish(self: Box<Self>) {
        if let Err(error) = self.0.finish() {
            tracing::warn!(%error, "cannot write down that there is an owner; the next start does it");
        }
    }

    fn give_back(self: Box<Self>) {
        if let Err(error) = self.0.give_back() {
            tracing::warn!(%error, "a setup code could not be given back; make a new one with setup-link");
        }
    }
}
