//! `scanner.config`: the systems and talkgroups, and the few settings a listener's client uses.

use std::sync::Arc;

use serde::Deserialize;

use super::color::color;
use super::lenient::{Flag, List, Number, Text};
use crate::directory::{Directory, System, Talkgroup};
use crate::model::Keypad;
use crate::model::{SystemId, SystemNumber, TalkgroupId, TalkgroupNumber};
use crate::server::Config;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireConfig<'a> {
    #[serde(borrow)]
    systems: List<WireSystem<'a>>,
    #[serde(rename = "time12hFormat")]
    time_12h: Flag,
    show_listeners_count: Flag,
    shareable_links: Flag,
    keypad_beeps: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireSystem<'a> {
    id: Number,
    system_id: Number,
    #[serde(borrow)]
    label: Text<'a>,
    led_color: Text<'a>,
    talkgroups: List<WireTalkgroup<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireTalkgroup<'a> {
    id: Number,
    talkgroup_id: Number,
    #[serde(borrow)]
    label: Text<'a>,
    name: Text<'a>,
    group: Text<'a>,
    tag: Text<'a>,
    led_color: Text<'a>,
}

impl WireConfig<'_> {
    /// The configuration; entries without a database id are left out, nothing can refer to them.
    pub(super) fn config(self) -> Config {
        let mut systems = Vec::with_capacity(self.systems.0.len());
        let mut talkgroups = Vec::new();
        for system in self.systems.0 {
            let Some(id) = system.id.known().map(SystemId) else { continue };
            talkgroups.extend(system.talkgroups.0.into_iter().filter_map(|talkgroup| talkgroup.of(id)));
            systems.push(System {
                id,
                number: SystemNumber(system.system_id.whole().unwrap_or(0)),
                label: system.label.owned().unwrap_or_default(),
                color: system.led_color.as_str().and_then(color),
            });
        }
        Config {
            directory: Arc::new(Directory::new(systems, talkgroups)),
            time_12h: self.time_12h.0,
            show_listeners: self.show_listeners_count.0,
            sharing: self.shareable_links.0,
            keypad: self.keypad_beeps.as_str().and_then(keypad),
        }
    }
}

/// Whose tones; those of others, and none, are silence.
fn keypad(name: &str) -> Option<Keypad> {
    match name {
        "uniden" => Some(Keypad::Uniden),
        "whistler" => Some(Keypad::Whistler),
        _ => None,
    }
}

impl WireTalkgroup<'_> {
    fn of(self, system: SystemId) -> Option<Talkgroup> {
        Some(Talkgroup {
            id: TalkgroupId(self.id.known()?),
            system,
            number: TalkgroupNumber(self.talkgroup_id.whole().unwrap_or(0)),
            label: self.label.owned(),
            name: self.name.owned(),
            group: self.group.owned(),
            tag: self.tag.owned(),
            color: self.led_color.as_str().and_then(color),
        })
    }
}
