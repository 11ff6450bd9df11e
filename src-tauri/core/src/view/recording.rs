//! Recording what sounds, as the window shows it.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::problem::Problem;
use crate::soundfile::SoundForm;

/// How what sounds is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(default, rename_all = "camelCase")]
pub struct RecordingChoices {
    /// As what.
    pub form: SoundForm,
    /// A recording ends by itself at so many megabytes; none is never.
    pub megabytes: Option<u32>,
}

impl Default for RecordingChoices {
    /// Some thirty hours of talk without a gap.
    fn default() -> Self {
        Self { form: SoundForm::default(), megabytes: Some(4_000) }
    }
}

impl RecordingChoices {
    /// Less than this holds no hour.
    const LEAST_MEGABYTES: u32 = 100;

    /// Within what makes sense.
    pub(crate) fn sane(self) -> Self {
        Self { form: self.form, megabytes: self.megabytes.map(|megabytes| megabytes.max(Self::LEAST_MEGABYTES)) }
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum RecordingStage {
    /// Nothing.
    #[default]
    Off,
    /// The file is being made.
    Starting,
    /// Everything that sounds is recorded.
    On,
    /// The file is being finished.
    Stopping,
}

/// How it stands with recording what sounds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RecordingView {
    /// What is being done.
    pub stage: RecordingStage,
    /// The folder of this recording, or of the last one.
    pub folder: String,
    /// The names of its files: a long one has several.
    pub files: Vec<String>,
    /// How long it is.
    pub length_ms: f64,
    /// Bytes on the disk.
    pub bytes: f64,
    /// How much of it is missing because the disk was too slow.
    pub lost_ms: f64,
    /// Why it ended by itself, or could not begin.
    pub problem: Option<Problem>,
}
