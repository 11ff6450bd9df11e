//! Recording what sounds: one file at a time, from a press to the next.

use super::{Effect, State};
use crate::problem::Problem;
use crate::recording::RecordingEvent;
use crate::view::{RecordingStage, RecordingView};

impl State {
    /// Twice the same wish is one.
    pub(super) fn record(&mut self, on: bool) {
        match (on, self.recording.stage) {
            (true, RecordingStage::Off) => {
                self.recording = RecordingView { stage: RecordingStage::Starting, ..RecordingView::default() };
                self.effects.push(Effect::Record(Some(self.settings.recording)));
            }
            (false, RecordingStage::Starting | RecordingStage::On) => {
                self.recording.stage = RecordingStage::Stopping;
                self.effects.push(Effect::Record(None));
            }
            // The file that is being finished is not taken up again; another press begins the next one.
            (true, RecordingStage::Starting | RecordingStage::On | RecordingStage::Stopping)
            | (false, RecordingStage::Off | RecordingStage::Stopping) => return,
        }
        self.changes.recording = true;
    }

    pub(super) fn recorded(&mut self, event: RecordingEvent) {
        let (extent, stage, problem) = match event {
            RecordingEvent::Grew(extent) => {
                let stage = match self.recording.stage {
                    RecordingStage::Starting | RecordingStage::On => RecordingStage::On,
                    RecordingStage::Stopping => RecordingStage::Stopping,
                    RecordingStage::Off => RecordingStage::Off,
                };
                (extent, stage, None)
            }
            RecordingEvent::Ended(extent, outcome) => {
                (extent, RecordingStage::Off, outcome.err().as_ref().map(Problem::from))
            }
        };
        if stage == RecordingStage::Off && self.recording.stage != RecordingStage::Stopping {
            // It ended by itself: what is played need not be taped any more.
            self.effects.push(Effect::Record(None));
        }
        self.recording = RecordingView {
            stage,
            folder: extent.folder,
            files: extent.files,
            length_ms: extent.length_ms,
            bytes: extent.bytes,
            lost_ms: extent.lost_ms,
            problem,
        };
        self.changes.recording = true;
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::sync::Arc;

    use super::super::tests::Desk;
    use super::*;
    use crate::problem::Code;
    use crate::recording::{Extent, RecordingError};
    use crate::settings::Settings;
    use crate::soundfile::SoundForm;
    use crate::state::Input;
    use crate::view::{Command, Event, RecordingChoices, Setting};

    fn orders(desk: &Desk) -> Vec<Option<RecordingChoices>> {
        let order = |effect: &Effect| if let Effect::Record(order) = effect { Some(*order) } else { None };
        desk.effects.iter().filter_map(order).collect()
    }

    fn published(desk: &Desk) -> Vec<RecordingStage> {
        let stage = |effect: &Effect| {
            let Effect::Publish(Event::RecordingChanged { recording }) = effect else { return None };
            Some(recording.stage)
        };
        desk.effects.iter().filter_map(stage).collect()
    }

    fn tell(desk: &mut Desk, event: RecordingEvent) {
        desk.step(Input::Recording(event)).unwrap();
    }

    fn extent(length_ms: f64) -> Extent {
        Extent { files: vec!["a.flac".to_owned()], length_ms, ..Extent::default() }
    }

    #[test]
    fn one_press_begins_and_the_next_ends_and_the_same_wish_twice_is_one() {
        let wav = RecordingChoices { form: SoundForm::Wav, megabytes: None };
        let mut desk = Desk::new(|settings: &mut Settings| settings.recording = wav);
        desk.send(Command::Record { on: false });
        assert!(orders(&desk).is_empty() && published(&desk).is_empty());
        desk.send(Command::Record { on: true });
        assert_eq!((orders(&desk), published(&desk)), (vec![Some(wav)], vec![RecordingStage::Starting]));
        desk.send(Command::Record { on: true });
        assert!(orders(&desk).is_empty() && published(&desk).is_empty());
        tell(&mut desk, RecordingEvent::Grew(extent(0.0)));
        tell(&mut desk, RecordingEvent::Grew(extent(1_000.0)));
        let recording = &desk.state.recording;
        assert_eq!((recording.stage, recording.length_ms), (RecordingStage::On, 1_000.0));
        desk.send(Command::Record { on: false });
        assert_eq!((orders(&desk), published(&desk)), (vec![None], vec![RecordingStage::Stopping]));
        for on in [false, true] {
            desk.send(Command::Record { on });
            assert!(orders(&desk).is_empty(), "its file is still being finished");
        }
        tell(&mut desk, RecordingEvent::Grew(extent(1_500.0)));
        assert_eq!(desk.state.recording.stage, RecordingStage::Stopping, "what was on its way changes nothing");
        tell(&mut desk, RecordingEvent::Ended(extent(2_000.0), Ok(())));
        let recording = &desk.state.recording;
        assert_eq!((recording.stage, &recording.problem, recording.length_ms), (RecordingStage::Off, &None, 2_000.0));
        assert_eq!(recording.files, ["a.flac"], "it can be shown");
        desk.send(Command::Record { on: true });
        assert!(desk.state.recording.files.is_empty() && orders(&desk).len() == 1);
    }

    #[test]
    fn a_recording_that_ends_by_itself_says_why_and_nothing_is_taped_any_more() {
        let full = || RecordingError::Full(Arc::new(ErrorKind::StorageFull.into()));
        let mut desk = Desk::new(|_| {});
        desk.send(Command::Record { on: true });
        tell(&mut desk, RecordingEvent::Grew(extent(0.0)));
        tell(&mut desk, RecordingEvent::Ended(extent(5_000.0), Err(full())));
        assert_eq!(orders(&desk), [None]);
        let recording = &desk.state.recording;
        assert_eq!(recording.stage, RecordingStage::Off);
        assert_eq!(recording.problem.as_ref().map(|problem| problem.code), Some(Code::NotRecorded));
        desk.send(Command::Record { on: true });
        assert_eq!(desk.state.recording.problem, None, "another attempt");
    }

    #[test]
    fn how_it_is_recorded_is_kept_within_what_makes_sense() {
        let mut desk = Desk::new(|_| {});
        let choices = RecordingChoices { form: SoundForm::Wav, megabytes: Some(1) };
        desk.send(Command::Change { setting: Setting::Recording { choices } });
        let kept = desk.state.settings_view().recording;
        assert_eq!(kept, RecordingChoices { form: SoundForm::Wav, megabytes: Some(100) });
    }
}
