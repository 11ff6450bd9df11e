//! Text that came from somebody else, about to be shown.

/// Marks that turn the writing around would turn what stands beside the text, too.
pub(crate) fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
