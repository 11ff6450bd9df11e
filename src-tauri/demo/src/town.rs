//! Harbor County, the invented place everything in the demo comes from.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::{Call, Fault, Segment, Transcript};
use crate::directory::{Directory, System, Talkgroup};

/// One recorded call with its words.
#[derive(Debug)]
pub(crate) struct Clip {
    pub(crate) system: u64,
    pub(crate) talkgroup: u64,
    pub(crate) seconds: f64,
    pub(crate) audio: Bytes,
    pub(crate) transcript: Transcript,
    /// The units in the order they speak: position, radio id, label.
    units: Vec<(f64, u64, Option<String>)>,
}

macro_rules! sounds {
    ($($name:literal)*) => { [$((concat!($name, ".mp3"), include_bytes!(concat!("../clips/", $name, ".mp3")) as &[u8])),*] };
}

#[rustfmt::skip]
const SOUNDS: [(&str, &[u8]); 20] = sounds![
    "call-01" "call-02" "call-03" "call-04" "call-05" "call-06" "call-07" "call-08" "call-09" "call-10"
    "call-11" "call-12" "call-13" "call-14" "call-15" "call-16" "call-17" "call-18" "call-19" "call-20"
];

#[derive(Deserialize)]
struct ClipFile {
    calls: Vec<ClipEntry>,
}

#[derive(Deserialize)]
struct ClipEntry {
    file: String,
    system: u64,
    talkgroup: u64,
    seconds: f64,
    sources: Vec<SourceEntry>,
    segments: Vec<SegmentEntry>,
}

#[derive(Deserialize)]
struct SourceEntry {
    pos: f64,
    src: u64,
}

#[derive(Deserialize)]
struct SegmentEntry {
    start: f64,
    end: f64,
    text: String,
}

#[derive(Deserialize)]
struct TownFile {
    branding: String,
    email: String,
    systems: Vec<SystemEntry>,
    units: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SystemEntry {
    radio_id: u64,
    label: String,
    led: Option<String>,
    talkgroups: Vec<TalkgroupEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TalkgroupEntry {
    radio_id: u64,
    label: String,
    name: String,
    group: Option<String>,
    tag: Option<String>,
    led: Option<String>,
    frequency_hz: Option<u64>,
}

static TOWN: LazyLock<TownFile> =
    LazyLock::new(|| serde_json::from_str(include_str!("../clips/town.json")).expect("the embedded town is sound"));

/// The clips in the order of their conversations.
pub(crate) static CLIPS: LazyLock<Vec<Clip>> = LazyLock::new(|| {
    let file: ClipFile =
        serde_json::from_str(include_str!("../clips/clips.json")).expect("the embedded clips are sound");
    file.calls.into_iter().map(clip).collect()
});

fn clip(entry: ClipEntry) -> Clip {
    let sound = SOUNDS.iter().find(|(name, _)| *name == entry.file).map_or(&[][..], |(_, sound)| sound);
    let labels = TOWN.units.get(&entry.system.to_string());
    let label = |unit: u64| labels.and_then(|labels| labels.get(&unit.to_string())).cloned();
    let text: Vec<_> = entry.segments.iter().map(|segment| segment.text.as_str()).collect();
    let text = text.join("\n");
    let speaker = |index: usize| Some(format!("SPEAKER_{:02}", index % 2));
    let segments = entry.segments.into_iter().enumerate().map(|(index, segment)| Segment {
        start: segment.start,
        end: segment.end,
        speaker: speaker(index),
        text: format!(" {}", segment.text),
    });
    Clip {
        system: entry.system,
        talkgroup: entry.talkgroup,
        seconds: entry.seconds,
        audio: Bytes::from_static(sound),
        transcript: Transcript { text, segments: Some(segments.collect()) },
        units: entry.sources.iter().map(|source| (source.pos, source.src, label(source.src))).collect(),
    }
}

/// The systems and settings. Database ids count from 1 over all talkgroups, so that they differ from radio ids and
/// the same number often means two things, as on a real server.
pub(crate) fn directory() -> Directory {
    let mut last = 0;
    let systems = TOWN.systems.iter().zip(1..).map(|(system, id)| System {
        id,
        system_id: system.radio_id,
        label: system.label.clone(),
        led_color: system.led.clone(),
        talkgroups: system.talkgroups.iter().map(|entry| talkgroup(entry, &mut last)).collect(),
    });
    let mut directory = Directory {
        branding: TOWN.branding.clone(),
        email: TOWN.email.clone(),
        systems: systems.collect(),
        ..Directory::empty()
    };
    for setting in ["shareableLinks", "showListenersCount", "transcriptionEnabled", "liveTranscriptDisplay"] {
        directory.settings.insert(setting.into(), json!(true));
    }
    directory
}

fn talkgroup(entry: &TalkgroupEntry, last: &mut u64) -> Talkgroup {
    *last += 1;
    Talkgroup {
        id: *last,
        talkgroup_id: entry.radio_id,
        label: Some(entry.label.clone()),
        name: Some(entry.name.clone()).filter(|name| !name.is_empty()),
        group: entry.group.clone(),
        tag: entry.tag.clone(),
        led_color: entry.led.clone(),
        frequency: entry.frequency_hz,
    }
}

/// A stored call with a clip's sound. `date_time` is when it began.
pub(crate) fn call(clip: &Clip, directory: &Directory, id: u64, stored: Duration) -> Call {
    let (system, talkgroup) = directory.database_ids(clip.system, clip.talkgroup).unwrap_or_default();
    let date_time = stored.saturating_sub(Duration::from_secs_f64(clip.seconds)).as_secs();
    let mut extra = extra(clip);
    if let Some(frequency) = directory.find(system, talkgroup).1.and_then(|entry| entry.frequency) {
        extra.insert("frequency", json!(frequency));
    }
    Call {
        id,
        audio_name: format!("{}-{date_time}-{id}.mp3", clip.talkgroup),
        audio_type: "audio/mpeg".into(),
        audio: clip.audio.clone(),
        fault: Fault::None,
        stored,
        date_time,
        system,
        talkgroup,
        system_radio: clip.system,
        talkgroup_radio: clip.talkgroup,
        extra,
        transcript: None,
    }
}

fn extra(clip: &Clip) -> BTreeMap<&'static str, Value> {
    let sources: Vec<_> = clip
        .units
        .iter()
        .map(|(pos, src, tag)| match tag {
            Some(tag) => json!({"pos": pos, "src": src, "tag": tag}),
            None => json!({"pos": pos, "src": src}),
        })
        .collect();
    let whole_seconds = Duration::from_secs_f64(clip.seconds.round()).as_secs();
    let mut extra = BTreeMap::from([("duration", json!(whole_seconds))]);
    extra.insert("sources", json!(Value::from(sources).to_string()));
    if let Some((_, source, tag)) = clip.units.first() {
        extra.insert("source", json!(source));
        extra.extend(tag.iter().map(|tag| ("talkerAlias", json!(tag))));
    }
    extra
}

/// `count` calls over the day before `now`, oldest first, each with its transcript.
pub(crate) fn archive(count: usize, directory: &Directory, now: Duration) -> Vec<Call> {
    // A fixed seed: the same day every time, so that a test can look for what it once saw.
    let mut chance = fastrand::Rng::with_seed(2026);
    let mut order = Order::default();
    let day = Duration::from_secs(24 * 3600);
    let step = day / u32::try_from(count.max(1)).unwrap_or(u32::MAX);
    (0..count)
        .map(|index| {
            let clip = order.next(&mut chance);
            let jitter = step.mul_f64(chance.f64() * 0.8);
            let age = step * u32::try_from(count - index).unwrap_or(u32::MAX);
            let stored = now.saturating_sub(age) + jitter;
            let id = u64::try_from(index).unwrap_or(u64::MAX) + 1;
            Call { transcript: Some(clip.transcript.clone()), ..call(clip, directory, id, stored) }
        })
        .collect()
}

/// Which clip comes next: a talkgroup by chance, its conversation in order.
#[derive(Debug, Default)]
pub(crate) struct Order {
    next: BTreeMap<(u64, u64), usize>,
}

impl Order {
    pub(crate) fn next(&mut self, chance: &mut fastrand::Rng) -> &'static Clip {
        // By a clip and not by a talkgroup: who talks more comes up more.
        let picked = &CLIPS[chance.usize(..CLIPS.len())];
        self.next_on(picked.system, picked.talkgroup).unwrap_or(picked)
    }

    /// The next clip of one talkgroup's conversation, which begins again at its end.
    pub(crate) fn next_on(&mut self, system: u64, talkgroup: u64) -> Option<&'static Clip> {
        let own: Vec<&Clip> =
            CLIPS.iter().filter(|clip| (clip.system, clip.talkgroup) == (system, talkgroup)).collect();
        let turn = self.next.entry((system, talkgroup)).or_default();
        let clip = own.get(*turn % own.len().max(1)).copied();
        *turn += 1;
        clip
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clip_has_sound_words_and_a_talkgroup() {
        let directory = directory();
        assert_eq!(CLIPS.len(), SOUNDS.len());
        for clip in CLIPS.iter() {
            assert!(!clip.audio.is_empty() && !clip.transcript.text.is_empty());
            assert!(directory.database_ids(clip.system, clip.talkgroup).is_some());
        }
    }

    #[test]
    fn the_archive_is_a_day_of_calls_in_order() {
        let now = Duration::from_secs(2_000_000);
        let calls = archive(300, &directory(), now);
        assert!(calls.windows(2).all(|pair| pair[0].stored <= pair[1].stored && pair[0].id < pair[1].id));
        assert!(calls.iter().all(|call| call.stored <= now && now - call.stored <= Duration::from_secs(24 * 3600)));
    }
}
