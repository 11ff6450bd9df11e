//! What the archive on this computer is told.
//!
//! Each call of the feed is told of once, with the names it has now, and after that each change of what became of it, what
//! was said in it, and its audio once that is here and can be played. Beside that: which calls wait, and how far the one
//! that is played has come. Whatever changes these, it is told at the end of the step, so nothing can be forgotten.

use std::time::Duration;

use super::changes::Changes;
use super::{Effect, Input, State};
use crate::archive::{self, Memo, Note, Position, Resume, Sighting, Standing};
use crate::clock::Now;
use crate::model::{CallKey, Labels};
use crate::problem::{Code, Problem, Retry};
use crate::view::{NotPlayed, NoticeId, RowState};

/// The position of the call that is played is told this often. So much of it is heard again after a crash.
const OFTEN: Duration = Duration::from_secs(2);

/// What the archive was told, and what it said of itself.
#[derive(Debug, Default)]
pub(super) struct Storing {
    /// What waited when the program ended was asked for. What waits now takes its place, and not sooner.
    pub(super) is_resumed: bool,
    /// What is to be told.
    memos: Vec<Memo>,
    waiting: Vec<Position>,
    playing: Option<Position>,
    pub(super) standing: Standing,
    /// What is shown of its trouble.
    notice: Option<NoticeId>,
}

impl Storing {
    /// Nothing is noted there of what waits and what is played.
    pub(super) fn forget_place(&mut self) {
        (self.waiting, self.playing) = (Vec::new(), None);
    }
}

/// What the archive knows of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noted {
    state: archive::State,
    /// What it is called was known.
    has_names: bool,
    /// It was deleted there. What it was stays known: it comes back only when something becomes of it.
    is_deleted: bool,
}

impl Noted {
    /// It is in the archive.
    pub(crate) fn is_there(&self) -> bool {
        !self.is_deleted
    }

    /// Everything there was deleted.
    pub(crate) fn deleted(self) -> Self {
        Self { is_deleted: true, ..self }
    }

    /// What became of it.
    #[cfg(test)]
    pub(crate) fn state(&self) -> archive::State {
        self.state
    }

    /// As it comes from there.
    pub(crate) fn as_kept(entry: &archive::Entry) -> Self {
        Self { state: entry.state, has_names: entry.call.labels.is_some(), is_deleted: false }
    }
}

/// What became of a call, as the archive has it. None for one that was only looked for.
pub(crate) fn state_to_keep(state: &RowState) -> Option<archive::State> {
    Some(match state {
        RowState::Found => return None,
        // Nobody listened then.
        RowState::Unplayed => archive::State::Filtered(NotPlayed::LiveOff),
        RowState::Missed | RowState::Waiting | RowState::Loading | RowState::Ready | RowState::Playing => {
            archive::State::Unheard
        }
        RowState::Played => archive::State::Heard,
        RowState::Skipped => archive::State::Skipped,
        // It was to be heard, and can be yet.
        RowState::NotPlayed { why: NotPlayed::TooOld | NotPlayed::LeftBehind } => archive::State::Unheard,
        RowState::NotPlayed { why } => archive::State::Filtered(*why),
        RowState::Failed { problem } if is_final(problem) => archive::State::Unavailable,
        RowState::Failed { .. } => archive::State::Unheard,
    })
}

/// What a call that comes from the archive looks like.
pub(crate) fn state_as_kept(state: archive::State) -> RowState {
    match state {
        archive::State::Unheard => RowState::Found,
        archive::State::Heard => RowState::Played,
        archive::State::Skipped => RowState::Skipped,
        archive::State::Filtered(why) => RowState::NotPlayed { why },
        archive::State::Unavailable => RowState::Found,
    }
}

/// Neither a better line nor a login will bring its audio.
pub(super) fn is_final(problem: &Problem) -> bool {
    problem.code != Code::AudioUnreachable && problem.retry != Retry::AfterSigningIn
}

impl State {
    /// Tells of the calls that are new or changed in this step.
    pub(super) fn note_calls(&mut self, changes: &Changes) {
        if !self.settings.archive.on {
            return;
        }
        for (key, is_new) in changes.touched() {
            self.note_call(key, is_new);
        }
    }

    fn note_call(&mut self, key: CallKey, is_new: bool) {
        let now = self.now.wall;
        let Some(entry) = self.feed.get_mut(&key) else { return };
        let Some(state) = state_to_keep(&entry.state) else { return };
        let has_names = entry.labels != Labels::default();
        if entry.noted.is_some_and(|noted| noted.is_deleted && noted.state == state) {
            return;
        }
        let before = entry.noted.replace(Noted { state, has_names, is_deleted: false }).filter(Noted::is_there);
        if is_new || before.is_none_or(|before| has_names && !before.has_names) {
            let mut call = entry.call.clone();
            (call.system, call.talkgroup) = (entry.system, entry.talkgroup);
            call.labels = has_names.then(|| entry.labels.clone());
            call.transcript = entry.transcript.as_ref().map(|transcript| transcript.text.clone());
            let sighting = Sighting { call, at: now, late: entry.late, state };
            self.memo(Memo::Note(key, Note::Seen(Box::new(sighting))));
        }
        if before.is_some_and(|before| before.state != state) {
            self.memo(Memo::Note(key, Note::State(state)));
        }
    }

    /// Tells what is known of a call beside what became of it.
    pub(super) fn note(&mut self, key: CallKey, note: Note) {
        if self.settings.archive.on {
            self.memo(Memo::Note(key, note));
        }
    }

    pub(super) fn memo(&mut self, memo: Memo) {
        self.storing.memos.push(memo);
    }

    /// Tells it, all at once.
    pub(super) fn tell_archive(&mut self) {
        self.effects.extend(self.storing.memos.drain(..).map(Effect::Archive));
    }

    /// What is still to be told when the program ends. Nothing else is done any more.
    pub(crate) fn last_memos(&mut self, now: Now, resumed: Option<Resume>) -> Vec<Memo> {
        let mut effects = Vec::new();
        self.note_open_gaps();
        if let Some(resume) = resumed {
            effects = self.step(now, Input::Resumed(resume)).0;
        }
        let told =
            effects.into_iter().filter_map(|effect| if let Effect::Archive(memo) = effect { Some(memo) } else { None });
        told.chain(std::mem::take(&mut self.storing.memos)).collect()
    }

    /// Tells what waits and what is played, if that is not what was told last.
    pub(super) fn note_place(&mut self) {
        if !self.storing.is_resumed || !self.settings.archive.on {
            return;
        }
        let waiting = || self.queue.iter().map(super::queue::Item::position);
        if !waiting().eq(self.storing.waiting.iter().copied()) {
            self.storing.waiting = waiting().collect();
            self.memo(Memo::Waiting(self.storing.waiting.clone()));
        }
        let now = self.now.at;
        let playing = self.playback.current.as_ref().map(|current| current.place(now));
        if self.is_to_be_told(playing) {
            self.storing.playing = playing;
            self.memo(Memo::Playing(playing));
        }
    }

    fn is_to_be_told(&self, playing: Option<Position>) -> bool {
        let (Some(playing), Some(told)) = (playing, self.storing.playing) else {
            return playing != self.storing.playing;
        };
        let runs = self.playback.current.as_ref().is_some_and(|current| current.runs());
        let has_come = playing.at.checked_sub(told.at);
        let is_soon = runs && has_come.is_some_and(|span| span < OFTEN);
        playing.key != told.key || playing.by_hand != told.by_hand || (playing.at != told.at && !is_soon)
    }

    /// When the position is to be told again.
    pub(super) fn place_deadline(&self) -> Option<Duration> {
        let told = self.storing.playing.filter(|_| self.storing.is_resumed && self.settings.archive.on)?;
        let current = self.playback.current.as_ref().filter(|current| current.runs())?;
        // A millisecond more, so that it has come far enough.
        let span = (told.at + OFTEN).saturating_sub(current.position(self.now.at));
        (current.position(self.now.at) < current.clip.duration).then(|| self.now.at + span + Duration::from_millis(1))
    }

    /// How the archive stands now. Its trouble is said once, and taken back when it is over.
    pub(super) fn archive_stands(&mut self, standing: Standing) {
        let before = std::mem::replace(&mut self.storing.standing, standing);
        let standing = &self.storing.standing;
        let kind = |standing: &Standing| standing.trouble.as_ref().map(std::mem::discriminant);
        let (is_other, trouble) = (kind(&before) != kind(standing), standing.trouble.clone());
        let aside = standing.set_aside.clone().filter(|_| before.set_aside != standing.set_aside);
        if is_other {
            if let Some(notice) = self.storing.notice.take() {
                self.withdraw(notice);
            }
            self.storing.notice = trouble.map(|trouble| self.raise(Problem::from(&trouble)));
        }
        if let Some(aside) = aside {
            self.raise(Problem::archive_set_aside(&aside));
        }
        self.changes.archive = true;
    }
}
