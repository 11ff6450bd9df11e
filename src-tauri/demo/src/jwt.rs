//! Access tokens: JWTs signed with HMAC-SHA256, with exactly the claims of the real server.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What a token says, in the order the server writes it.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Claims {
    pub(crate) user_id: u64,
    pub(crate) username: String,
    pub(crate) role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account_exp: Option<u64>,
    pub(crate) exp: u64,
    pub(crate) iat: u64,
    pub(crate) jti: String,
}

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// Signs `claims`.
pub(crate) fn sign(key: &[u8], claims: &Claims) -> String {
    let body = serde_json::to_vec(claims).unwrap_or_default();
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(body));
    let signature = URL_SAFE_NO_PAD.encode(hmac(key, signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// Reads a token whose signature is right. Its age is the caller's concern.
pub(crate) fn read(key: &[u8], token: &str) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    if URL_SAFE_NO_PAD.decode(signature).ok()? != hmac(key, signed.as_bytes()) {
        return None;
    }
    let (_, body) = signed.split_once('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
}

/// RFC 2104 over SHA-256; written out because nothing else here needs a MAC.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut padded = [0_u8; BLOCK];
    if key.len() > BLOCK {
        padded[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        padded[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new().chain_update(padded.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_is_the_one_of_rfc_4231() {
        let mac = hmac(b"Jefe", b"what do ya want for nothing?");
        let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_token_signed_with_another_key_is_not_read() {
        let claims = Claims {
            user_id: 7,
            username: "dana".into(),
            role: "listener".into(),
            account_exp: None,
            exp: 2,
            iat: 1,
            jti: "j".into(),
        };
        let token = sign(b"one", &claims);
        assert_eq!(read(b"one", &token), Some(claims));
        assert_eq!(read(b"two", &token), None);
        assert_eq!(read(b"one", "x.y.z"), None);
    }
}
