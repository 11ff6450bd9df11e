//! The systems and talkgroups, as `scanner.config` sends them.

use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One system with its talkgroups.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct System {
    /// The database id.
    pub id: u64,
    /// The radio id.
    pub system_id: u64,
    /// The name shown.
    pub label: String,
    /// A colour in words, free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub led_color: Option<String>,
    /// Its talkgroups.
    pub talkgroups: Vec<Talkgroup>,
}

/// One talkgroup. Fields that are `None` are not sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Talkgroup {
    /// The database id.
    pub id: u64,
    /// The radio id.
    pub talkgroup_id: u64,
    /// The short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The long name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The group's label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The tag's label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// A colour in words, free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub led_color: Option<String>,
    /// In Hz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<u64>,
}

/// Everything `scanner.config` and `connection.welcome` say besides the version.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The server's own name.
    pub branding: String,
    /// Whom to write to.
    pub email: String,
    /// The systems in the administrator's order.
    pub systems: Vec<System>,
    /// The settings sent along, by name; absent ones are not sent.
    pub settings: BTreeMap<String, Value>,
}

impl Directory {
    /// An empty directory with the settings of a fresh server.
    pub fn empty() -> Self {
        let settings = json!({
            "keypadBeeps": "uniden", "playbackGoesLive": false, "shareableLinks": false,
            "showListenersCount": false, "time12hFormat": false, "transcriptionEnabled": false,
        });
        let settings = settings.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone()));
        Self { branding: String::new(), email: String::new(), systems: Vec::new(), settings: settings.collect() }
    }

    /// The directory a recorded `config` object describes. Fails if its systems are not systems.
    pub fn from_config(config: &Value) -> Result<Self, serde_json::Error> {
        let systems = serde_json::from_value(config["systems"].clone())?;
        let settings = config.as_object().into_iter().flatten().filter(|(key, _)| *key != "systems");
        let settings = settings.map(|(key, value)| (key.clone(), value.clone())).collect();
        Ok(Self { systems, settings, ..Self::empty() })
    }

    /// `talkgroups` talkgroups, spread over systems of a thousand.
    pub fn huge(talkgroups: u64) -> Self {
        let systems = (0..talkgroups.div_ceil(1000)).map(|system| System {
            id: system + 1,
            system_id: 1000 + system,
            label: format!("System {system}"),
            led_color: None,
            talkgroups: (system * 1000..talkgroups.min((system + 1) * 1000)).map(numbered).collect(),
        });
        Self { systems: systems.collect(), ..Self::empty() }
    }

    /// Labels a careless window would run, hide behind or break at.
    pub fn hostile() -> Self {
        let labels = [
            "<script>alert(1)</script>",
            "<b>bold</b> & <img src=x onerror=alert(1)>",
            "{{7*7}} ${7*7} %s %n",
            "\u{202e}desrever\u{2066} \u{200b}\u{feff}",
            "line\nbreak\ttab \"quote\" 'quote' \\",
            "Z\u{0351}\u{0358}\u{0301}a\u{0321}\u{0334}lgo 👩‍👩‍👧‍👦 ʬ ｆｕｌｌ",
            "",
        ];
        let mut talkgroups: Vec<_> = labels.iter().zip(1..).map(|(label, id)| named(id, label)).collect();
        talkgroups.push(named(labels.len() as u64 + 1, &"very long ".repeat(200)));
        let system = System {
            id: 1,
            system_id: 100,
            label: "<i>system</i>".into(),
            led_color: Some("red;background:url(//x)".into()),
            talkgroups,
        };
        Self { branding: "<h1>brand</h1>".into(), systems: vec![system], ..Self::empty() }
    }

    /// The `config` object: its keys in alphabetical order, those of systems and talkgroups in the server's.
    pub(crate) fn config(&self) -> Config<'_> {
        Config(self)
    }

    /// The system and talkgroup with these database ids.
    pub(crate) fn find(&self, system: u64, talkgroup: u64) -> (Option<&System>, Option<&Talkgroup>) {
        let system = self.systems.iter().find(|entry| entry.id == system);
        (system, system.and_then(|system| system.talkgroups.iter().find(|entry| entry.id == talkgroup)))
    }

    /// The database ids behind radio ids.
    pub(crate) fn database_ids(&self, system: u64, talkgroup: u64) -> Option<(u64, u64)> {
        let system = self.systems.iter().find(|entry| entry.system_id == system)?;
        let talkgroup = system.talkgroups.iter().find(|entry| entry.talkgroup_id == talkgroup)?;
        Some((system.id, talkgroup.id))
    }

    pub(crate) fn is_set(&self, setting: &str) -> bool {
        self.settings.get(setting).and_then(Value::as_bool).unwrap_or(false)
    }
}

/// A directory as it is sent.
#[derive(Debug)]
pub(crate) struct Config<'a>(&'a Directory);

impl Serialize for Config<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Directory { systems, settings, .. } = self.0;
        let mut map = serializer.serialize_map(None)?;
        let (before, after): (Vec<_>, Vec<_>) = settings.iter().partition(|(key, _)| key.as_str() < "systems");
        before.into_iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.serialize_entry("systems", systems)?;
        after.into_iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

fn numbered(number: u64) -> Talkgroup {
    Talkgroup {
        id: number + 1,
        talkgroup_id: 10_000 + number,
        label: Some(format!("TG {number}")),
        name: Some(format!("Talkgroup number {number}")),
        group: Some(format!("Group {}", number % 20)),
        tag: Some(format!("Tag {}", number % 30)),
        led_color: None,
        frequency: Some(851_000_000 + number * 12_500),
    }
}

fn named(id: u64, label: &str) -> Talkgroup {
    let text = Some(label.to_owned()).filter(|label| !label.is_empty());
    let (name, group, tag) = (text.clone(), text.clone(), text.clone());
    Talkgroup {
        id,
        talkgroup_id: 5000 + id,
        label: text,
        name,
        group,
        tag,
        led_color: Some(label.into()),
        frequency: None,
    }
}
