//! A call as announced, and as listed by a search.

use std::time::Duration;

use serde::Deserialize;

use super::color::color;
use super::lenient::{Flag, List, Number, Text};
use crate::clock::WallTime;
use crate::model::{
    Call, CallId, Labels, Segment, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber, Transcript, UnitNumber,
    UnitSpan,
};

/// More speakers than this in one call are not a call's speakers any more, and the row shows one at a time.
const MOST_UNITS: usize = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(super) struct WireCall<'a> {
    id: Number,
    system: Number,
    talkgroup: Number,
    system_id: Number,
    talkgroup_id: Number,
    date_time: Number,
    frequency: Number,
    duration: Number,
    source: Number,
    #[serde(borrow)]
    sources: Text<'a>,
    talker_alias: Text<'a>,
    error_count: Number,
    spike_count: Number,
    site: Text<'a>,
    decoder: Text<'a>,
    audio_type: Text<'a>,
    transcript: Text<'a>,
    system_label: Text<'a>,
    talkgroup_label: Text<'a>,
    talkgroup_name: Text<'a>,
    talkgroup_group: Text<'a>,
    talkgroup_tag: Text<'a>,
    talkgroup_led: Text<'a>,
    bookmarked: Flag,
}

impl WireCall<'_> {
    /// A live call; without a number it cannot be fetched and is none.
    pub(super) fn live(self) -> Option<Call> {
        let id = CallId(self.id.known()?);
        let units = self.sources.as_str().map(units).unwrap_or_default();
        Some(Call {
            id,
            system: self.system.known().map(SystemId),
            talkgroup: self.talkgroup.known().map(TalkgroupId),
            system_number: SystemNumber(self.system_id.whole().unwrap_or(0)),
            talkgroup_number: TalkgroupNumber(self.talkgroup_id.whole().unwrap_or(0)),
            start: start(self.date_time),
            frequency: self.frequency.known(),
            duration: duration(self.duration),
            unit: self.source.known().map(UnitNumber),
            alias: self.talker_alias.owned(),
            units,
            errors: self.error_count.count(),
            spikes: self.spike_count.count(),
            site: self.site.owned(),
            decoder: self.decoder.owned(),
            audio_type: self.audio_type.owned().unwrap_or_default(),
            labels: None,
            transcript: self.transcript.owned(),
        })
    }

    /// Whether the account has bookmarked it, where a search says so.
    pub(super) fn is_bookmarked(&self) -> bool {
        self.bookmarked.0
    }

    /// A call a search found: its names come with it, its database ids do not.
    pub(super) fn listed(mut self) -> Option<Call> {
        let labels = Labels {
            system: std::mem::take(&mut self.system_label).owned(),
            label: std::mem::take(&mut self.talkgroup_label).owned(),
            name: std::mem::take(&mut self.talkgroup_name).owned(),
            group: std::mem::take(&mut self.talkgroup_group).owned(),
            tag: std::mem::take(&mut self.talkgroup_tag).owned(),
            color: self.talkgroup_led.as_str().and_then(color),
        };
        let call = self.live()?;
        Some(Call { system: None, talkgroup: None, labels: Some(labels), ..call })
    }
}

/// Seconds since 1970, or milliseconds where somebody sent those; [`WallTime`] 0 if neither.
fn start(value: Number) -> WallTime {
    // As seconds, 10^11 is the year 5138; as milliseconds, 1973.
    let milliseconds = match value.whole() {
        Some(n) if n >= 100_000_000_000 => n,
        Some(n) => n * 1_000,
        None => 0,
    };
    WallTime(i64::try_from(milliseconds).unwrap_or(0))
}

/// The field has no defined unit. Calls of more than ten minutes are rarer than calls of less than a second, so 600 and
/// more are milliseconds. A hint: the decoded audio knows better.
fn duration(value: Number) -> Option<Duration> {
    match value.known()? {
        n if n < 600 => Some(Duration::from_secs(n)),
        n => Some(Duration::from_millis(n)),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSource<'a> {
    pos: Number,
    src: Number,
    #[serde(borrow)]
    tag: Text<'a>,
}

/// Who spoke when, out of JSON inside a string that nobody has checked.
fn units(text: &str) -> Vec<UnitSpan> {
    let Ok(List(sources)) = serde_json::from_str::<List<WireSource<'_>>>(text) else { return Vec::new() };
    let mut units: Vec<UnitSpan> = sources
        .into_iter()
        .take(MOST_UNITS)
        .filter_map(|source| {
            let at = Duration::try_from_secs_f64(source.pos.real()?.max(0.0)).ok()?;
            Some(UnitSpan { at, unit: UnitNumber(source.src.known()?), tag: source.tag.owned() })
        })
        .collect();
    units.sort_by_key(|unit| unit.at);
    units
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct WireSegment<'a> {
    start: Number,
    end: Number,
    #[serde(borrow)]
    speaker: Text<'a>,
    text: Text<'a>,
}

/// What was said; segments that make no sense are left out, the text stays.
pub(super) fn transcript(text: &Text<'_>, segments: Vec<WireSegment<'_>>) -> Transcript {
    let seconds = |n: Number| Duration::try_from_secs_f64(n.real()?.max(0.0)).ok();
    let mut segments: Vec<Segment> = segments
        .into_iter()
        .filter_map(|segment| {
            let start = seconds(segment.start)?;
            let end = seconds(segment.end).unwrap_or(start).max(start);
            Some(Segment { start, end, speaker: segment.speaker.owned(), text: segment.text.owned()? })
        })
        .collect();
    segments.sort_by_key(|segment| segment.start);
    Transcript { text: text.as_str().unwrap_or_default().trim().to_owned(), segments }
}
