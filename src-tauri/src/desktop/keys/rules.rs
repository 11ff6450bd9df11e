//! Which keys may be taken from every other program. Pure.

use global_hotkey::hotkey::{Code, HotKey, Modifiers};
use squelch_core::view::{GlobalKeys, KeyAction, KeyRefusal};

/// The keys that may be taken, and why the others may not. The first of two equal ones has it.
pub(super) fn sort(chosen: &GlobalKeys) -> (Vec<(KeyAction, HotKey)>, Vec<KeyRefusal>) {
    let mut taken: Vec<(KeyAction, HotKey)> = Vec::new();
    let mut refused = Vec::new();
    for (action, keys) in chosen.iter() {
        let other = |key: &HotKey| taken.iter().find(|(_, taken)| taken == key).map(|(other, _)| *other);
        match read(keys) {
            Ok(key) => match other(&key) {
                Some(other) => refused.push(KeyRefusal { action, why: same(other) }),
                None => taken.push((action, key)),
            },
            Err(why) => refused.push(KeyRefusal { action, why: why.to_owned() }),
        }
    }
    (taken, refused)
}

fn same(other: KeyAction) -> String {
    let name = match other {
        KeyAction::Replay => "Replay",
        KeyAction::Skip => "Skip",
        KeyAction::Mute => "Mute",
        KeyAction::Hold => "Hold talkgroup",
        KeyAction::PushToMute => "Mute while held",
    };
    format!("{name} has this key already.")
}

fn read(keys: &str) -> Result<HotKey, &'static str> {
    let key: HotKey = keys.parse().map_err(|_| "Squelch does not know this key.")?;
    let is_held = key.mods.intersects(Modifiers::CONTROL | Modifiers::ALT | Modifiers::META);
    if is_held || types_nothing(key.key) {
        return Ok(key);
    }
    Err("Hold Ctrl, Alt or the system key beside it: alone it would be missing from your typing in every program.")
}

/// Whether nobody misses this key when it is taken from every program.
fn types_nothing(key: Code) -> bool {
    let name = key.to_string();
    let is_function = name.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok());
    is_function || name.starts_with("Media") || matches!(key, Code::Pause | Code::ScrollLock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_typed_with_is_taken_only_with_another_one_held() {
        for keys in ["Ctrl+Alt+KeyS", "Super+Space", "Alt+Digit1", "Ctrl+Shift+ArrowRight", "F9", "Shift+F13", "Pause"]
        {
            assert!(read(keys).is_ok(), "{keys}");
        }
        for keys in ["KeyS", "Shift+KeyS", "Space", "ArrowRight", "Numpad5", "Enter", "Escape"] {
            assert!(read(keys).is_err_and(|why| why.contains("typing")), "{keys}");
        }
        for keys in ["", "+", "Ctrl+", "Ctrl+Alt", "Ctrl+Banana", "KeyS+Ctrl", "Ctrl+KeyS+KeyT"] {
            assert_eq!(read(keys), Err("Squelch does not know this key."), "{keys}");
        }
    }

    #[test]
    fn of_two_equal_keys_the_first_has_it_and_the_other_says_whose_it_is() {
        let key = |keys: &str| Some(keys.to_owned());
        let chosen = GlobalKeys {
            skip: key("Ctrl+Alt+KeyS"),
            mute: key("F9"),
            push_to_mute: key("alt+control+S"),
            ..GlobalKeys::default()
        };
        let (taken, refused) = sort(&chosen);
        assert_eq!(taken.iter().map(|(action, _)| *action).collect::<Vec<_>>(), [KeyAction::Skip, KeyAction::Mute]);
        let why = "Skip has this key already.".to_owned();
        assert_eq!(refused, [KeyRefusal { action: KeyAction::PushToMute, why }]);
    }
}
