//! What Squelch says of itself: its version, its source, its licences, and where it keeps things.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};
use squelch_core::problem::{Code, Problem, Retry};
use tauri::{AppHandle, Manager, Runtime};

use crate::opening::Opener;
use crate::updates;

/// Where its source is.
const SOURCE: &str = env!("CARGO_PKG_REPOSITORY");

/// The licences of what is inside of it, as the packages bring them.
const NOTICES: &str = "third-party-licences.txt";

/// More than all of them are; a package that somebody made of ours might bring anything.
const LONGEST: u64 = 32 << 20;

/// Where texts are put for the desktop to open.
const FOLDER: &str = "licences";

/// What the window shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct About {
    version: String,
    /// For which computers it was built and how, and how it is kept up to date.
    build: String,
    /// Where its source is.
    source: &'static str,
    /// Whether the licences of what is inside of it are here, too.
    notices: bool,
    /// Where settings and logs are.
    data: String,
    logs: String,
}

/// A text that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Licence {
    /// The one of Squelch's own licences.
    Mit,
    /// The other one.
    Apache,
    /// Those of the libraries that are inside of it.
    ThirdParty,
}

/// Where things lie that there is something to be said about.
#[derive(Debug)]
pub(crate) struct Places {
    data: PathBuf,
    notices: Option<PathBuf>,
}

impl Places {
    /// Those of this Squelch, which keeps its things here.
    pub(crate) fn of<R: Runtime>(app: &AppHandle<R>, data: PathBuf) -> Self {
        let program = std::env::current_exe().ok();
        let notices = notices_near(program.as_deref(), app.path().resource_dir().ok().as_deref());
        Self { data, notices }
    }

    /// What is said.
    pub(crate) async fn about<R: Runtime>(&self, app: &AppHandle<R>) -> About {
        // A package manager is asked.
        let how = tauri::async_runtime::spawn_blocking(updates::how_installed).await;
        let how = how.unwrap_or_else(|error| error.to_string());
        let made = if cfg!(debug_assertions) { "debug" } else { "release" };
        About {
            version: app.package_info().version.to_string(),
            build: format!("{} {}, {made}; updates: {how}", std::env::consts::OS, std::env::consts::ARCH),
            source: SOURCE,
            notices: self.notices.is_some(),
            data: self.data.display().to_string(),
            logs: self.data.join("logs").display().to_string(),
        }
    }

    /// Has the desktop show a licence. Packages keep theirs compressed, and inside of a program none can be opened, so it is
    /// written out first.
    pub(crate) async fn open(&self, licence: Licence, opener: &Opener) -> Result<(), Problem> {
        let (folder, notices) = (self.data.join(FOLDER), self.notices.clone());
        let written = tauri::async_runtime::spawn_blocking(move || write(&folder, licence, notices.as_deref())).await;
        let error = match written {
            Ok(Ok(Some(file))) => return opener.text(&file).await,
            Ok(Ok(None)) => {
                let message = "The licences of what is inside of Squelch come with its packages, and this one is none.";
                return Err(problem(message));
            }
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!("a licence cannot be shown: {error}");
        Err(problem("The licence could not be written to a file that can be opened. The disk may be full."))
    }

    /// Has the browser show where the source is.
    pub(crate) async fn source(opener: &Opener) -> Result<(), Problem> {
        opener.open(SOURCE.to_owned(), &format!("The browser could not be opened. The address is {SOURCE}")).await
    }
}

fn problem(message: &str) -> Problem {
    Problem { code: Code::NotPossible, message: message.to_owned(), retry: Retry::No }
}

/// Writes the text out; gives nothing where it is not here.
fn write(folder: &Path, licence: Licence, notices: Option<&Path>) -> io::Result<Option<PathBuf>> {
    let (name, text) = match (licence, notices) {
        (Licence::Mit, _) => ("LICENSE-MIT.txt", include_str!("../../LICENSE-MIT").as_bytes().to_vec()),
        (Licence::Apache, _) => ("LICENSE-APACHE.txt", include_str!("../../LICENSE-APACHE").as_bytes().to_vec()),
        (Licence::ThirdParty, None) => return Ok(None),
        (Licence::ThirdParty, Some(file)) => (NOTICES, read(file)?),
    };
    std::fs::create_dir_all(folder)?;
    let file = folder.join(name);
    std::fs::write(&file, text)?;
    Ok(Some(file))
}

/// Reads a text that may be compressed.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let packed = File::open(file)?;
    if file.extension().is_some_and(|ending| ending == "gz") {
        GzDecoder::new(packed).take(LONGEST).read_to_end(&mut text)?;
    } else {
        packed.take(LONGEST).read_to_end(&mut text)?;
    }
    Ok(text)
}

/// The file with the libraries' licences: beside the program's folder on Linux, among its resources elsewhere.
fn notices_near(program: Option<&Path>, resources: Option<&Path>) -> Option<PathBuf> {
    let prefix = program.and_then(Path::parent).and_then(Path::parent);
    let shared = prefix.into_iter().flat_map(|prefix| {
        ["doc", "licenses"].into_iter().flat_map(move |kind| {
            let folder = prefix.join("share").join(kind).join("squelch");
            [folder.join(format!("{NOTICES}.gz")), folder.join(NOTICES)]
        })
    });
    shared.chain(resources.map(|folder| folder.join(NOTICES))).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn packed(file: &Path, text: &str) {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let mut packer = flate2::write::GzEncoder::new(File::create(file).unwrap(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap();
    }

    #[test]
    fn the_licences_of_libraries_are_found_where_each_package_has_them() {
        let place = tempfile::tempdir().unwrap();
        let program = place.path().join("usr/bin/squelch");
        let found = || notices_near(Some(&program), Some(&place.path().join("resources")));
        assert_eq!(found(), None);
        let resource = place.path().join("resources").join(NOTICES);
        std::fs::create_dir_all(resource.parent().unwrap()).unwrap();
        std::fs::write(&resource, "of Windows").unwrap();
        assert_eq!(found(), Some(resource));
        for (path, text) in [
            ("usr/share/licenses/squelch/third-party-licences.txt.gz", "of the rpm"),
            ("usr/share/doc/squelch/third-party-licences.txt.gz", "of the deb"),
        ] {
            let file = place.path().join(path);
            packed(&file, text);
            assert_eq!(found(), Some(file.clone()));
            assert_eq!(read(&file).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn every_licence_is_written_out_as_a_text() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("data/licences");
        let notices = place.path().join("share/third-party-licences.txt.gz");
        packed(&notices, "all of them");
        let text = |licence| {
            let file = write(&folder, licence, Some(&notices)).unwrap().expect("it is here");
            assert_eq!(file.extension().unwrap(), "txt");
            std::fs::read_to_string(file).unwrap()
        };
        assert!(text(Licence::Mit).contains("Permission is hereby granted"));
        assert!(text(Licence::Apache).contains("Apache License"));
        assert_eq!(text(Licence::ThirdParty), "all of them");
        // Once more, in place of what is there.
        assert_eq!(text(Licence::ThirdParty), "all of them");
        assert_eq!(write(&folder, Licence::ThirdParty, None).unwrap(), None);
    }

    #[test]
    fn a_package_with_damaged_licences_is_an_error() {
        let place = tempfile::tempdir().unwrap();
        let notices = place.path().join("third-party-licences.txt.gz");
        std::fs::write(&notices, "not packed at all").unwrap();
        assert!(write(place.path(), Licence::ThirdParty, Some(&notices)).is_err());
        assert!(write(place.path(), Licence::ThirdParty, Some(&place.path().join("gone"))).is_err());
    }
}
