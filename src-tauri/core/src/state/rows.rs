//! From what the core knows to what the window shows: rows and their parts.

use std::time::Duration;

use crate::directory::name;
use crate::model::{Call, CallKey, Color, Segment, Transcript, UnitNumber};
use crate::units::{ServerUnits, named};
use crate::view::{OwnName, Row, SegmentView, TranscriptView, UnitView};

use super::feed::Entry;

/// The row of a call. `names` are those of its server's radios.
pub(crate) fn row(key: CallKey, entry: &Entry, bookmarked: Option<bool>, names: Option<&ServerUnits>) -> Row {
    let call = &entry.call;
    let labels = &entry.labels;
    let title = labels.name.clone().or_else(|| labels.label.clone());
    let label = labels.label.clone().filter(|_| labels.name.is_some() && labels.name != labels.label);
    Row {
        key,
        order: entry.order.unwrap_or_default() as f64,
        start_ms: call.start.0 as f64,
        title: title.unwrap_or_else(|| format!("Talkgroup {}", call.talkgroup_number.0)),
        label,
        system: labels.system.clone().unwrap_or_else(|| format!("System {}", call.system_number.0)),
        group: labels.group.clone(),
        tag: labels.tag.clone(),
        color: labels.color.map(Color::hex),
        talkgroup_number: call.talkgroup_number,
        system_number: call.system_number,
        talkgroup: entry.talkgroup,
        system_id: entry.system,
        frequency: call.frequency.map(|hertz| hertz as f64),
        units: units(call, names),
        duration_ms: entry.duration.or(call.duration).map(millis),
        site: call.site.clone().map(name),
        decoder: call.decoder.clone().map(name),
        errors: call.errors,
        spikes: call.spikes,
        state: entry.state.clone(),
        earlier: entry.earlier,
        late: entry.late,
        after_gap: entry.after_gap,
        told_for: entry.told_for,
        transcript: entry.transcript.as_ref().map(transcript),
        is_here: entry.is_here,
        is_kept: entry.is_kept,
        bookmarked,
    }
}

/// Who speaks when. Without a list of its own a call has the one unit it names, if any.
fn units(call: &Call, names: Option<&ServerUnits>) -> Vec<UnitView> {
    let view = |at: Duration, number: Option<UnitNumber>, said: Option<String>| {
        let radio = number.map(|number| (call.system_number, number));
        let remembered = || names?.said(radio?).map(str::to_owned);
        let theirs = said.or_else(remembered);
        let own = names.zip(radio).and_then(|(names, radio)| names.own(radio));
        let (name, own) = match own {
            Some(own) => (Some(own.to_owned()), Some(OwnName { theirs })),
            None => (theirs, None),
        };
        UnitView { at_ms: millis(at), number, name, own }
    };
    // It is the first speaker's; a tag of the recorder is more exact.
    let mut alias = call.alias.as_deref().and_then(named);
    if call.units.is_empty() && (call.unit.is_some() || alias.is_some()) {
        return vec![view(Duration::ZERO, call.unit, alias)];
    }
    let spans = call.units.iter();
    spans
        .map(|span| {
            // Whoever speaks later has nothing of it.
            let alias = alias.take();
            view(span.at, Some(span.unit), span.tag.as_deref().and_then(named).or(alias))
        })
        .collect()
}

/// What was said, with speakers counted from 1 in the server's numbering (`SPEAKER_00` is 1).
pub(crate) fn transcript(transcript: &Transcript) -> TranscriptView {
    let segment = |segment: &Segment| SegmentView {
        start_ms: millis(segment.start),
        end_ms: millis(segment.end),
        speaker: segment.speaker.as_deref().and_then(speaker),
        text: segment.text.clone(),
    };
    TranscriptView { text: transcript.text.clone(), segments: transcript.segments.iter().map(segment).collect() }
}

fn speaker(name: &str) -> Option<u32> {
    name.strip_prefix("SPEAKER_")?.parse::<u32>().ok()?.checked_add(1)
}

/// Whole milliseconds; what does not fit is longer than anything that is played.
pub(crate) fn millis(span: Duration) -> u32 {
    u32::try_from(span.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::samples::call;
    use super::*;
    use crate::model::{UnitNumber, UnitSpan};

    #[test]
    fn speakers_are_counted_from_one() {
        assert_eq!(speaker("SPEAKER_00"), Some(1));
        assert_eq!(speaker("SPEAKER_11"), Some(12));
        assert_eq!(speaker("Dispatcher"), None);
        assert_eq!(speaker("SPEAKER_4294967295"), None);
    }

    #[test]
    fn the_alias_names_the_first_speaker_unless_the_recorder_does() {
        let span = |at, tag: Option<&str>| UnitSpan {
            at: Duration::from_secs(at),
            unit: UnitNumber(7),
            tag: tag.map(str::to_owned),
        };
        let alias = Some("Alias".to_owned());
        let tagged = Call { alias: alias.clone(), units: vec![span(0, Some("Tag")), span(2, None)], ..call(1) };
        assert_eq!(units(&tagged, None)[0].name.as_deref(), Some("Tag"));
        let unnamed = Call { alias: alias.clone(), units: vec![span(0, None), span(2, None)], ..call(1) };
        assert_eq!(units(&unnamed, None)[0].name.as_deref(), Some("Alias"));
        assert_eq!(units(&unnamed, None)[1].name, None);
        let alone = Call { alias, unit: Some(UnitNumber(9)), units: Vec::new(), ..call(1) };
        assert_eq!(
            units(&alone, None),
            [UnitView { at_ms: 0, number: Some(UnitNumber(9)), name: Some("Alias".into()), own: None }]
        );
    }
}
