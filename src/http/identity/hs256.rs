//! HMAC-SHA-256 as the only signature this program can make or check: `jsonwebtoken` asks here, and any other algorithm or
//! kind of key is refused before anything is computed.

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use sha2::Sha256;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key: &EncodingKey| Ok(Box::new(Hs256::new(*algorithm, key.family(), key.as_bytes())?)),
    verifier_factory: |algorithm, key: &DecodingKey| {
        Ok(Box::new(Hs256::new(*algorithm, key.family(), key.try_get_as_bytes()?)?))
    },
    // Only for keys that come as documents, which we never read.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes it the signature of all tokens of this process. Further calls change nothing.
pub(super) fn install() {
    let _ = PROVIDER.install_default();
}

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, family: AlgorithmFamily, key: &[u8]) -> Result<Self, Error> {
        if algorithm != Algorithm::HS256 || family != AlgorithmFamily::Hmac {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        Hmac::new_from_slice(key).map(Self).map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }

    fn over(&self, message: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(message)
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.over(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    /// Takes as long whichever byte is wrong.
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        self.over(message).verify_slice(signature).map_err(signature::Error::from_source)
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, appendix A.1.
    #[test]
    fn the_example_of_the_standard_is_signed_as_there() {
        install();
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==";
        let message = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
                       eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let expected = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let signing = EncodingKey::from_base64_secret(key).expect("a key");
        let signed = jsonwebtoken::crypto::sign(message.as_bytes(), &signing, Algorithm::HS256).expect("signed");
        assert_eq!(signed, expected);
        let verifying = DecodingKey::from_secret(signing.as_bytes());
        let holds = |signature: &str, message: &str| {
            jsonwebtoken::crypto::verify(signature, message.as_bytes(), &verifying, Algorithm::HS256).expect("checked")
        };
        assert!(holds(expected, message));
        assert!(!holds(expected, &message.replace("eyJpc3Mi", "eyJpc3Mj")));
        assert!(!holds(&expected[..20], message), "a part of a signature is none");
        assert!(!holds("", message));
    }

    #[test]
    fn every_other_algorithm_is_refused() {
        install();
        let (signing, verifying) = (EncodingKey::from_secret(&[1; 32]), DecodingKey::from_secret(&[1; 32]));
        for algorithm in [Algorithm::HS384, Algorithm::HS512, Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
            assert!(jsonwebtoken::crypto::sign(b"x", &signing, algorithm).is_err(), "{algorithm:?}");
            assert!(jsonwebtoken::crypto::verify("eA", b"x", &verifying, algorithm).is_err(), "{algorithm:?}");
        }
        let public = DecodingKey::from_rsa_der(&[1; 32]);
        assert!(jsonwebtoken::crypto::verify("eA", b"x", &public, Algorithm::HS256).is_err(), "a public key as secret");
    }
}
