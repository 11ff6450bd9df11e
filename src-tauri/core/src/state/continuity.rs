//! What a server may have announced while nobody heard it, and when to ask for that.
//!
//! The server is asked for all calls since shortly before the link was lost: after each reconnection, once more some
//! seconds after each connection (what comes between its greeting and its list of listeners is announced to nobody), and
//! when the calls' numbers jump (it drops frames for a slow listener and says nothing). Calls are known by their numbers,
//! so a question too many costs a request and nothing else.
//!
//! While Squelch does not run nobody hears a server either: the archive on this computer says what was heard last, and the
//! first link is asked as after a loss. Who listens for the first time, or as somebody else, has missed nothing.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::clock::{Now, WallTime};
use crate::model::{Call, CallId};
use crate::problem::Problem;

/// So many calls are looked at to tell what time it is at the server: a single one may be handed in days late, or come
/// from a recorder whose clock is wrong.
const HEARD: usize = 15;
/// So many seconds before that are asked for again: a call is listed by when it began, and handed in when it is over.
const OVERLAP: i64 = 300;
/// What is longer ago is not asked for: nobody plays a day of missed calls, and what it was can be searched for.
const FARTHEST: i64 = 12 * 3_600;
const AFTER_GREETING: Duration = Duration::from_secs(10);
/// Recorders hand calls in side by side, so a number may be late.
const AFTER_JUMP: Duration = Duration::from_secs(5);
/// For a listener who may not hear everything the numbers always jump. After a question that found nothing the next jump
/// is looked into after this time at first …
const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// … and at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);
/// After a question without an answer the next one waits this long at first …
const FIRST_RETRY: Duration = Duration::from_secs(5);
/// … and at most.
const LONGEST_RETRY: Duration = Duration::from_secs(300);
/// So often it is asked in vain before that is shown.
const MOST_FAILURES: u32 = 3;

/// One server's past.
#[derive(Debug, Default)]
pub(crate) struct Continuity {
    /// When the last calls began and when they were announced, in seconds since 1970 by the server's clock and by ours.
    heard: VecDeque<(i64, i64)>,
    /// The second from which on we were there; what was before it is history.
    joined: Option<Joined>,
    /// The first number announced: what has a higher one came when we were there.
    first: Option<CallId>,
    /// The highest number announced.
    newest: Option<CallId>,
    /// Since when the link is lost, or was when nobody has asked since.
    lost: Option<Now>,
    /// From which second on nobody has asked although somebody should have. Calls that are announced meanwhile do not
    /// move it.
    owed: Option<i64>,
    is_live: bool,
    look_at: Option<Duration>,
    asked: Option<Asked>,
    ask: u32,
    failures: u32,
    /// The numbers have jumped since the last question.
    jumped: bool,
    jump_pause: Option<Duration>,
    jumps_after: Duration,
    gap: Option<Gap>,
    /// The last calls that were heard before the program started, and when they began.
    before: Option<HashMap<CallId, i64>>,
    /// Nobody has been answered yet what there was while the program did not run.
    is_new: bool,
}

#[derive(Debug, Clone, Copy)]
struct Joined {
    second: i64,
    /// By our clock, because the server has told nothing yet.
    is_ours: bool,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    ask: u32,
    from: i64,
    /// Not everything since the last call can be asked for.
    cut: bool,
    /// For how long nobody heard the server, as far as is known.
    away: Duration,
    /// The program did not run, and before it ended the link may have been lost for long already.
    is_new: bool,
}

/// A stretch of time of which it is not known what there was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gap {
    /// Seconds since 1970, by the server's clock.
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Why it could not be asked for; nothing where there is more than is asked for.
    pub(crate) problem: Option<Problem>,
}

/// What the server said about a time that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answered {
    /// Calls from before this second are history.
    pub(crate) joined: i64,
    /// For how long nobody heard the server.
    pub(crate) away: Duration,
}

impl Continuity {
    /// The link stands.
    pub(crate) fn link_stands(&mut self, now: Now) {
        if std::mem::replace(&mut self.is_live, true) {
            return;
        }
        if self.joined.is_none() {
            self.joined = Some(Joined { second: second(now.wall), is_ours: true });
        }
        self.owed = self.owed.or(self.start());
        self.look(if self.lost.is_some() { now.at } else { now.at + AFTER_GREETING });
    }

    /// The link does not stand (any more).
    pub(crate) fn link_is_down(&mut self, now: Now) {
        if std::mem::take(&mut self.is_live) && self.lost.is_none() {
            self.lost = Some(now);
            self.owed = self.owed.or(self.start());
        }
        // Whatever is answered now was asked before.
        if let Some(asked) = self.asked.take() {
            self.lost.get_or_insert(now);
            self.owe(asked.from);
            self.look_at = Some(now.at);
        }
    }

    /// Squelch was listening before, in an earlier run: these are the calls it heard of last, and until then it ran.
    pub(crate) fn heard_before(&mut self, calls: &[(CallId, WallTime)], until: WallTime, now: Now) {
        let mut last = calls.to_vec();
        last.sort_unstable_by_key(|(call, _)| std::cmp::Reverse(*call));
        let Some(there) = middle(last.iter().take(HEARD).map(|(_, start)| second(*start)).collect()) else { return };
        // What was handed in since may have begun before that.
        let from = there - OVERLAP;
        self.joined = Some(Joined { second: from, is_ours: false });
        self.owe(from);
        self.before = Some(last.into_iter().map(|(call, start)| (call, second(start))).collect());
        self.is_new = true;
        self.lost = Some(Now { wall: until, ..now });
        // Whatever is under way was asked for less.
        if let Some(asked) = self.asked.take() {
            self.owe(asked.from);
        }
        self.look(now.at);
    }

    /// Whether this call was heard of in an earlier run. A server that was installed anew gives numbers again.
    pub(crate) fn was_heard_before(&self, call: &Call) -> bool {
        self.before.as_ref().is_some_and(|before| before.get(&call.id) == Some(&second(call.start)))
    }

    /// Whether this call came after all that was heard of in earlier runs.
    pub(crate) fn came_while_not_running(&self, call: &Call) -> bool {
        let is_since = self.joined.is_some_and(|joined| second(call.start) >= joined.second);
        self.before.is_some() && is_since && !self.was_heard_before(call)
    }

    /// Somebody else listens now, or nobody: what they missed is not ours.
    pub(crate) fn forget(&mut self) -> bool {
        let had_gap = self.gap.is_some();
        *self = Self { ask: self.ask.wrapping_add(1), is_live: self.is_live, ..Self::default() };
        had_gap
    }

    /// The newest calls there are, of which those stay that were there before we joined. The answer may be late, or come
    /// on another link than the question was meant for: whatever came since is announced, or it is missed.
    pub(crate) fn joined_after(&mut self, calls: &mut Vec<Call>) {
        calls.retain(|call| self.first.is_none_or(|first| call.id < first) && !self.came_while_not_running(call));
        if self.before.is_some() {
            return;
        }
        if let Some(second) = calls.iter().map(|call| second(call.start)).max() {
            self.joined_at(second);
        }
    }

    /// When we came, by the server's clock. What is owed since then is owed since that second.
    fn joined_at(&mut self, second: i64) {
        if self.joined.is_none_or(|joined| joined.is_ours) {
            self.owed = self.owed.map(|_| second);
        }
        self.joined = Some(Joined { second, is_ours: false });
    }

    /// A call was announced.
    pub(crate) fn heard(&mut self, call: &Call, now: Now) {
        let began = second(call.start);
        // A clock of ours that is ahead of the server's has nothing to say; one that is behind may be right.
        if self.first.is_none() && self.joined.is_none_or(|joined| joined.is_ours && began < joined.second) {
            self.joined_at(began);
        }
        self.heard.push_back((began, second(now.wall)));
        if self.heard.len() > HEARD {
            self.heard.pop_front();
        }
        let is_jump = self.newest.is_some_and(|newest| call.id.0 > newest.0.saturating_add(1));
        self.first = self.first.or(Some(call.id));
        self.newest = self.newest.max(Some(call.id));
        if is_jump {
            self.jumped = true;
            self.owed = self.owed.or(self.start());
            self.look((now.at + AFTER_JUMP).max(self.jumps_after));
        }
    }

    /// Nothing is to be asked for now.
    #[cfg(test)]
    pub(crate) fn settle(&mut self) {
        (self.look_at, self.asked) = (None, None);
    }

    fn look(&mut self, at: Duration) {
        self.look_at = Some(self.look_at.map_or(at, |planned| planned.min(at)));
    }

    /// The number of the question to ask now, if there is one, and from which second on.
    pub(crate) fn next(&mut self, now: Now) -> Option<(u32, i64)> {
        let due = self.deadline().is_some_and(|at| now.at >= at);
        // Since it was owed, it may have become known by the server's own clock when we came.
        let joined = self.joined.filter(|_| due)?.second;
        let known = self.owed.or(self.start())?.max(joined);
        (self.look_at, self.owed) = (None, None);
        let farthest = self.there(now) - FARTHEST;
        let from = known.max(farthest);
        // By a clock of ours that is far off it may be any time since we came: then the calls say since when.
        let is_ours = self.joined.is_some_and(|joined| joined.is_ours);
        let since = if is_ours { self.heard_last() } else { Some(known) };
        let cut = self.lost.is_some() && since.is_some_and(|since| from > since);
        let away = self.lost.map_or(Duration::ZERO, |lost| now.since(lost));
        if std::mem::take(&mut self.jumped) && self.lost.is_none() {
            let pause = self.jump_pause.map_or(FIRST_PAUSE, |pause| (pause * 2).min(LONGEST_PAUSE));
            (self.jump_pause, self.jumps_after) = (Some(pause), now.at + pause);
        }
        self.ask = self.ask.wrapping_add(1);
        self.asked = Some(Asked { ask: self.ask, from, cut, away, is_new: self.is_new });
        Some((self.ask, from))
    }

    fn owe(&mut self, from: i64) {
        self.owed = Some(self.owed.map_or(from, |owed| owed.min(from)));
    }

    /// From which second on there may be calls that nobody heard of.
    fn start(&self) -> Option<i64> {
        let joined = self.joined?.second;
        Some(self.heard_last().map_or(joined, |there| (there - OVERLAP).max(joined)))
    }

    /// What second it was at the server lately.
    fn heard_last(&self) -> Option<i64> {
        middle(self.heard.iter().map(|(began, _)| *began).collect())
    }

    /// What second it is there now. Its clock or ours may be wrong.
    fn there(&self, now: Now) -> i64 {
        let ahead = middle(self.heard.iter().map(|(began, ours)| began - ours).collect());
        second(now.wall) + ahead.unwrap_or(0)
    }

    /// When to ask, if that is only a matter of time.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.look_at.filter(|_| self.is_live && self.asked.is_none() && self.joined.is_some())
    }

    /// The server has answered: the calls since, the oldest first, and whether these are all. Nothing if it was not asked
    /// this.
    pub(crate) fn answered(&mut self, ask: u32, now: Now, calls: &[Call], whole: bool) -> Option<Answered> {
        let asked = self.asked.take_if(|asked| asked.ask == ask)?;
        let joined = self.joined?.second;
        let was_lost = self.lost.take().is_some();
        self.is_new = false;
        self.failures = 0;
        if was_lost {
            // What is announced to nobody when a link is new; whoever asks next asks for that.
            self.look(now.at + AFTER_GREETING);
            self.owed = self.owed.or(self.start());
        }
        let oldest = calls.first().map_or_else(|| self.there(now), |call| second(call.start));
        let to = if whole { asked.from } else { oldest };
        let from = if asked.cut { self.heard_last().unwrap_or(joined) } else { asked.from };
        // Without a loss it is only suspected that there was anything.
        self.gap = (was_lost && (asked.cut || !whole)).then_some(Gap { from: from.min(to), to, problem: None });
        let span = if asked.is_new { self.span(calls) } else { Duration::ZERO };
        Some(Answered { joined, away: asked.away.max(span) })
    }

    /// From the first to the last of those that came while the program did not run.
    fn span(&self, calls: &[Call]) -> Duration {
        let mut new = calls.iter().filter(|call| self.came_while_not_running(call)).map(|call| second(call.start));
        let first = new.next().unwrap_or_default();
        Duration::from_secs(u64::try_from(new.next_back().unwrap_or(first) - first).unwrap_or_default())
    }

    /// There was something to find where the numbers jumped.
    pub(crate) fn was_worth_asking(&mut self) {
        (self.jump_pause, self.jumps_after) = (None, Duration::ZERO);
    }

    /// The server did not answer. Returns whether that is to be shown now.
    pub(crate) fn failed(&mut self, ask: u32, now: Now, problem: Problem) -> bool {
        let Some(asked) = self.asked.take_if(|asked| asked.ask == ask) else { return false };
        self.owe(asked.from);
        let pause = FIRST_RETRY * 2_u32.saturating_pow(self.failures.min(10));
        self.failures = self.failures.saturating_add(1);
        self.look(now.at + pause.min(LONGEST_RETRY));
        if self.failures < MOST_FAILURES {
            return false;
        }
        let from = self.gap.as_ref().map_or(asked.from, |gap| gap.from);
        self.gap = Some(Gap { from, to: self.there(now).max(from), problem: Some(problem) });
        true
    }

    /// Asks again at once.
    pub(crate) fn look_again(&mut self, now: Now) {
        self.failures = 0;
        self.look_at = Some(now.at);
    }

    pub(crate) fn gap(&self) -> Option<&Gap> {
        self.gap.as_ref()
    }

    /// The gap is left as it is; returns whether there was one.
    pub(crate) fn leave_gap(&mut self) -> bool {
        if self.gap.as_ref().is_some_and(|gap| gap.problem.is_some()) {
            (self.look_at, self.lost, self.owed, self.failures) = (None, None, None, 0);
            self.is_new = false;
        }
        self.gap.take().is_some()
    }
}

fn middle(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

fn second(time: WallTime) -> i64 {
    time.0.div_euclid(1_000)
}

#[cfg(test)]
mod tests;
