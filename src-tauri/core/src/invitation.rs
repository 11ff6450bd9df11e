//! Links that lead into Squelch: `squelch://server/scanner.example.org` and
//! `squelch://call/scanner.example.org:3022/4711`.
//!
//! They come from strangers: from web pages, mails and chats. So little is taken: printable ASCII, one of these two
//! forms, an address of the kind that can be typed when a server is added, and nothing besides. Nothing is decoded, so that
//! nothing can hide. What is read here is only a question to the user; nobody is contacted for it.

use serde::Serialize;

use crate::model::CallId;
use crate::problem::{Code, Problem, Retry};
use crate::server::openscanner::host_and_port;

/// How every such link begins.
pub const SCHEME: &str = "squelch:";

/// A host name has 253 characters at most.
const LONGEST: usize = 300;

/// The window counts no further.
const HIGHEST_CALL: u64 = (1 << 53) - 1;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Invitation {
    /// To a server.
    Server {
        /// Its host and port, as they are written in an origin.
        address: String,
    },
    /// To a call.
    Call {
        /// Its server's host and port.
        address: String,
        /// Which.
        call: CallId,
    },
}

/// Why a link is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Longer than any address.
    #[error("This link is too long to be one of Squelch's.")]
    TooLong,
    /// Something that no address has in it.
    #[error("This link has characters in it that no address has. It may have been made to mislead you.")]
    Strange,
    /// A name or a password.
    #[error("This link has a user name or a password in it. Squelch takes neither from a link.")]
    Credentials,
    /// Something else than a server or a call.
    #[error("This link leads neither to a server nor to a call.")]
    Unknown,
    /// Its address is none.
    #[error("The server's address in this link is not one that Squelch can use.")]
    NotAnAddress,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self { code: Code::AddressInvalid, message: refusal.to_string(), retry: Retry::No }
    }
}

/// Whether a word on the command line is meant to be such a link.
pub fn is_link(word: &str) -> bool {
    word.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

/// Reads a link.
pub fn read(link: &str) -> Result<Invitation, Refusal> {
    if link.len() > LONGEST {
        return Err(Refusal::TooLong);
    }
    if link.contains('@') {
        return Err(Refusal::Credentials);
    }
    if !link.chars().all(|c| c.is_ascii_alphanumeric() || ":/.-_[]".contains(c)) {
        return Err(Refusal::Strange);
    }
    let rest = link.get(SCHEME.len()..).filter(|_| is_link(link)).ok_or(Refusal::Unknown)?;
    let parts: Vec<&str> = rest.strip_prefix("//").ok_or(Refusal::Unknown)?.split('/').collect();
    // Browsers end some addresses with a slash.
    let parts = match parts.as_slice() {
        [first @ .., ""] => first,
        all => all,
    };
    match parts {
        [kind, address] if kind.eq_ignore_ascii_case("server") => {
            Ok(Invitation::Server { address: host_and_port(address).ok_or(Refusal::NotAnAddress)? })
        }
        [kind, address, call] if kind.eq_ignore_ascii_case("call") => {
            let is_number = !call.is_empty() && call.chars().all(|c| c.is_ascii_digit());
            let call = call.parse().ok().filter(|call| is_number && *call <= HIGHEST_CALL);
            let call = call.map(CallId).ok_or(Refusal::Unknown)?;
            Ok(Invitation::Call { address: host_and_port(address).ok_or(Refusal::NotAnAddress)?, call })
        }
        _ => Err(Refusal::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server(address: &str) -> Result<Invitation, Refusal> {
        Ok(Invitation::Server { address: address.into() })
    }

    #[test]
    fn links_lead_to_servers_and_calls() {
        let call = |address: &str, call| Ok(Invitation::Call { address: address.into(), call: CallId(call) });
        let table = [
            ("squelch://server/scanner.example.org", server("scanner.example.org")),
            ("squelch://server/scanner.example.org/", server("scanner.example.org")),
            ("SQUELCH://Server/Scanner.Example.org:3022", server("scanner.example.org:3022")),
            ("squelch://server/scanner.example.org:443", server("scanner.example.org:443")),
            ("squelch://server/scanner.example.org:80", server("scanner.example.org:80")),
            ("squelch://server/[fd00::1]:3022", server("[fd00::1]:3022")),
            ("squelch://server/xn--bcher-kva.example", server("xn--bcher-kva.example")),
            // A disguise of 127.0.0.1 is shown as what it is.
            ("squelch://server/0x7f.1", server("127.0.0.1")),
            ("squelch://call/scanner.example.org/4711", call("scanner.example.org", 4711)),
            ("squelch://call/scanner.example.org:3022/1/", call("scanner.example.org:3022", 1)),
        ];
        for (link, wanted) in table {
            assert_eq!(read(link), wanted, "{link}");
        }
    }

    #[test]
    fn hostile_and_broken_links_are_refused_each_in_its_own_words() {
        let long = format!("squelch://server/{}", "a".repeat(400));
        let table = [
            ("squelch://server/dana:hunter2@scanner.example.org", Refusal::Credentials),
            ("squelch://dana@server/scanner.example.org", Refusal::Credentials),
            (long.as_str(), Refusal::TooLong),
            ("squelch://server/scanner.example.org\r\nX: y", Refusal::Strange),
            ("squelch://server/scanner\u{202e}gro.elpmaxe", Refusal::Strange),
            ("squelch://server/bücher.example", Refusal::Strange),
            ("squelch://server/%73canner.example.org", Refusal::Strange),
            ("squelch://server/scanner.example.org?login=dana", Refusal::Strange),
            ("squelch://server/scanner.example.org#x", Refusal::Strange),
            ("squelch://server\\scanner.example.org", Refusal::Strange),
            ("https://scanner.example.org", Refusal::Unknown),
            ("javascript:alert", Refusal::Unknown),
            ("squelch:server/scanner.example.org", Refusal::Unknown),
            ("squelch://", Refusal::Unknown),
            ("squelch://server", Refusal::Unknown),
            ("squelch://server/scanner.example.org/scanner", Refusal::Unknown),
            ("squelch://server/../../etc/passwd", Refusal::Unknown),
            ("squelch://server//etc", Refusal::Unknown),
            ("squelch://settings/updates", Refusal::Unknown),
            ("squelch://call/scanner.example.org", Refusal::Unknown),
            ("squelch://call/scanner.example.org/-1", Refusal::Unknown),
            ("squelch://call/scanner.example.org/99999999999999999999999", Refusal::Unknown),
            ("squelch://call/scanner.example.org/4711/../1", Refusal::Unknown),
            ("squelch://server/..", Refusal::NotAnAddress),
            ("squelch://server/:3022", Refusal::NotAnAddress),
            ("squelch://server/scanner.example.org:99999", Refusal::NotAnAddress),
        ];
        for (link, wanted) in table {
            assert_eq!(read(link), Err(wanted), "{link:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_is_plain(text in ".{0,400}") {
            check(&text)?;
            check(&format!("squelch://server/{text}"))?;
            check(&format!("squelch://call/{text}"))?;
        }

        #[test]
        fn what_nearly_is_a_link_is_read_or_refused(text in "(squelch|SQUELCH|http)://(server|call|x)(/[a-z0-9:.@%\\[\\]-]{0,20}){0,4}") {
            check(&text)?;
        }

        #[test]
        fn a_host_with_a_port_leads_there(host in "[a-z]{1,20}(\\.[a-z]{2,10}){1,3}", port in 1_u16.., call in 0..=HIGHEST_CALL) {
            let address = format!("{host}:{port}");
            prop_assert_eq!(read(&format!("squelch://server/{address}")), server(&address));
            let there = Ok(Invitation::Call { address: address.clone(), call: CallId(call) });
            prop_assert_eq!(read(&format!("squelch://call/{address}/{call}")), there);
        }
    }

    fn check(text: &str) -> Result<(), TestCaseError> {
        let Ok(Invitation::Server { address } | Invitation::Call { address, .. }) = read(text) else { return Ok(()) };
        prop_assert!(address.chars().all(|c| c.is_ascii_alphanumeric() || ":.-_[]".contains(c)), "{address:?}");
        prop_assert!(!address.is_empty() && address.len() <= LONGEST);
        // It leads to where it says it leads, also the second time.
        prop_assert_eq!(host_and_port(&address), Some(address));
        Ok(())
    }
}
