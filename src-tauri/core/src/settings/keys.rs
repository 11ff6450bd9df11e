//! Keys of the window: kept for it and not understood here. Which actions there are and which keys can be had is the
//! window's business; an older core with a list of them would throw away what a newer window chose.

use std::collections::BTreeMap;

/// Keys that are not the usual ones, by action; none takes the action's key away.
pub(crate) type ChosenKeys = BTreeMap<String, Option<String>>;

/// All of them together, in bytes of JSON: another key for every action of the window takes half of it. The window never
/// sends more, but somebody's script or hand might, and all settings go to the window in one update of 8 KiB at most.
const MOST: usize = 4096;

/// Longer than any name of an action, and than any key with all that can be held beside it.
const LONGEST: usize = 40;

/// Whether all of them can be kept.
pub(crate) fn can_be_kept(keys: &ChosenKeys) -> bool {
    let size: usize = keys.iter().map(|(action, key)| size(action, key.as_deref())).sum();
    size <= MOST && keys.iter().all(|(action, key)| is_entry(action, key.as_deref()))
}

/// Those of them that can be kept.
pub(super) fn kept(keys: ChosenKeys) -> ChosenKeys {
    let mut room = MOST;
    let good = keys.into_iter().filter(|(action, key)| is_entry(action, key.as_deref()));
    good.take_while(|(action, key)| {
        let rest = room.checked_sub(size(action, key.as_deref()));
        room = rest.unwrap_or_default();
        rest.is_some()
    })
    .collect()
}

/// What an entry takes, `"action":"key",` or `"action":null,`; quotes and backslashes take two bytes.
fn size(action: &str, key: Option<&str>) -> usize {
    let escapes = |key: &str| key.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
    action.len() + key.map_or(8, |key| key.len() + escapes(key) + 6)
}

fn is_entry(action: &str, key: Option<&str>) -> bool {
    has_length(action) && action.bytes().all(|byte| byte.is_ascii_alphanumeric()) && key.is_none_or(is_key)
}

fn is_key(key: &str) -> bool {
    has_length(key) && !key.contains(|sign: char| sign.is_control() || sign.is_whitespace())
}

fn has_length(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, load, save};

    const FILE: &str = "settings.json";

    fn keys(entries: &[(&str, Option<&str>)]) -> ChosenKeys {
        entries.iter().map(|(action, key)| ((*action).to_owned(), key.map(str::to_owned))).collect()
    }

    /// Entries of 16 bytes each.
    fn many(count: usize) -> ChosenKeys {
        (0..count).map(|n| (format!("a{n:04}"), Some(format!("F{n:04}")))).collect()
    }

    #[test]
    fn keys_are_kept_up_to_each_limit_and_not_beyond() {
        let (longest, longer) = ("a".repeat(40), "a".repeat(41));
        let wide = "é".repeat(20);
        for good in [
            many(256),
            keys(&[("a", Some("é")), ("skip2", Some("Mod+Shift+K"))]),
            keys(&[(&longest, Some(&longest)), ("wide", Some(&wide)), ("mute", None)]),
        ] {
            assert!(can_be_kept(&good), "{good:?}");
            assert_eq!(kept(good.clone()), good);
        }
        assert!(!can_be_kept(&many(257)));
        let escaped = keys(&[("a", Some("\\")), ("b", Some("\"")), ("c", None)]);
        let sizes = escaped.iter().map(|(action, key)| size(action, key.as_deref()));
        assert_eq!(
            sizes.sum::<usize>(),
            serde_json::to_string(&escaped).unwrap().len() - 1,
            "braces, and no last comma"
        );
        let wider = format!("{wide}x");
        for (action, key) in [
            ("", Some("X")),
            (longer.as_str(), Some("X")),
            ("with space", None),
            ("naïve", None),
            ("under_score", None),
            ("skip", Some("")),
            ("skip", Some(&longer)),
            ("skip", Some(&wider)),
            ("skip", Some("\n")),
            ("skip", Some("Shift+\u{7f}")),
            ("skip", Some(" ")),
            ("skip", Some("Mod+\u{a0}")),
        ] {
            let bad = keys(&[(action, key), ("mute", Some("X"))]);
            assert!(!can_be_kept(&bad), "{action:?} {key:?}");
            assert_eq!(kept(bad), keys(&[("mute", Some("X"))]));
        }
    }

    #[test]
    fn of_a_file_written_by_hand_the_good_keys_remain_and_everything_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut given = many(400);
        given.extend(keys(&[("", Some("A")), (&"a".repeat(41), Some("B")), ("aFeed", Some("C\n")), ("ANone", None)]));
        let file = serde_json::json!({ "live": false, "keys": given, "futureThing": 1 });
        std::fs::write(folder.path().join(FILE), file.to_string()).unwrap();
        let (settings, problem) = load(folder.path());
        assert!(problem.is_none() && !settings.live && settings.unknown.contains_key("futureThing"));
        assert_eq!(settings.keys.len(), 256);
        assert_eq!(settings.keys.get("ANone"), Some(&None));
        assert!(can_be_kept(&settings.keys) && !settings.keys.contains_key("aFeed"));
        assert!(settings.keys.iter().all(|(action, key)| given.get(action) == Some(key)));
    }

    #[test]
    fn settings_with_all_keys_that_fit_are_one_update() {
        let longest: ChosenKeys = (0..200).map(|n| (format!("a{n:039}"), Some("k".repeat(40)))).collect();
        assert!(!can_be_kept(&longest));
        let settings = Settings { keys: kept(longest), ..Settings::default() };
        assert!(can_be_kept(&settings.keys) && settings.keys.len() > 40);
        let event = crate::view::Event::SettingsChanged { settings: crate::view::SettingsView::from(&settings) };
        assert!(serde_json::to_vec(&event).unwrap().len() < 8 * 1024 - 256);
    }

    #[test]
    fn keys_that_are_none_at_all_set_the_file_aside() {
        for wrong in [r#"{"keys":["X"]}"#, r#"{"keys":{"skip":5}}"#, r#"{"keys":null}"#] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(FILE), wrong).unwrap();
            let (settings, problem) = load(folder.path());
            assert!(problem.is_some() && settings.keys.is_empty(), "{wrong}");
        }
    }

    #[test]
    fn only_where_there_are_some_are_they_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings { keys: keys(&[("mute", None), ("skip", Some("X"))]), ..Settings::default() };
        save(folder.path(), &settings).unwrap();
        let written = || std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        let file: serde_json::Value = serde_json::from_str(&written()).unwrap();
        assert_eq!(file["keys"], serde_json::json!({ "mute": null, "skip": "X" }));
        assert_eq!(load(folder.path()).0, settings);
        settings.keys.clear();
        save(folder.path(), &settings).unwrap();
        assert!(!written().contains("\"keys\""));
    }
}
