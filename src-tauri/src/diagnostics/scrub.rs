//! Takes out of a log what looks like a secret, before somebody shows it to others.
//!
//! The log is written without secrets, and tests see to that. But a panic's message is somebody else's text, and a bug
//! report is pasted where everybody reads it; so it is looked through once more.

/// What stands for something taken out.
const REMOVED: &str = "[removed]";
/// Names whose values are secret, wherever they stand.
const NAMES: [&str; 6] = ["refresh_token=", "os_session=", "password=", "token=", "set-cookie:", "cookie:"];
/// The word after one of these is secret.
const SCHEMES: [&str; 2] = ["bearer", "basic"];
/// Every signed token of the web begins so: it is `{"` in their alphabet.
const TOKEN: &str = "eyJ";
/// Shorter words that begin so are words.
const SHORTEST_TOKEN: usize = 16;

/// The text without what looks like a secret.
pub(super) fn scrubbed(text: &str) -> String {
    text.split_inclusive('\n').map(line).collect()
}

fn line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut after_scheme = false;
    for word in text.split_inclusive([' ', '\t', '\n', '"', '\'', ',', ';']) {
        let bare = word.trim_end_matches([' ', '\t', '\n', '"', '\'', ',', ';']);
        let rest = &word[bare.len()..];
        match secret_from(bare, after_scheme) {
            Some(from) => {
                clean.push_str(&bare[..from]);
                clean.push_str(REMOVED);
                // An address goes on after its `user:password@`.
                if let Some(to) = bare[from..].find('@').filter(|_| bare.contains("://")) {
                    clean.push_str(&bare[from + to..]);
                }
            }
            None => clean.push_str(bare),
        }
        clean.push_str(rest);
        let lower = bare.to_ascii_lowercase();
        after_scheme = (after_scheme && bare.is_empty())
            || SCHEMES.iter().any(|scheme| lower.ends_with(scheme))
            || (lower.ends_with(':') && NAMES.iter().any(|name| lower.ends_with(name)));
    }
    clean
}

/// Where in a word something secret begins.
fn secret_from(word: &str, after_scheme: bool) -> Option<usize> {
    if after_scheme && !word.is_empty() {
        return Some(0);
    }
    let lower = word.to_ascii_lowercase();
    if let Some(end) = NAMES.iter().filter_map(|name| lower.find(name).map(|at| at + name.len())).min()
        && end < word.len()
    {
        return Some(end);
    }
    if let Some(at) = word.find(TOKEN).filter(|at| word.len() - at >= SHORTEST_TOKEN) {
        return Some(at);
    }
    let from = word.find("://")? + 3;
    let authority = word[from..].split('/').next()?;
    authority.contains('@').then_some(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_taken_out_and_the_rest_stays() {
        let table = [
            ("Authorization: Bearer abc.def-ghi rest", "Authorization: Bearer [removed] rest"),
            ("authorization: \"Basic ZGFuYTpodW50ZXIy\"", "authorization: \"Basic [removed]\""),
            ("Cookie: refresh_token=s3cr3t; os_session=t0k3n", "Cookie: [removed]; os_session=[removed]"),
            ("set refresh_token=s3cr3t; Path=/api", "set refresh_token=[removed]; Path=/api"),
            ("[\"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln\"]", "[\"[removed]\"]"),
            ("GET http://dana:hunter2@proxy.example.org:3128/x", "GET http://[removed]@proxy.example.org:3128/x"),
            ("form password=hunter2 user", "form password=[removed] user"),
        ];
        for (text, wanted) in table {
            assert_eq!(scrubbed(text), wanted, "{text}");
        }
    }

    #[test]
    fn an_ordinary_log_stays_as_it_is() {
        let text = "2026-11-25T22:53:57Z  INFO squelch_core::server: found a server origin=\"https://scanner.example.org\"\n\
                    eyJust a word, a basic\nnext line: 3 tokens, dana@example.org\n\n";
        assert_eq!(scrubbed(text), text);
    }
}
