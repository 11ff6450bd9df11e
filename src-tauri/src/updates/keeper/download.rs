//! Fetches the package of what was found, telling how far that is, and lays it aside; or takes the one that lies there.

use std::path::Path;

use squelch_core::problem::{Problem, Retry};
use squelch_core::view::{UpdateStage, UpdateTime};
use tauri::{AppHandle, Runtime};
use tauri_plugin_updater::Update;

use super::find::{self, Found};
use super::refused::Refused;
use super::{Keeper, Means};
use crate::updates::change;
use crate::updates::failure::Failure;
use crate::updates::fetch;
use crate::updates::kept::{self, Package};

/// A package that is here.
pub(super) struct Fetched {
    package: Package,
    /// It was fetched by an earlier run, which ended before it could be installed.
    waited: bool,
}

impl<R: Runtime> Keeper<R> {
    /// The package is here, or could not be had.
    ///
    /// One that waited is installed as soon as no call sounds, if nobody but the user's choice wanted it: whoever never quits
    /// Squelch, but only switches the computer off, would never have it. That is tried once, because somebody may be asked
    /// for a password, and only at the start.
    pub(super) fn downloaded(&mut self, outcome: Result<Fetched, Failure>) {
        let Fetched { package, waited } = match outcome {
            Ok(fetched) => fetched,
            Err(failure) => return self.not_downloaded(&failure),
        };
        let Some(found) = &mut self.found else { return };
        found.package = Some(package);
        let release = found.release.clone();
        if waited && self.by_itself && self.was_first && kept::is_first_try(&self.means.data, &release.version) {
            self.time = UpdateTime::Quiet;
        }
        self.tell(UpdateStage::Ready { release, time: self.time });
    }

    fn not_downloaded(&mut self, failure: &Failure) {
        let problem = Problem::from(failure);
        let for_good = problem.retry == Retry::No;
        if for_good {
            self.refused = self.found.as_ref().map(|found| Refused::of(found, &problem));
        } else if self.by_itself {
            // Soon again, and nobody is to be interrupted.
            self.last = Some(self.looked_now(true));
        }
        let asked = self.is(|stage| matches!(stage, UpdateStage::Downloading { asked: true, .. }));
        self.tell_failed(problem, for_good || asked);
    }
}

/// Fetches it and checks its signature, unless an earlier run has fetched it already.
pub(super) async fn download<R: Runtime>(app: &AppHandle<R>, means: Means, found: &Found) -> Result<Fetched, Failure> {
    let (update, folder) = (found.update.clone(), means.data.clone());
    if let Ok(Some(package)) = tokio::task::spawn_blocking(move || waiting(&folder, &update)).await {
        return Ok(Fetched { package, waited: true });
    }
    let tell = |received, total| change(app, |stage| has_come(stage, received, total));
    let package = fetch::package(&found.update, find::allows_plain_text(app), means.most, tell).await?;
    let kept = tokio::task::spawn_blocking(move || Package::keep(&means.data, &package)).await;
    let package = kept.unwrap_or_else(|error| Err(Failure::Disk(error.into())))?;
    Ok(Fetched { package, waited: false })
}

/// What an earlier run has fetched, if it is this one.
fn waiting(folder: &Path, update: &Update) -> Option<Package> {
    let package = Package::waiting(folder)?;
    let right = package.read().is_ok_and(|bytes| update.verify(&bytes).is_ok());
    if !right {
        Package::forget(folder);
    }
    right.then_some(package)
}

/// Notes how much has come, each time another hundredth or 100 kB have. Whether that is news: a download that was given
/// up has nothing to say any more.
fn has_come(stage: &mut UpdateStage, received: u64, total: Option<u64>) -> bool {
    let kb = |bytes: u64| u32::try_from(bytes / 1_000).unwrap_or(u32::MAX);
    let (now, all) = (kb(received), total.map(kb));
    let UpdateStage::Downloading { received_kb, total_kb, .. } = stage else { return false };
    let step = all.map_or(100, |all| (all / 100).max(10));
    let news = now >= received_kb.saturating_add(step) || *total_kb != all;
    if news {
        (*received_kb, *total_kb) = (now, all);
    }
    news
}

#[cfg(test)]
mod tests {
    use squelch_core::view::Release;

    use super::*;

    fn release() -> Release {
        Release { version: "2.0.0".to_owned(), notes: None }
    }

    #[test]
    fn every_hundredth_or_100_kb_are_news() {
        let (release, time) = (release(), UpdateTime::Quiet);
        let mut stage = UpdateStage::Downloading { release, received_kb: 0, total_kb: None, time, asked: true };
        let table = [
            (99_000, None, false),
            (100_000, None, true),
            (150_000, None, false),
            (150_000, Some(8_000_000), true),
            (229_000, Some(8_000_000), false),
            (230_000, Some(8_000_000), true),
        ];
        for (received, total, news) in table {
            assert_eq!(has_come(&mut stage, received, total), news, "{received} of {total:?}");
        }
        let UpdateStage::Downloading { received_kb: 230, total_kb: Some(8_000), .. } = stage else {
            panic!("{stage:?}")
        };
    }

    #[test]
    fn a_late_word_of_a_download_does_not_bring_it_back() {
        let over = UpdateStage::Ready { release: release(), time: UpdateTime::Quiet };
        let mut stage = over.clone();
        assert!(!has_come(&mut stage, 1_000_000, Some(8_000_000)));
        assert_eq!(stage, over);
    }
}
