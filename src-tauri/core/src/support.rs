//! The address at which a server's listeners find help, as its operator wrote it.
//!
//! It comes from a stranger and may be anything: an address, a name with one, a sentence, a link. All of it is shown as
//! text. A mail program is only ever asked to write to something that is an address and nothing else, because what stands
//! after one in a `mailto:` link fills in the mail.

use crate::text::plain;

/// More of it is not shown, in characters.
const MOST: usize = 200;

/// The longest address that mail knows, in bytes.
const LONGEST: usize = 254;

/// How a link to an address begins.
const LINK: &str = "mailto:";

/// What the operator wrote, as one line of plain text; nothing where nothing was written.
pub(crate) fn shown(written: &str) -> Option<String> {
    Some(plain(written, MOST)).filter(|text| !text.is_empty())
}

/// The address, if what was written is a plain one: also as a link, also between the brackets of `Ops <ops@…>`.
pub(crate) fn address(written: &str) -> Option<String> {
    let written = written.trim();
    let inner = match written.split_once('<') {
        Some((name, rest)) if !name.contains('@') => rest.strip_suffix('>')?,
        Some(_) => return None,
        None => written,
    };
    let address = match inner.get(..LINK.len()) {
        Some(start) if start.eq_ignore_ascii_case(LINK) => &inner[LINK.len()..],
        _ => inner,
    };
    is_plain(address).then(|| address.to_owned())
}

/// One `@`, letters and digits around it, and of signs only those that mean nothing in a link.
fn is_plain(address: &str) -> bool {
    let Some((local, host)) = address.split_once('@') else { return false };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    let is_label = |label: &str| {
        let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    address.len() <= LONGEST
        && (1..=64).contains(&local.len())
        && local.bytes().all(is_name)
        && local.split('.').all(|part| !part.is_empty())
        // What begins with it might be taken for a flag.
        && !local.starts_with('-')
        && host.contains('.')
        && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plain_address_can_be_written_to_however_it_was_given() {
        for written in [
            "ops@example.org",
            " ops@example.org\n",
            "mailto:ops@example.org",
            "MAILTO:ops@example.org",
            "Harbor Operations <ops@example.org>",
            "<ops@example.org>",
        ] {
            assert_eq!(address(written).as_deref(), Some("ops@example.org"), "{written:?}");
        }
        for plain in ["a@b.co", "first.last+radio@mail.example.org", "x_1-y@xn--bcher-kva.example"] {
            assert_eq!(address(plain).as_deref(), Some(plain));
        }
    }

    #[test]
    fn anything_else_is_only_text() {
        let long = format!("{}@example.org", "a".repeat(65));
        let longer = format!("ops@{}.org", ["a".repeat(60).as_str(); 5].join("."));
        for written in [
            "",
            "Call us",
            "ops",
            "ops@localhost",
            "@example.org",
            "ops@",
            "ops@@example.org",
            "a@b.org, c@d.org",
            "ops@example.org?subject=hello",
            "ops@example.org?cc=x@example.org",
            "ops%40x@example.org",
            "mailto:mailto:ops@example.org",
            "mailto:ops@example.org?body=x",
            "ops@example.org&cc=x",
            "ops@exa mple.org",
            "\"a b\"@example.org",
            "-attach@example.org",
            "a..b@example.org",
            ".a@example.org",
            "ops@-example.org",
            "ops@example..org",
            "öps@example.org",
            "ops@bücher.example",
            "a@b.org <ops@example.org>",
            "Ops <ops@example.org> more",
            "https://example.org/help",
            "javascript:alert(1)",
            "ops@example.org\nBcc: x@example.org",
            "\u{202e}ops@example.org",
            &long,
            &longer,
        ] {
            assert_eq!(address(written), None, "{written:?}");
        }
    }

    #[test]
    fn what_was_written_is_shown_as_one_line() {
        assert_eq!(shown("Ask\nops\u{202e}@example.org").as_deref(), Some("Ask ops@example.org"));
        assert_eq!(shown("<b>ops</b>").as_deref(), Some("<b>ops</b>"));
        assert_eq!(shown(" \u{200b}\n"), None);
        assert_eq!(shown(&"x".repeat(10_000)).map(|text| text.chars().count()), Some(MOST));
    }

    proptest! {
        #[test]
        fn no_address_has_anything_in_it_that_a_link_would_understand(written in any::<String>()) {
            if let Some(address) = address(&written) {
                prop_assert!(address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+@".contains(&byte)));
            }
        }

        #[test]
        fn addresses_made_of_such_parts_are_known(local in "[a-z][a-z0-9_+]{0,20}", host in "[a-z]{1,20}\\.[a-z]{2,6}") {
            let written = format!("{local}@{host}");
            prop_assert_eq!(address(&written), Some(written.clone()));
        }
    }
}
