//! Plain text out of what strangers wrote.

/// The same words on one line and in the order in which they are read, `most` characters at most.
///
/// Whatever would break the line, turn the direction of what follows, or cannot be seen at all is left out: a name must
/// not be able to look like another, or like words of ours.
pub fn plain(text: &str, most: usize) -> String {
    let words: String = text.chars().map(|c| if is_gap(c) { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    shortened(words.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

/// The same words as they were written, `most` characters at most.
pub fn shortened(text: String, most: usize) -> String {
    // No text has more characters than bytes.
    if text.len() <= most || text.chars().count() <= most {
        return text;
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Controls, and line ends of all kinds.
fn is_gap(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Marks of direction, which would turn what stands beside them too, and what has no width. The joiners are none of them:
/// some scripts and pictures need them.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_server_wrote_becomes_one_line_of_plain_words() {
        let table = [
            ("Fire Dispatch", "Fire Dispatch"),
            ("  Fire \t\r\n Dispatch\u{2028}West ", "Fire Dispatch West"),
            ("a\u{202e}evil\u{202c}b", "aevilb"),
            ("\u{2067}right\u{2069} \u{200f}left\u{200e}", "right left"),
            ("Bell\u{7}\u{0}\u{1b}[31mred", "Bell [31mred"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("<b>bold</b> & co", "<b>bold</b> & co"),
            ("منطقة الإطفاء", "منطقة الإطفاء"),
            ("👩\u{200d}🚒", "👩\u{200d}🚒"),
            ("\u{202e}\u{200b}\n", ""),
            ("", ""),
        ];
        for (text, words) in table {
            assert_eq!(plain(text, 60), words, "{text:?}");
        }
    }

    #[test]
    fn what_is_too_long_ends_where_a_word_may() {
        assert_eq!(plain("Harbor County", 13), "Harbor County");
        assert_eq!(plain("Harbor County", 12), "Harbor Coun…");
        assert_eq!(plain("Harbor County", 8), "Harbor…");
        assert_eq!(plain("ééééé", 3), "éé…");
    }

    proptest! {
        #[test]
        fn any_text_becomes_short_and_plain(text in any::<String>(), most in 1..200usize) {
            let line = plain(&text, most);
            prop_assert!(line.chars().count() <= most);
            prop_assert!(!line.chars().any(|c| is_hidden(c) || is_gap(c)));
            prop_assert_eq!(plain(&line, most), line);
        }
    }
}
