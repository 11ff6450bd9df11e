//! The timeline: what the archive on this computer has of a stretch of time, in as few bytes as that takes.
//!
//! Of a server that was installed anew only what it has announced since is shown: the older calls' numbers are those of
//! others now, and a press on one would play another.

use std::collections::{BTreeMap, HashMap};

use crate::archive::{Entry, Group, GroupId, Mark, Peaks, ReadError, Reader, Search, State};
use crate::clock::WallTime;
use crate::model::{CallKey, ServerId};
use crate::view::{TimelineGap, TimelineLane, TimelineMark, TimelineQuery, TimelineView};

/// So many calls are drawn at once: a day of a very busy server.
const MOST_CALLS: usize = 50_000;
/// So many shapes are read at once; they are asked for where few calls are drawn.
const MOST_SHAPES: usize = 2_000;
/// A call that began so long before the stretch may still sound in it.
const LONGEST_CALL_MS: i64 = 2 * 60 * 1_000;

/// A call that begins farther from its place than this has it from this computer's clock, not from its server's.
const BELIEVED_MS: u64 = 60_000;

/// One stretch of time. What is no time at all has nothing in it.
pub fn timeline(reader: &Reader, query: TimelineQuery) -> Result<TimelineView, ReadError> {
    let TimelineQuery { from_ms, to_ms, shapes } = query;
    if !from_ms.is_finite() || !to_ms.is_finite() || to_ms < from_ms {
        return Ok(TimelineView::default());
    }
    let (from, to) = (WallTime(from_ms as i64), WallTime(to_ms as i64));
    let begins = WallTime(from.0.saturating_sub(LONGEST_CALL_MS));
    let read = reader.timeline(begins, to, MOST_CALLS, None)?;
    let shapes: HashMap<_, _> = match shapes {
        true => reader.waves(begins, to, MOST_SHAPES)?.into_iter().collect(),
        false => HashMap::new(),
    };
    let (lanes, places) = lanes(reader.groups()?, &read.marks);
    let mut view = TimelineView { lanes, is_cut: read.next.is_some(), ..TimelineView::default() };
    let mut before = from.0;
    for mark in &read.marks {
        let Some(lane) = places.get(&mark.group) else { continue };
        let length = mark.duration.map_or(0, |length| u32::try_from(length.as_millis()).unwrap_or(u32::MAX));
        let start = begins_at(mark);
        if start.saturating_add(length.into()) < from.0 {
            continue;
        }
        view.calls.push(mark.call.0 as f64);
        view.lane.push(*lane);
        view.starts.push(start.saturating_sub(before) as f64);
        view.lengths.push(length);
        view.states.push(letter(mark.state));
        view.shapes.push(shapes.get(&mark.id).map(digits).unwrap_or_default());
        before = start;
    }
    let gap = |gap: crate::archive::Gap| TimelineGap {
        server: gap.server,
        from_ms: gap.from.0 as f64,
        to_ms: gap.to.0 as f64,
    };
    view.gaps = reader.gaps(from, to)?.into_iter().map(gap).collect();
    Ok(view)
}

/// When a call began, in milliseconds since 1970; to the second where only this computer's clock can be believed.
fn begins_at(mark: &Mark) -> i64 {
    let place = mark.id.second().0;
    if mark.start.0.abs_diff(place) <= BELIEVED_MS { mark.start.0 } else { place }
}

/// A call, and after it the calls of these talkgroups that began later, at most so many. Nothing if it is not kept.
pub(crate) fn from_here(
    reader: &Reader,
    call: CallKey,
    groups: Vec<GroupId>,
    most: usize,
) -> Result<Vec<Entry>, ReadError> {
    let Some(first) = reader.find(call)? else { return Ok(Vec::new()) };
    let search = Search { groups, oldest_first: true, ..Search::default() };
    let (mut after, mut entries) = (Some(first.id), vec![first]);
    // A page may be short and not the last.
    while let Some(id) = after.filter(|_| entries.len() <= most) {
        let page = reader.search(&search, most, Some(id))?;
        for entry in page.entries {
            if reader.find(entry.key)?.is_some_and(|found| found.id == entry.id) {
                entries.push(entry);
            }
        }
        after = page.next;
    }
    entries.truncate(most + 1);
    Ok(entries)
}

/// The talkgroups of these calls, in their order, and the place of each.
fn lanes(groups: Vec<Group>, marks: &[Mark]) -> (Vec<TimelineLane>, HashMap<GroupId, u32>) {
    let mut newest: BTreeMap<ServerId, u32> = BTreeMap::new();
    for group in &groups {
        let epoch = newest.entry(group.server).or_default();
        *epoch = group.epoch.max(*epoch);
    }
    let used: std::collections::HashSet<_> = marks.iter().map(|mark| mark.group).collect();
    let is_shown = |group: &Group| used.contains(&group.id) && newest.get(&group.server) == Some(&group.epoch);
    let mut lanes: Vec<_> = groups.into_iter().filter(is_shown).map(lane).collect();
    lanes.sort_by_cached_key(|(_, lane)| (lane.server, lane.system.to_lowercase(), lane.name.to_lowercase()));
    let places = lanes.iter().zip(0..).map(|((id, _), place)| (*id, place)).collect();
    (lanes.into_iter().map(|(_, lane)| lane).collect(), places)
}

fn lane(group: Group) -> (GroupId, TimelineLane) {
    let names = group.labels;
    let lane = TimelineLane {
        group: group.id.number() as f64,
        server: group.server,
        talkgroup: group.talkgroup,
        name: names.name.or(names.label).unwrap_or_else(|| format!("Talkgroup {}", group.talkgroup_number.0)),
        system: names.system.unwrap_or_else(|| format!("System {}", group.system_number.0)),
        color: names.color.map(crate::model::Color::hex),
    };
    (group.id, lane)
}

fn letter(state: State) -> char {
    let mark = match state {
        State::Unheard => TimelineMark::Unheard,
        State::Heard => TimelineMark::Heard,
        State::Skipped => TimelineMark::Skipped,
        State::Filtered(_) => TimelineMark::Filtered,
        State::Unavailable => TimelineMark::Unavailable,
    };
    mark.letter()
}

/// Sixteen heights are enough for a call drawn a finger wide.
fn digits(peaks: &Peaks) -> String {
    peaks.0.iter().map(|peak| char::from_digit(u32::from(peak >> 4), 16).unwrap_or('0')).collect()
}
