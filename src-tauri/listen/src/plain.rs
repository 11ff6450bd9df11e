//! Other people's text, made harmless for a terminal.
//!
//! A talkgroup's name may hold anything, and a terminal obeys what is printed on it: titles are set, the clipboard is
//! written, lines are overwritten, words are turned round.

/// Longer labels are cut; no operator's are.
const LONGEST_LABEL: usize = 120;
/// Ten minutes of fast speech.
const LONGEST_TEXT: usize = 20_000;

const ESCAPE: char = '\u{1b}';
const BELL: char = '\u{07}';
/// Begins a control sequence.
const CSI: char = '\u{9b}';
/// Ends a control string.
const ST: char = '\u{9c}';

/// A name as it can be printed in the middle of a line.
pub(crate) fn label(text: &str) -> String {
    cut(&line(text), LONGEST_LABEL)
}

/// A longer text as one printable line.
pub(crate) fn text(text: &str) -> String {
    cut(&line(text), LONGEST_TEXT)
}

/// Whether printing this character does anything but print it, or hides that it is there.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn line(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            ESCAPE => rest = after_escape(rest),
            CSI => rest = after_sequence(rest),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => rest = after_string(rest),
            c if c.is_whitespace() => printable.push(' '),
            c if is_unsafe(c) => {}
            c => printable.push(c),
        }
    }
    printable.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What follows an escape sequence whose escape character was just read.
fn after_escape(rest: &str) -> &str {
    let Some(kind) = rest.chars().next() else { return rest };
    let after = &rest[kind.len_utf8()..];
    match kind {
        '[' => after_sequence(after),
        ']' | 'P' | 'X' | '^' | '_' => after_string(after),
        // Intermediates and one final character.
        ' '..='/' => after.trim_start_matches(|c| matches!(c, ' '..='/')).get(1..).unwrap_or_default(),
        '0'..='~' => after,
        // No sequence; what follows is looked at by itself.
        _ => rest,
    }
}

/// Parameters, intermediates and one final character; a broken one ends where it breaks.
fn after_sequence(rest: &str) -> &str {
    let rest = rest.trim_start_matches(|c| matches!(c, ' '..='?'));
    rest.strip_prefix(|c| matches!(c, '@'..='~')).unwrap_or(rest)
}

/// Everything up to the terminator. Without one only the introducer goes, and the rest is text.
fn after_string(rest: &str) -> &str {
    let end = rest.char_indices().find_map(|(at, c)| match c {
        BELL | ST => Some(at + c.len_utf8()),
        ESCAPE if rest[at + 1..].starts_with('\\') => Some(at + 2),
        _ => None,
    });
    end.map_or(rest, |end| &rest[end..])
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_control_characters_go_and_the_words_stay() {
        let table = [
            ("Fire Dispatch", "Fire Dispatch"),
            ("\u{1b}]0;owned\u{07}Fire", "Fire"),
            ("\u{1b}]0;owned\u{1b}\\Fire", "Fire"),
            ("\u{1b}]0;never ends", "0;never ends"),
            ("\u{1b}]52;c;ZXZpbA==\u{9c}Fire", "Fire"),
            ("\u{9d}2;title\u{9c}Fire", "Fire"),
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}[2J\u{1b}[1;1HFire", "Fire"),
            ("\u{9b}2JFire", "Fire"),
            ("\u{1b}[31\u{1b}[0mFire", "Fire"),
            ("\u{1b}(BFire", "Fire"),
            ("\u{1b}cFire", "Fire"),
            ("\u{1b}", ""),
            ("\u{1b}(", ""),
            ("\u{1b}\u{e9}t\u{e9}", "\u{e9}t\u{e9}"),
            ("over\rwritten\u{08}\u{7f}", "over written"),
            ("two\nlines\tand  more ", "two lines and more"),
            ("\u{202e}desrever\u{202c}", "desrever"),
            ("a\u{200b}b\u{feff}c\u{2028}d", "abc d"),
            ("👩\u{200d}👩\u{200d}👧 ｆ", "👩\u{200d}👩\u{200d}👧 ｆ"),
        ];
        for (given, expected) in table {
            assert_eq!(label(given), expected, "{given:?}");
        }
    }

    #[test]
    fn nothing_unsafe_is_left_whatever_is_put_together() {
        let parts =
            ["\u{1b}", "[", "]", "0;", "\u{9b}", "\u{07}", "\u{9c}", "\\", "m", "é", "\r", "P", "(", "\u{202e}"];
        let mut random = 1_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..8 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(parts[(random >> 33) as usize % parts.len()]);
            }
            let printed = label(&text);
            assert!(!printed.chars().any(is_unsafe), "{text:?} became {printed:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!(label(&"é".repeat(500)).chars().count(), LONGEST_LABEL + 1);
        assert!(label(&"é".repeat(500)).ends_with('…'));
        assert_eq!(label(&"é".repeat(LONGEST_LABEL)), "é".repeat(LONGEST_LABEL));
    }
}
