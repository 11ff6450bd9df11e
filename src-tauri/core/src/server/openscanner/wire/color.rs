//! Colours as operators write them: a name or a hexadecimal form. Everything else is no colour.

use crate::model::Color;

/// The colour a server's free text stands for, if we know it.
pub(super) fn color(text: &str) -> Option<Color> {
    let text = text.trim();
    match text.strip_prefix('#') {
        Some(digits) => hexadecimal(digits),
        None => named(&text.to_ascii_lowercase()),
    }
}

fn hexadecimal(digits: &str) -> Option<Color> {
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let nibble = |at: usize| u8::from_str_radix(&digits[at..=at], 16).ok();
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    match digits.len() {
        // Transparency (the fourth part) has no meaning for a label.
        3 | 4 => Some(Color([nibble(0)? * 17, nibble(1)? * 17, nibble(2)? * 17])),
        6 | 8 => Some(Color([byte(0)?, byte(2)?, byte(4)?])),
        _ => None,
    }
}

fn named(name: &str) -> Option<Color> {
    // The seven the server's own form offers come first; the rest is what people write by hand.
    let rgb = match name {
        "blue" => [0x00, 0x00, 0xff],
        "cyan" | "aqua" => [0x00, 0xff, 0xff],
        "green" => [0x00, 0x80, 0x00],
        "magenta" | "fuchsia" => [0xff, 0x00, 0xff],
        "red" => [0xff, 0x00, 0x00],
        "white" => [0xff, 0xff, 0xff],
        "yellow" => [0xff, 0xff, 0x00],
        "orange" => [0xff, 0xa5, 0x00],
        "purple" => [0x80, 0x00, 0x80],
        "violet" => [0xee, 0x82, 0xee],
        "pink" => [0xff, 0xc0, 0xcb],
        "brown" => [0xa5, 0x2a, 0x2a],
        "gold" => [0xff, 0xd7, 0x00],
        "lime" => [0x00, 0xff, 0x00],
        "teal" => [0x00, 0x80, 0x80],
        "navy" => [0x00, 0x00, 0x80],
        "maroon" => [0x80, 0x00, 0x00],
        "olive" => [0x80, 0x80, 0x00],
        "silver" => [0xc0, 0xc0, 0xc0],
        "gray" | "grey" => [0x80, 0x80, 0x80],
        "black" => [0x00, 0x00, 0x00],
        _ => return None,
    };
    Some(Color(rgb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hexadecimal_forms_become_colours_and_nothing_else_does() {
        let table = [
            ("red", Some([255, 0, 0])),
            (" Orange ", Some([255, 165, 0])),
            ("#0f8", Some([0, 255, 136])),
            ("#00E676", Some([0, 230, 118])),
            ("#00e67680", Some([0, 230, 118])),
            ("", None),
            ("#", None),
            ("#12345", None),
            ("#ééé", None),
            ("rgb(1,2,3)", None),
            ("red;background:url(x)", None),
        ];
        for (text, expected) in table {
            assert_eq!(color(text), expected.map(Color), "{text}");
        }
    }
}
