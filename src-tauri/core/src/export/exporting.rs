//! Many calls at once: fetched one after the other, and made into what was chosen.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

use super::bundle::Bundle;
use super::choice::{ExportChoice, ExportProgress, ExportShape, Exported, MissingCall, SpokenLanguage};
use super::listing::{self, Listed};
use super::merging::{self, Merging};
use super::separator::Separator;
use super::voice::Voice;
use super::{Cancel, Recorded, SaveError, naming, recording, writing};
use crate::client::Client;
use crate::engine::Request;
use crate::model::CallKey;
use crate::problem::Problem;
use crate::server::Audio;
use crate::sound::{DecodeError, decode};
use crate::soundfile::{SoundFile, SoundForm};
use crate::view::Row;

/// More calls than this are not exported at once: each is asked of its server anew.
pub const MOST_EXPORTED: usize = 5_000;

/// So many of those that could not be had are named.
pub const MOST_TOLD: usize = 50;

/// What to export, and where to.
#[derive(Debug, Clone)]
pub struct Exporting {
    /// The calls, in any order.
    pub calls: Vec<CallKey>,
    /// What they become.
    pub choice: ExportChoice,
    /// Where to.
    pub folder: PathBuf,
    /// It is made if it is not there. One that the user chose is not: its drive may be elsewhere today.
    pub make: bool,
    /// In which names and lists tell times.
    pub zone: TimeZone,
}

/// Why a call was not added.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum AddError {
    /// It cannot be decoded; others can.
    #[error(transparent)]
    Call(#[from] DecodeError),
    /// It cannot be written, and neither can others.
    #[error(transparent)]
    Disk(#[from] SaveError),
}

/// Where calls go.
#[derive(Debug)]
enum Target {
    /// Each has its name at once.
    Files,
    Merged(Box<Merging>),
    Zip(Box<Bundle>, Vec<Listed>),
}

impl Client {
    /// Fetches these calls one after the other (listening has the right of way) and exports them. What cannot be had is
    /// named, and the others are exported. Nothing that is there is written over. Unless calls become files of their own,
    /// there is nothing under a final name before all of it is whole; `cancel` then leaves nothing behind.
    pub async fn export(
        &self,
        exporting: Exporting,
        cancel: Cancel,
        progress: impl Fn(ExportProgress) + Send + Sync,
    ) -> Exported {
        let mut exported = Exported::nothing(&exporting.folder);
        let mut calls = self.recordings(&exporting, &mut exported).await;
        calls.sort_by(|a, b| a.row.start_ms.total_cmp(&b.row.start_ms));
        let Some(mut target) = begin(&exporting, &mut exported).await else { return exported };
        let of = u32::try_from(exporting.calls.len()).unwrap_or(u32::MAX);
        progress(ExportProgress { done: exported.missing_count, of });
        for Recorded { row, fetch } in calls {
            let named = (row.title.clone(), row.start_ms);
            let key = row.key;
            let fetched = tokio::select! {
                fetched = recording(&fetch, key) => fetched,
                () = cancel.cancelled() => {
                    exported.cancelled = true;
                    break;
                }
            };
            let added = match fetched {
                Ok(audio) => {
                    let row = self.with_words(row, &exporting.choice).await;
                    add(target, row, audio, &exporting).await
                }
                Err(problem) => Ok((target, Err(problem))),
            };
            let (back, result) = match added {
                Ok(added) => added,
                Err(problem) => {
                    // Calls that are files already are there; anything else is whole or not there.
                    if exporting.choice.shape != ExportShape::Files {
                        exported.calls = 0;
                    }
                    exported.problem = Some(problem);
                    return exported;
                }
            };
            target = back;
            match result {
                Ok(file) => {
                    exported.calls += 1;
                    exported.files.extend(file);
                }
                Err(problem) => exported.miss(Some(named), problem),
            }
            progress(ExportProgress { done: exported.calls + exported.missing_count, of });
        }
        finish(target, exporting, exported).await
    }

    /// Whether calls can be announced by a voice on this computer. Takes a moment.
    pub async fn can_speak(language: SpokenLanguage) -> bool {
        tokio::task::spawn_blocking(move || Voice::find(language).is_some()).await.unwrap_or(false)
    }

    async fn recordings(&self, exporting: &Exporting, exported: &mut Exported) -> Vec<Recorded> {
        let mut calls = Vec::new();
        for call in exporting.calls.iter().take(MOST_EXPORTED) {
            match self.ask(|reply| Request::Recording(*call, reply)).await.and_then(|recorded| recorded) {
                Ok(recorded) => calls.push(recorded),
                Err(problem) => exported.miss(None, problem),
            }
        }
        if exporting.calls.len() > MOST_EXPORTED {
            let most = format!("Squelch exports {MOST_EXPORTED} calls at once. Export the others after these.");
            exported.miss(None, Problem::not_possible(&most));
            let rest = exporting.calls.len() - MOST_EXPORTED - 1;
            exported.missing_count += u32::try_from(rest).unwrap_or(u32::MAX);
        }
        calls
    }

    /// A search tells the words alone; who said them has to be asked for. A list goes without.
    async fn with_words(&self, mut row: Row, choice: &ExportChoice) -> Row {
        if choice.details && row.transcript.as_ref().is_none_or(|said| said.segments.is_empty()) {
            row.transcript = self.words_of(row.key).await.or(row.transcript);
        }
        row
    }
}

impl Exported {
    fn nothing(folder: &Path) -> Self {
        Self {
            folder: folder.display().to_string(),
            files: Vec::new(),
            calls: 0,
            length_ms: None,
            missing: Vec::new(),
            missing_count: 0,
            problem: None,
            cancelled: false,
        }
    }

    fn miss(&mut self, named: Option<(String, f64)>, problem: Problem) {
        self.missing_count += 1;
        if self.missing.len() < MOST_TOLD {
            let (title, start_ms) = named.unzip();
            self.missing.push(MissingCall { title, start_ms, problem });
        }
    }
}

async fn begin(exporting: &Exporting, exported: &mut Exported) -> Option<Target> {
    let (choice, folder, make, zone) =
        (exporting.choice, exporting.folder.clone(), exporting.make, exporting.zone.clone());
    let begun = tokio::task::spawn_blocking(move || {
        if make {
            std::fs::create_dir_all(&folder).map_err(|error| Problem::exporting(&writing::refused(error)))?;
        } else if !folder.is_dir() {
            return Err(Problem::exporting(&SaveError::Gone));
        }
        writing::sweep(&folder);
        Ok(match choice.shape {
            ExportShape::Files => Target::Files,
            ExportShape::Zip => {
                let bundle = Bundle::begin(&folder).map_err(|error| Problem::exporting(&error))?;
                Target::Zip(Box::new(bundle), Vec::new())
            }
            ExportShape::Merged => {
                let separator = Separator::new(choice, zone).ok_or_else(|| Problem::not_possible(NO_VOICE))?;
                Target::Merged(Box::new(Merging::new(&choice, separator)))
            }
        })
    });
    match begun.await.unwrap_or_else(|error| Err(crashed(error))) {
        Ok(target) => Some(target),
        Err(problem) => {
            exported.problem = Some(problem);
            None
        }
    }
}

const NO_VOICE: &str = "No voice speaks on this computer. Choose a tone or silence instead, or install espeak-ng.";

/// A fault of ours is told as a file that was not written.
fn crashed(error: tokio::task::JoinError) -> Problem {
    Problem::exporting(&SaveError::Folder(Arc::new(std::io::Error::other(error))))
}

/// Gives the name of the file that a call has become, if it is one of its own. Where the target itself fails, it is gone.
async fn add(
    mut target: Target,
    row: Row,
    audio: Audio,
    exporting: &Exporting,
) -> Result<(Target, Result<Option<String>, Problem>), Problem> {
    let exporting = exporting.clone_without_calls();
    let added = tokio::task::spawn_blocking(move || match target.add(row, &audio, &exporting) {
        Ok(file) => Ok((target, Ok(file))),
        Err(AddError::Call(error)) => Ok((target, Err(Problem::from(&error)))),
        Err(AddError::Disk(error)) => Err(Problem::exporting(&error)),
    });
    added.await.unwrap_or_else(|error| Err(crashed(error)))
}

impl Exporting {
    fn clone_without_calls(&self) -> Self {
        let (folder, zone) = (self.folder.clone(), self.zone.clone());
        Self { calls: Vec::new(), choice: self.choice, folder, make: self.make, zone }
    }
}

impl Target {
    fn add(&mut self, row: Row, audio: &Audio, to: &Exporting) -> Result<Option<String>, AddError> {
        if let Self::Merged(merging) = self {
            merging.add(&to.folder, row, audio)?;
            return Ok(None);
        }
        let (bytes, ending) = match to.choice.form {
            None => (audio.bytes.to_vec(), naming::ending(&audio.bytes, audio.content_type.as_deref())),
            Some(form) => (converted(audio, form, &to.folder)?, form.ending()),
        };
        let stem = naming::stem(&row, &to.zone);
        let text = to.choice.details.then(|| naming::details(&row, &to.zone));
        let Self::Zip(bundle, calls) = self else {
            return Ok(Some(writing::write_new(&to.folder, &stem, ending, &bytes, text.as_deref())?));
        };
        bundle.is_of(row.start_ms, &to.zone);
        let file = bundle.add(&stem, ending, &bytes, text.as_deref())?;
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        calls.push(Listed { row, file, at: None, length: None, sha256: Some(sha256) });
        Ok(None)
    }
}

/// The samples as they are in the call, written in another form.
fn converted(audio: &Audio, form: SoundForm, folder: &Path) -> Result<Vec<u8>, AddError> {
    let pcm = decode(&audio.bytes, audio.content_type.as_deref())?;
    let work = || -> std::io::Result<Vec<u8>> {
        // The folder has the room that the file itself will need.
        let file = writing::empty(folder)?;
        let mut sound = SoundFile::begin(file.as_file().try_clone()?, form, pcm.rate)?;
        sound.take(&pcm.samples)?;
        sound.finish(&[]).0?;
        std::fs::read(file.path())
    };
    work().map_err(|error| writing::refused(error).into())
}

async fn finish(target: Target, exporting: Exporting, mut exported: Exported) -> Exported {
    if matches!(target, Target::Files) {
        return exported;
    }
    if exported.calls == 0 || exported.cancelled {
        exported.calls = 0;
        return exported;
    }
    let work = tokio::task::spawn_blocking(move || target.finish(&exporting));
    let finished = work.await.map_err(crashed).and_then(|finished| finished.map_err(|e| Problem::exporting(&e)));
    match finished {
        Ok((files, length_ms)) => (exported.files, exported.length_ms) = (files, length_ms),
        Err(problem) => (exported.calls, exported.problem) = (0, Some(problem)),
    }
    exported
}

impl Target {
    fn finish(self, to: &Exporting) -> Result<(Vec<String>, Option<f64>), SaveError> {
        match self {
            Self::Files => Ok((Vec::new(), None)),
            Self::Zip(mut bundle, calls) => {
                bundle.add("list", "csv", listing::table(&calls, &to.zone).as_bytes(), None)?;
                let text = listing::text(&calls, &to.zone, &heading(&calls));
                bundle.add("list", "txt", text.as_bytes(), None)?;
                let zip = bundle.finish()?;
                let names = writing::name_new(&to.folder, &merging::stem(&calls, &to.zone), vec![(zip, "zip")])?;
                Ok((names, None))
            }
            Self::Merged(merging) => {
                let (parts, form) = merging.finish()?;
                let mut files = Vec::new();
                let mut length_ms = 0.0;
                for part in parts {
                    length_ms += part.length.as_secs_f64() * 1_000.0;
                    files.push(name_part(part, form, to)?);
                }
                Ok((files, Some(length_ms)))
            }
        }
    }
}

/// A merged file gets its name together with its lists, which tell of it by that name.
fn name_part(mut part: merging::Part, form: SoundForm, to: &Exporting) -> Result<String, SaveError> {
    let stem = merging::stem(&part.calls, &to.zone);
    let ending = form.ending();
    let name = writing::free(&to.folder, &stem, &[ending, "txt", "csv"]);
    for call in &mut part.calls {
        call.file = format!("{name}.{ending}");
    }
    let text = listing::text(&part.calls, &to.zone, &heading(&part.calls));
    let text = writing::temporary(&to.folder, text.as_bytes()).map_err(writing::refused)?;
    let table = listing::table(&part.calls, &to.zone);
    let table = writing::temporary(&to.folder, table.as_bytes()).map_err(writing::refused)?;
    let names = writing::name_new(&to.folder, &name, vec![(part.file, ending), (text, "txt"), (table, "csv")])?;
    Ok(names.into_iter().next().unwrap_or_default())
}

fn heading(calls: &[Listed]) -> String {
    format!("Radio calls, exported by Squelch: {}", calls.len())
}
