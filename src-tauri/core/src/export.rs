//! Calls as files: the server's own recording, untouched, and a text beside it if that is wanted.
//!
//! - this file: the question and its answer.
//! - `naming`: what files are called, and what the text says. Pure.
//! - `writing`: onto the disk, whole or not at all, over nothing.
//! - `place`: the folder that the user chose for them.
//! - `exporting`: many calls at once, by `choice` as files of their own, in a zip (`bundle`), or one after the other in
//!   one file (`merging`) with something between them (`separator`), said by the system's `voice` for example; `listing`:
//!   the list of what is where.

mod bundle;
mod choice;
mod exporting;
mod listing;
mod merging;
mod naming;
mod place;
mod separator;
mod voice;
mod writing;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::client::Client;
use crate::engine::Request;
use crate::model::CallKey;
use crate::problem::Problem;
use crate::server::{Audio, FetchError, FetchFn};
use crate::sound::{DecodeError, is_audio};
use crate::view::{Row, TranscriptView};

pub use choice::{
    Between, ExportChoice, ExportProgress, ExportShape, Exported, MissingCall, SoundForm, SpokenLanguage,
};
use exporting::AddError;
pub use exporting::{Exporting, MOST_EXPORTED, MOST_TOLD};
pub use place::PlaceError;
pub use tokio_util::sync::CancellationToken as Cancel;

/// More than this many calls are not saved at once: each is asked of the server anew.
pub const MOST_CALLS: usize = 200;

/// What to save, and how.
#[derive(Debug, Clone)]
pub struct Saving {
    /// The calls, in the order in which they are to be saved.
    pub calls: Vec<CallKey>,
    /// Where to.
    pub folder: PathBuf,
    /// It is made if it is not there. One that the user chose is not: its drive may be elsewhere today.
    pub make: bool,
    /// A text with what is known of a call, and what was said in it, beside each.
    pub details: bool,
    /// In which the files' names and texts tell times.
    pub zone: TimeZone,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SavedCalls {
    /// Where they are.
    pub folder: String,
    /// The recordings' names, without those of the texts.
    pub files: Vec<String>,
    /// Why the others were not saved, each reason once. Whatever concerns all of them ends it.
    pub problems: Vec<Problem>,
    /// How many were not saved.
    pub missing: u32,
}

/// Why a call was not saved.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SaveError {
    /// The folder cannot be used.
    #[error("the folder cannot be written to")]
    Folder(#[source] Arc<std::io::Error>),
    /// The folder that was chosen is not there.
    #[error("the folder is gone")]
    Gone,
    /// Nobody of this name may write there.
    #[error("the folder may not be written to")]
    ReadOnly(#[source] Arc<std::io::Error>),
    /// No room is left.
    #[error("the disk is full")]
    Full(#[source] Arc<std::io::Error>),
}

/// What is known of a call, and how its recording is had.
pub(crate) struct Recorded {
    pub(crate) row: Row,
    pub(crate) fetch: FetchFn,
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded").field("row", &self.row).finish_non_exhaustive()
    }
}

impl Client {
    /// Fetches these calls' recordings and writes them to files, one after the other: listening has the right of way.
    /// Nothing that is there is written over, and no half of a file is left.
    pub async fn save_calls(&self, saving: Saving) -> SavedCalls {
        let folder = saving.folder.display().to_string();
        let mut saved = SavedCalls { folder, files: Vec::new(), problems: Vec::new(), missing: 0 };
        let count = saving.calls.len();
        for call in saving.calls.iter().take(MOST_CALLS) {
            match self.save_call(*call, &saving).await {
                Ok(name) => saved.files.push(name),
                Err(problem) => {
                    let ends = problem.code == crate::problem::Code::NotWritten;
                    if !saved.problems.contains(&problem) {
                        saved.problems.push(problem);
                    }
                    if ends {
                        break;
                    }
                }
            }
        }
        if count > MOST_CALLS {
            let most = format!("Squelch saves {MOST_CALLS} calls at once. Save the others after these.");
            saved.problems.push(Problem::not_possible(&most));
        }
        saved.missing = u32::try_from(count - saved.files.len()).unwrap_or(u32::MAX);
        saved
    }

    /// What was said in a call, as far as it can be had: a recording is saved without it, too.
    async fn words_of(&self, call: CallKey) -> Option<TranscriptView> {
        match self.details(call).await {
            Ok(details) => details.transcript,
            Err(problem) => {
                tracing::info!(?problem, "a call is saved without its words");
                None
            }
        }
    }

    async fn save_call(&self, call: CallKey, saving: &Saving) -> Result<String, Problem> {
        let Recorded { mut row, fetch } = self.ask(|reply| Request::Recording(call, reply)).await??;
        let audio = recording(&fetch, call).await?;
        // A search tells the words alone; who said them has to be asked for.
        if saving.details && row.transcript.as_ref().is_none_or(|said| said.segments.is_empty()) {
            row.transcript = self.words_of(call).await.or(row.transcript);
        }
        let saving = saving.clone();
        let written = tokio::task::spawn_blocking(move || write(&saving, &row, &audio));
        // A panic there would be a fault of ours; it is told as a file that was not written.
        match written.await {
            Ok(result) => result.map_err(|error| Problem::from(&error)),
            Err(error) => Err(Problem::from(&SaveError::Folder(Arc::new(std::io::Error::other(error))))),
        }
    }
}

/// The bytes as the server has them, if they are a recording at all.
async fn recording(fetch: &FetchFn, call: CallKey) -> Result<Audio, Problem> {
    let audio = fetch(call.call).await.map_err(|error: FetchError| Problem::from(&error))?;
    is_audio(&audio.bytes, audio.content_type.as_deref()).map_err(|error: DecodeError| Problem::from(&error))?;
    Ok(audio)
}

fn write(saving: &Saving, row: &Row, audio: &Audio) -> Result<String, SaveError> {
    let ending = naming::ending(&audio.bytes, audio.content_type.as_deref());
    let text = saving.details.then(|| naming::details(row, &saving.zone));
    if saving.make {
        std::fs::create_dir_all(&saving.folder).map_err(writing::refused)?;
    } else if !saving.folder.is_dir() {
        return Err(SaveError::Gone);
    }
    writing::write_new(&saving.folder, &naming::stem(row, &saving.zone), ending, &audio.bytes, text.as_deref())
}
