//! From what the core knows to what the window shows: rows and their parts.

use std::time::Duration;

use crate::model::{Call, CallKey, Color, Segment, Transcript, UnitSpan};
use crate::view::{Row, SegmentView, TranscriptView, UnitView};

use super::feed::Entry;

/// The row of a call.
pub(crate) fn row(key: CallKey, entry: &Entry) -> Row {
    let call = &entry.call;
    let labels = &entry.labels;
    let title = labels.name.clone().or_else(|| labels.label.clone());
    let label = labels.label.clone().filter(|_| labels.name.is_some() && labels.name != labels.label);
    Row {
        key,
        order: entry.order as f64,
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
        units: units(call),
        duration_ms: entry.duration.or(call.duration).map(millis),
        site: call.site.clone(),
        decoder: call.decoder.clone(),
        errors: call.errors,
        spikes: call.spikes,
        state: entry.state.clone(),
        earlier: entry.earlier,
        transcript: entry.transcript.as_ref().map(transcript),
    }
}

/// Who speaks when. Without a list of its own a call has the one unit it names, if any.
fn units(call: &Call) -> Vec<UnitView> {
    let view = |span: &UnitSpan| UnitView { at_ms: millis(span.at), number: Some(span.unit), name: span.tag.clone() };
    let mut units: Vec<_> = call.units.iter().map(view).collect();
    if units.is_empty() && (call.unit.is_some() || call.alias.is_some()) {
        units.push(UnitView { at_ms: 0, number: call.unit, name: None });
    }
    // The alias is the first speaker's; a tag of the recorder is more exact.
    if let Some(first) = units.first_mut()
        && first.name.is_none()
    {
        first.name = call.alias.clone();
    }
    units
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
    use crate::model::UnitNumber;

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
        let named = Call { alias: alias.clone(), units: vec![span(0, Some("Tag")), span(2, None)], ..call(1) };
        assert_eq!(units(&named)[0].name.as_deref(), Some("Tag"));
        let unnamed = Call { alias: alias.clone(), units: vec![span(0, None), span(2, None)], ..call(1) };
        assert_eq!(units(&unnamed)[0].name.as_deref(), Some("Alias"));
        assert_eq!(units(&unnamed)[1].name, None);
        let alone = Call { alias, unit: Some(UnitNumber(9)), units: Vec::new(), ..call(1) };
        assert_eq!(units(&alone), [UnitView { at_ms: 0, number: Some(UnitNumber(9)), name: Some("Alias".into()) }]);
    }
}
