//! Reads a document out of bytes that may be anything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{FORMAT, ListedServer, Read, TAKEN, TransferError, VERSION, is_origin, names, put, taken};
use crate::choices::{Hearing, LONGEST_PRESET_NAME, MOST_PRESETS, Preset};
use crate::model::TalkgroupId;
use crate::settings::{MOST_ALERTED, SavedOwn, Settings, is_short};
use crate::text::plain;

/// Nobody listens to more servers than this.
const MOST_SERVERS: usize = 100;
/// The longest name of a server, in characters.
const LONGEST_NAME: usize = 60;
/// What some editors begin every file with.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The names of groups of settings.
const GROUPS: [&str; 2] = ["display", "alerts"];
/// What is known of a server and of a preset.
const OF_SERVER: [&str; 4] = ["address", "name", "mark", "muted"];
const OF_PRESET: [&str; 7] = ["id", "name", "off", "known", "system", "talkgroup", "alerts"];

/// Reads what a file has in it. Either all of it can be used, but for what is not known, or none.
pub(crate) fn read(text: &[u8]) -> Result<Read, TransferError> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let whole = serde_json::from_slice(text).map_err(|error| TransferError::NotJson(Arc::new(error)))?;
    let Value::Object(mut whole) = whole else { return Err(TransferError::NotOurs) };
    if whole.remove("format") != Some(json!(FORMAT)) {
        return Err(TransferError::NotOurs);
    }
    match whole.remove("version").as_ref().and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => return Err(TransferError::Newer(newer)),
        _ => return Err(TransferError::NotOurs),
    }
    let mut reader = Reader::default();
    for (name, value) in whole {
        match name.as_str() {
            "settings" => reader.settings(value)?,
            "servers" => reader.servers(value)?,
            "presets" => reader.presets(value)?,
            "hearing" => reader.hearing(value)?,
            "alerted" => reader.alerted(value)?,
            _ => reader.unknown("", &name),
        }
    }
    Ok(reader.0)
}

#[derive(Default)]
struct Reader(Read);

fn wrong(field: impl Into<String>) -> TransferError {
    TransferError::WrongValue(field.into())
}

fn object(value: Value, field: &str) -> Result<Map<String, Value>, TransferError> {
    if let Value::Object(map) = value { Ok(map) } else { Err(wrong(field)) }
}

fn list(value: Value, field: &str, most: usize) -> Result<Vec<Value>, TransferError> {
    match value {
        Value::Array(list) if list.len() <= most => Ok(list),
        _ => Err(wrong(field)),
    }
}

fn made<T: DeserializeOwned>(value: Value, field: &str) -> Result<T, TransferError> {
    serde_json::from_value(value).map_err(|_| wrong(field))
}

impl Reader {
    /// Notes a name that this Squelch does not take. It is a stranger's and shown to the user.
    fn unknown(&mut self, within: &str, name: &str) {
        self.0.unknown.push(plain(&format!("{within}{name}"), 60));
    }

    fn settings(&mut self, value: Value) -> Result<(), TransferError> {
        for (name, value) in object(value, "settings")? {
            if GROUPS.contains(&name.as_str()) {
                for (inner, value) in object(value, &format!("settings.{name}"))? {
                    self.setting(&format!("{name}/{inner}"), value)?;
                }
            } else {
                self.setting(&name, value)?;
            }
        }
        Ok(())
    }

    fn setting(&mut self, name: &str, value: Value) -> Result<(), TransferError> {
        let field = format!("settings.{}", name.replace('/', "."));
        let Some(place) = TAKEN.iter().find(|place| place[1..] == *name) else {
            self.unknown("", &field);
            return Ok(());
        };
        let mut with = json!({});
        put(&mut with, place, value.clone());
        let settings: Settings = made(with, &field)?;
        let has_long_keys = settings.global_keys.iter().any(|(_, key)| !is_short(key));
        if settings.clone().sane() != settings || has_long_keys {
            return Err(wrong(field));
        }
        let understood = taken(&settings).remove(place).unwrap_or_default();
        for part in names(&value).filter(|part| understood.get(part.as_str()).is_none()) {
            self.unknown(&format!("{field}."), part);
        }
        self.0.document.settings.insert(place, understood);
        Ok(())
    }

    fn servers(&mut self, value: Value) -> Result<(), TransferError> {
        let mut seen = BTreeSet::new();
        for (value, n) in list(value, "servers", MOST_SERVERS)?.into_iter().zip(1..) {
            let field = format!("servers[{n}]");
            let mut entry = object(value, &field)?;
            self.note_others(&entry, &OF_SERVER, &field);
            let address: String = made(entry.remove("address").unwrap_or_default(), &field)?;
            let own: SavedOwn = made(Value::Object(entry), &field)?;
            let is_named = |name: &String| plain(name, LONGEST_NAME) == *name && !name.is_empty();
            if !is_origin(&address) || !own.name.as_ref().is_none_or(is_named) || !seen.insert(address.clone()) {
                return Err(wrong(field));
            }
            self.0.document.servers.push(ListedServer { address, own });
        }
        Ok(())
    }

    fn presets(&mut self, value: Value) -> Result<(), TransferError> {
        let mut seen = BTreeSet::new();
        for (value, n) in list(value, "presets", MOST_PRESETS)?.into_iter().zip(1..) {
            let field = format!("presets[{n}]");
            let mut entry = object(value, &field)?;
            self.note_others(&entry, &OF_PRESET, &field);
            entry.insert("id".to_owned(), json!(n));
            let preset: Preset = made(Value::Object(entry), &field)?;
            let is_named = plain(&preset.name, LONGEST_PRESET_NAME) == preset.name && !preset.name.is_empty();
            let held = preset.system.iter().map(|(at, _)| at).chain(preset.talkgroup.iter().map(|(at, _)| at));
            let mut origins = preset.off.keys().chain(preset.known.keys()).chain(held);
            if !is_named || !origins.all(|origin| is_origin(origin)) || !seen.insert(preset.name.clone()) {
                return Err(wrong(field));
            }
            self.0.document.presets.push(preset);
        }
        Ok(())
    }

    fn hearing(&mut self, value: Value) -> Result<(), TransferError> {
        for ((origin, value), n) in object(value, "hearing")?.into_iter().zip(1..) {
            let field = format!("hearing[{n}]");
            if let Some(entry) = value.as_object() {
                self.note_others(entry, &["priorities", "talkgroups", "systems"], &field);
            }
            let hearing: Hearing = made(value, &field)?;
            if !is_origin(&origin) || hearing.clone().sane() != hearing {
                return Err(wrong(field));
            }
            self.0.document.hearing.insert(origin, hearing);
        }
        Ok(())
    }

    fn alerted(&mut self, value: Value) -> Result<(), TransferError> {
        let alerted: BTreeMap<String, BTreeSet<TalkgroupId>> = made(value, "alerted")?;
        let all: usize = alerted.values().map(BTreeSet::len).sum();
        if all > MOST_ALERTED || !alerted.keys().all(|origin| is_origin(origin)) {
            return Err(wrong("alerted"));
        }
        self.0.document.alerted = alerted;
        Ok(())
    }

    fn note_others(&mut self, entry: &Map<String, Value>, known: &[&str], field: &str) {
        for name in entry.keys().filter(|name| !known.contains(&name.as_str())) {
            self.unknown(&format!("{field}."), name);
        }
    }
}
