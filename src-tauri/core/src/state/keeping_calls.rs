//! What the user wants kept on this computer: for how long, what for ever, and nothing any more.

use crate::archive::{Memo, Note};
use crate::model::{CallKey, ServerId, TalkgroupKey};
use crate::problem::Problem;
use crate::settings::MOST_KEPT;
use crate::view::{ArchiveChoices, ArchiveView};

use super::State;
use super::storing::Noted;

impl State {
    pub(super) fn choose_archive(&mut self, choices: ArchiveChoices) {
        let before = std::mem::replace(&mut self.settings.archive, choices);
        if before.limits() != choices.limits() {
            self.memo(Memo::Limit(choices.limits()));
        }
        if before.on && !choices.on {
            // What waits now is not to come back at some later start.
            self.storing.forget_place();
            self.memo(Memo::Waiting(Vec::new()));
            self.memo(Memo::Playing(None));
        }
    }

    /// Only what is there can stay there.
    pub(super) fn keep_call(&mut self, key: CallKey, on: bool) -> Result<(), Problem> {
        let entry = self.feed.get_mut(&key).filter(|entry| entry.noted.as_ref().is_some_and(Noted::is_there));
        let Some(entry) = entry else {
            if !self.settings.archive.on {
                return Err(Problem::not_possible(
                    "No calls are kept on this computer. Switch that on in the settings, under Archive.",
                ));
            }
            return Err(Problem::not_possible("This call is not on this computer yet. Play it, then keep it."));
        };
        if entry.is_kept != on {
            entry.is_kept = on;
            self.changes.row(key);
            self.memo(Memo::Note(key, Note::Keep(on)));
        }
        Ok(())
    }

    pub(super) fn keep_talkgroup(&mut self, key: TalkgroupKey, on: bool) -> Result<(), Problem> {
        if on {
            self.listed(key.server)?;
        }
        let kept = &mut self.settings.kept_talkgroups;
        if on && !kept.contains(&key) && kept.len() >= MOST_KEPT {
            let message = format!("The calls of {MOST_KEPT} talkgroups are kept for ever already, and no more can be.");
            return Err(Problem::not_possible(&message));
        }
        let is_other = if on { kept.insert(key) } else { kept.remove(&key) };
        if is_other {
            self.memo(Memo::KeepTalkgroup(key, on));
            if on {
                self.want_audio_of(key);
            }
            self.changes.archive = true;
            self.changes.save = true;
        }
        Ok(())
    }

    /// What is kept of one entry of a server is kept of the other that takes its place. What is there already stays kept.
    pub(super) fn kept_talkgroups_move(&mut self, goes: ServerId, stays: ServerId) {
        let kept = std::mem::take(&mut self.settings.kept_talkgroups);
        for mut key in kept {
            if key.server == goes {
                key.server = stays;
                self.memo(Memo::KeepTalkgroup(key, true));
            }
            self.settings.kept_talkgroups.insert(key);
        }
    }

    /// Calls that something becomes of from now on are kept again.
    pub(super) fn delete_archive(&mut self) {
        for key in self.feed.forget_archive() {
            self.changes.row(key);
        }
        self.storing.forget_place();
        self.memo(Memo::DeleteAll);
    }

    pub(super) fn archive_view(&self) -> ArchiveView {
        let standing = &self.storing.standing;
        let totals = standing.totals;
        ArchiveView {
            is_open: standing.is_open,
            calls: totals.calls as f64,
            bytes: (totals.audio + totals.database) as f64,
            unheard: totals.unheard as f64,
            talkgroups: self.settings.kept_talkgroups.iter().copied().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::call;
    use super::super::tests::{Desk, SERVER};
    use crate::archive::{Memo, Note};
    use crate::model::{CallId, CallKey};
    use crate::sound::SoundEvent;
    use crate::state::{Effect, Input};
    use crate::view::Command;

    fn is_told_of(desk: &Desk) -> bool {
        desk.effects.iter().any(|effect| matches!(effect, Effect::Archive(Memo::Note(_, Note::Seen(_)))))
    }

    #[test]
    fn what_was_deleted_is_not_kept_again_because_its_row_says_so() {
        let mut desk = Desk::new(|_| {});
        let turn = desk.hear(call(1));
        desk.sound(SoundEvent::Ended { turn });
        desk.send(Command::KeepCall { call: CallKey::new(SERVER, CallId(1)), on: true });
        desk.send(Command::DeleteArchive);
        assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Archive(Memo::DeleteAll))));
        assert!(!is_told_of(&desk), "{:?}", desk.effects);
        let key = CallKey::new(SERVER, CallId(1));
        assert!(desk.step(Input::Command(Command::KeepCall { call: key, on: true })).is_err());
        desk.send(Command::Play { call: key });
        assert!(is_told_of(&desk), "it is played again, so it is kept again");
    }
}
