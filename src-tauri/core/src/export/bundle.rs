//! Calls in a zip, each as a file of its own.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{SaveError, writing};

/// A zip in the making.
pub(super) struct Bundle {
    temporary: NamedTempFile,
    zip: ZipWriter<BufWriter<std::fs::File>>,
    /// Names that are taken. Not all systems tell large letters from small ones.
    taken: BTreeSet<String>,
    /// When the call happened whose files are added: what is unpacked can be put in order by it.
    at: zip::DateTime,
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bundle").field("taken", &self.taken.len()).finish_non_exhaustive()
    }
}

impl Bundle {
    pub(super) fn begin(folder: &Path) -> Result<Self, SaveError> {
        let temporary = writing::empty(folder).map_err(writing::refused)?;
        let handle = temporary.as_file().try_clone().map_err(writing::refused)?;
        Ok(Self {
            temporary,
            zip: ZipWriter::new(BufWriter::new(handle)),
            taken: BTreeSet::new(),
            at: zip::DateTime::default(),
        })
    }

    /// What is added from now on is of a call that began then.
    pub(super) fn is_of(&mut self, start_ms: f64, zone: &TimeZone) {
        let Ok(start) = Timestamp::from_millisecond(start_ms as i64) else { return };
        let start = start.to_zoned(zone.clone());
        let part = |part: i8| part.unsigned_abs();
        // A year that no zip can tell keeps the one before.
        let at = zip::DateTime::from_date_and_time(
            start.year().unsigned_abs(),
            part(start.month()),
            part(start.day()),
            part(start.hour()),
            part(start.minute()),
            part(start.second()),
        );
        self.at = at.unwrap_or(self.at);
    }

    /// Adds a file under the first name that is free, and a text of the same name. Gives the first one's name.
    pub(super) fn add(
        &mut self,
        stem: &str,
        ending: &str,
        bytes: &[u8],
        text: Option<&str>,
    ) -> Result<String, SaveError> {
        let mut name = stem.to_owned();
        let mut copy = 1;
        while self.is_taken(&name, ending) || text.is_some() && self.is_taken(&name, "txt") {
            copy += 1;
            name = format!("{stem} ({copy})");
        }
        let file = format!("{name}.{ending}");
        self.put(&file, bytes).map_err(writing::refused)?;
        if let Some(text) = text {
            self.put(&format!("{name}.txt"), text.as_bytes()).map_err(writing::refused)?;
        }
        Ok(file)
    }

    fn is_taken(&self, name: &str, ending: &str) -> bool {
        self.taken.contains(&format!("{name}.{ending}").to_lowercase())
    }

    /// Sound is as small as it gets already.
    fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored).unix_permissions(0o644);
        let options = options.last_modified_time(self.at);
        self.zip.start_file(name, options)?;
        self.zip.write_all(bytes)?;
        self.taken.insert(name.to_lowercase());
        Ok(())
    }

    /// All of it, whole.
    pub(super) fn finish(self) -> Result<NamedTempFile, SaveError> {
        let written = self.zip.finish().map_err(io::Error::from).map_err(writing::refused)?;
        let file = written.into_inner().map_err(|error| writing::refused(error.into_error()))?;
        file.sync_all().map_err(writing::refused)?;
        Ok(self.temporary)
    }
}
