//! A call's details as they are stored: short names, and nothing that is not there.

use std::fmt::Write as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::words::fold;
use crate::clock::WallTime;
use crate::model::{
    Call, CallId, Color, Labels, Segment, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber, Transcript, UnitNumber,
    UnitSpan,
};

/// So much of one transcript is kept and looked through: an hour of speech.
const LONGEST_TEXT: usize = 64 << 10;
/// So many parts of it, and so many changes of speaker.
const MOST_PARTS: usize = 2_000;

/// A call, apart from what has a column of its own. A type of its own, because what lies on disks changes more slowly than
/// the model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    units: Vec<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spikes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decoder: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    audio_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<Names>,
}

/// Who speaks from a millisecond on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Span(u64, UnitNumber, #[serde(default)] Option<String>);

/// What system and talkgroup are called.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Names {
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<[u8; 3]>,
}

/// What has a column of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub(super) number: CallId,
    pub(super) system: Option<SystemId>,
    pub(super) talkgroup: Option<TalkgroupId>,
    pub(super) system_number: SystemNumber,
    pub(super) talkgroup_number: TalkgroupNumber,
    pub(super) start: WallTime,
    pub(super) duration: Option<Duration>,
}

impl Record {
    pub(super) fn of(call: &Call) -> Self {
        let span = |span: &UnitSpan| Span(millis(span.at), span.unit, span.tag.clone());
        Self {
            frequency: call.frequency,
            unit: call.unit,
            alias: call.alias.clone(),
            units: call.units.iter().take(MOST_PARTS).map(span).collect(),
            errors: call.errors,
            spikes: call.spikes,
            site: call.site.clone(),
            decoder: call.decoder.clone(),
            audio_type: call.audio_type.clone(),
            names: call.labels.as_ref().map(Names::of),
        }
    }

    /// Joins what was known with what is told now: the latter counts, where it says something.
    pub(super) fn join(self, newer: Self) -> Self {
        Self {
            frequency: newer.frequency.or(self.frequency),
            unit: newer.unit.or(self.unit),
            alias: newer.alias.or(self.alias),
            units: if newer.units.is_empty() { self.units } else { newer.units },
            errors: newer.errors.or(self.errors),
            spikes: newer.spikes.or(self.spikes),
            site: newer.site.or(self.site),
            decoder: newer.decoder.or(self.decoder),
            audio_type: if newer.audio_type.is_empty() { self.audio_type } else { newer.audio_type },
            names: newer.names.or(self.names),
        }
    }

    pub(super) fn names(&self) -> Option<&Names> {
        self.names.as_ref()
    }

    /// The call again, with its transcript's text.
    pub(super) fn call(self, columns: Columns, transcript: Option<&Transcript>) -> Call {
        Call {
            id: columns.number,
            system: columns.system,
            talkgroup: columns.talkgroup,
            system_number: columns.system_number,
            talkgroup_number: columns.talkgroup_number,
            start: columns.start,
            frequency: self.frequency,
            duration: columns.duration,
            unit: self.unit,
            alias: self.alias,
            units: self.units.into_iter().map(Span::span).collect(),
            errors: self.errors,
            spikes: self.spikes,
            site: self.site,
            decoder: self.decoder,
            audio_type: self.audio_type,
            labels: self.names.map(Names::labels),
            transcript: transcript.map(|transcript| transcript.text.clone()),
        }
    }
}

impl Span {
    fn span(self) -> UnitSpan {
        let Self(at, unit, tag) = self;
        UnitSpan { at: Duration::from_millis(at), unit, tag }
    }
}

impl Names {
    fn of(labels: &Labels) -> Self {
        Self {
            system: labels.system.clone(),
            label: labels.label.clone(),
            name: labels.name.clone(),
            group: labels.group.clone(),
            tag: labels.tag.clone(),
            color: labels.color.map(|Color(color)| color),
        }
    }

    pub(super) fn labels(self) -> Labels {
        Labels {
            system: self.system,
            label: self.label,
            name: self.name,
            group: self.group,
            tag: self.tag,
            color: self.color.map(Color),
        }
    }
}

/// A transcript as it is stored: its text, and its parts as from, to, speaker, text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Said(String, #[serde(default)] Vec<(u64, u64, Option<String>, String)>);

impl Said {
    pub(super) fn of(transcript: &Transcript) -> Self {
        let mut room = LONGEST_TEXT;
        let part = |part: &Segment| {
            room = room.checked_sub(part.text.len())?;
            Some((millis(part.start), millis(part.end), part.speaker.clone(), part.text.clone()))
        };
        let parts = transcript.segments.iter().take(MOST_PARTS).map_while(part).collect();
        let mut end = transcript.text.len().min(LONGEST_TEXT);
        while !transcript.text.is_char_boundary(end) {
            end -= 1;
        }
        Self(transcript.text[..end].to_owned(), parts)
    }

    pub(super) fn transcript(self) -> Transcript {
        let Self(text, parts) = self;
        let segment = |(start, end, speaker, text)| {
            let (start, end) = (Duration::from_millis(start), Duration::from_millis(end));
            Segment { start, end, speaker, text }
        };
        Transcript { text, segments: parts.into_iter().map(segment).collect() }
    }
}

/// What of a call can be looked for, folded.
#[derive(Debug, PartialEq)]
pub(super) struct Indexed {
    pub(super) label: String,
    pub(super) unit: String,
    pub(super) said: String,
    /// Not for people: whose call it is.
    pub(super) facet: String,
}

impl Indexed {
    pub(super) fn of(record: &Record, said: Option<&Said>, numbers: [u64; 2], source: i64, talkgroup: i64) -> Self {
        let mut label = String::new();
        let names = record.names.clone().unwrap_or_default();
        let texts = [names.system, names.label, names.name, names.group, names.tag, record.site.clone()];
        for text in texts.iter().flatten() {
            push(&mut label, text);
        }
        // Writing to a string cannot fail.
        let [system, number] = numbers;
        let _ = write!(label, " {system} {number}");
        let mut unit = String::new();
        let mut told = Vec::new();
        let spans = record.units.iter().map(|Span(_, number, tag)| (Some(*number), tag.as_ref()));
        for (number, tag) in spans.chain([(record.unit, record.alias.as_ref())]) {
            if !told.contains(&(number, tag)) {
                told.push((number, tag));
                let number = number.map(|UnitNumber(number)| number.to_string());
                push(&mut unit, &format!("{} {}", number.unwrap_or_default(), tag.map_or("", String::as_str)));
            }
        }
        Self {
            label: fold(&label),
            unit: fold(&unit),
            said: said.map(|Said(text, _)| fold(text)).unwrap_or_default(),
            facet: format!("{} {}", facet_of_source(source), facet_of_talkgroup(talkgroup)),
        }
    }

    /// Every word that a person may look for.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        [&self.label, &self.unit, &self.said]
            .into_iter()
            .flat_map(|text| text.split(' '))
            .filter(|word| !word.is_empty())
    }
}

/// The word that all calls of a source have, and no others. It begins with a sign that no folded word has.
pub(super) fn facet_of_source(source: i64) -> String {
    format!("§s{source}")
}

/// The word that all calls of a talkgroup have, and no others.
pub(super) fn facet_of_talkgroup(talkgroup: i64) -> String {
    format!("§t{talkgroup}")
}

fn push(text: &mut String, more: &str) {
    text.push(' ');
    text.push_str(more);
}

pub(super) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
