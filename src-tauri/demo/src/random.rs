//! Identifiers in the forms the server uses. Not for secrets: the generator is fast, not unpredictable.

use std::fmt::Write as _;

/// `bytes` random bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: usize) -> String {
    (0..bytes).fold(String::new(), |mut text, _| {
        let _ = write!(text, "{:02x}", fastrand::u8(..));
        text
    })
}

/// A version 4 UUID.
pub(crate) fn uuid() -> String {
    let bits = (fastrand::u128(..) & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let text = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}
