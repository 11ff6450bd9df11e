//! Trust in certificates: what the system trusts, or the one certificate the user agreed to for this server.
//!
//! Never anything else, and never silently: a refused certificate is remembered as its SHA-256, so that the user can be
//! shown what was presented. A pinned certificate that changes is refused like any other.

use std::fmt::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use sha2::{Digest, Sha256};

/// What the verifier of one server saw. Shared with the connections that use it.
#[derive(Debug, Clone, Default)]
pub(super) struct Witness(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    refused: Option<String>,
    pinned: bool,
}

impl Witness {
    /// SHA-256 of the last certificate that was refused.
    pub(super) fn refused(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).refused.clone()
    }

    /// Whether the last accepted certificate was accepted because of its pin.
    pub(super) fn pinned(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pinned
    }

    fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The TLS settings for one server: no HTTP/2 (the socket's upgrade needs HTTP/1.1), trust as above.
pub(super) fn config(pin: Option<&str>, witness: &Witness) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = PinVerifier {
        platform: OnceLock::new(),
        provider: provider.clone(),
        pin: pin.map(str::to_owned),
        witness: witness.clone(),
    };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

#[derive(Debug)]
struct PinVerifier {
    /// Made when first needed, since it reads the system's certificates. None where there are none: then only a pin helps.
    platform: OnceLock<Option<Verifier>>,
    provider: Arc<CryptoProvider>,
    pin: Option<String>,
    witness: Witness,
}

impl PinVerifier {
    fn platform(&self) -> Option<&Verifier> {
        let make = || {
            Verifier::new(self.provider.clone())
                .inspect_err(|error| tracing::warn!(%error, "the system's certificates cannot be used"))
                .ok()
        };
        self.platform.get_or_init(make).as_ref()
    }
}

impl ServerCertVerifier for PinVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = match self.platform() {
            Some(platform) => platform.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        };
        let Err(refusal) = verdict else {
            self.witness.note(|seen| *seen = Seen::default());
            return verdict;
        };
        let presented = digest(end_entity);
        if self.pin.as_ref() == Some(&presented) {
            self.witness.note(|seen| *seen = Seen { refused: None, pinned: true });
            return Ok(ServerCertVerified::assertion());
        }
        self.witness.note(|seen| *seen = Seen { refused: Some(presented), pinned: false });
        Err(refusal)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// SHA-256 in lower-case hexadecimal.
fn digest(certificate: &CertificateDer<'_>) -> String {
    Sha256::digest(certificate).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
