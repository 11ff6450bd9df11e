//! After a start: files that nothing points to go, and calls whose file is gone or cut short say so. One hour's folder at a
//! time, so that nobody waits for it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use rusqlite::TransactionBehavior;

use super::batch;
use super::database::{self, Database};
use super::files::{self, FileName};
use super::trouble::Failure;

/// So many files of one folder of a deleted archive are removed at once.
const STEP: usize = 200;

/// What is still to be looked at.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    /// Hours with a folder, or with rows.
    hours: Vec<i64>,
    /// Archives that were deleted.
    deleted: Vec<PathBuf>,
}

/// What one step has found.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Files that nothing pointed to.
    pub files: u64,
    /// Calls whose audio was gone.
    pub calls: u64,
}

impl Sweep {
    /// Everything there is now.
    pub(super) fn of(database: &Database, data: &std::path::Path) -> Result<Self, Failure> {
        let mut hours = Vec::new();
        for entry in fs::read_dir(files::folder(&database.folder))? {
            hours.extend(entry?.file_name().to_str().and_then(|name| name.parse::<i64>().ok()));
        }
        let mut statement = database.connection.prepare("SELECT DISTINCT hour FROM audio")?;
        for hour in statement.query_map([], |row| row.get(0))? {
            hours.push(hour?);
        }
        hours.sort_unstable();
        hours.dedup();
        Ok(Self { hours, deleted: database::aside(data, "deleted") })
    }

    pub(super) fn is_done(&self) -> bool {
        self.hours.is_empty() && self.deleted.is_empty()
    }

    /// One step.
    pub(super) fn step(&mut self, database: &mut Database) -> Result<Swept, Failure> {
        if let Some(hour) = self.hours.last() {
            // Before a file goes, it must be certain that no row will point to it again.
            database.sync_commits(true)?;
            let swept = sweep(database, *hour);
            database.sync_commits(false)?;
            let swept = swept?;
            self.hours.pop();
            return Ok(swept);
        }
        if let Some(folder) = self.deleted.pop() {
            match delete_some(&folder) {
                Ok(true) => {}
                Ok(false) => self.deleted.push(folder),
                // The next start tries again.
                Err(error) => tracing::warn!(%error, "a deleted archive could not be removed"),
            }
        }
        Ok(Swept::default())
    }
}

/// Compares an hour's folder with what points into it.
fn sweep(database: &mut Database, hour: i64) -> Result<Swept, Failure> {
    let mut swept = Swept::default();
    let mut lengths = BTreeMap::new();
    let folder = files::hour_folder(&database.folder, hour);
    match fs::read_dir(&folder) {
        Ok(entries) => {
            for entry in entries {
                let entry = entry?;
                let name = entry.file_name();
                let name = name.to_str().unwrap_or_default();
                if let Some(name) = FileName::parse(hour, name) {
                    lengths.insert(name, entry.metadata()?.len());
                } else if files::is_unfinished(name) && fs::remove_file(entry.path()).is_ok() {
                    swept.files += 1;
                }
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let transaction = database.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let sql = "SELECT id, name, bytes FROM audio JOIN call USING (id) WHERE hour = ?";
        let mut statement = transaction.prepare_cached(sql)?;
        let mut rows = statement.query([hour])?;
        let mut lost = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, name, bytes): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let name = FileName { hour, name };
            if lengths.get(&name).is_some_and(|length| *length == bytes.unsigned_abs()) {
                lengths.remove(&name);
            } else {
                lost.push(id);
            }
        }
        for id in lost {
            batch::lose_audio(&transaction, id)?;
            swept.calls += 1;
        }
    }
    transaction.commit()?;
    // What is left in the list has no row; or a row that was just taken away.
    for name in lengths.keys() {
        files::remove(&database.folder, *name);
        swept.files += 1;
    }
    let _ = fs::remove_dir(folder);
    Ok(swept)
}

/// Removes some files of a deleted archive; whether all of it is gone.
fn delete_some(folder: &std::path::Path) -> std::io::Result<bool> {
    let mut room = STEP;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            fs::remove_file(path)?;
            continue;
        }
        for entry in fs::read_dir(&path)? {
            let hour = entry?.path();
            for file in fs::read_dir(&hour)?.take(room) {
                fs::remove_file(file?.path())?;
                room -= 1;
            }
            if room == 0 {
                return Ok(false);
            }
            fs::remove_dir(hour)?;
        }
        fs::remove_dir(path)?;
    }
    fs::remove_dir(folder)?;
    Ok(true)
}
