//! A disk as it is after the power was cut: what was synced is there for certain, and of the rest anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::tracing_log::Op;

/// A file: its bytes on the disk, and what was written since without a sync.
#[derive(Debug, Clone, Default)]
struct File {
    synced: Vec<u8>,
    since: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes: new } => {
                bytes.resize(bytes.len().max(at + new.len()), 0);
                bytes[*at..at + new.len()].copy_from_slice(new);
            }
            Self::Truncate(length) => bytes.resize(*length, 0),
        }
    }
}

/// Which of the unsynced changes have reached the disk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// None.
    Nothing,
    /// All: as after `kill -9`.
    Everything,
    /// Names, but no bytes: as file systems do that keep a journal of names.
    NamesOnly,
    /// Bytes, but no names.
    BytesOnly,
    /// Each by chance, and the last one of a file perhaps in part.
    Chance(u64),
}

/// Files by number, and names for them: as everybody sees them, and as they are on the disk for certain.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    files: Vec<File>,
    names: BTreeMap<PathBuf, usize>,
    synced_names: BTreeMap<PathBuf, usize>,
    folders: BTreeSet<PathBuf>,
}

impl Disk {
    pub(crate) fn apply(&mut self, op: &Op) {
        match op {
            Op::Create(path) => {
                if !self.names.contains_key(path) {
                    self.names.insert(path.clone(), self.files.len());
                    self.files.push(File::default());
                }
            }
            Op::Write { path, at, bytes } => self.change(path, Change::Write { at: *at, bytes: bytes.clone() }),
            Op::Truncate { path, length } => self.change(path, Change::Truncate(*length)),
            Op::Sync(path) => self.sync(path),
            Op::Rename { from, to } => {
                if let Some(file) = self.names.remove(from) {
                    self.names.insert(to.clone(), file);
                }
            }
            Op::Unlink(path) => drop(self.names.remove(path)),
            Op::MakeFolder(path) => drop(self.folders.insert(path.clone())),
            Op::RemoveFolder(path) => drop(self.folders.remove(path)),
            Op::Ended => {}
        }
    }

    fn change(&mut self, path: &Path, change: Change) {
        if let Some(file) = self.names.get(path) {
            self.files[*file].since.push(change);
        }
    }

    fn sync(&mut self, path: &Path) {
        if let Some(file) = self.names.get(path) {
            let file = &mut self.files[*file];
            file.since.drain(..).for_each(|change| change.apply(&mut file.synced));
            return;
        }
        // A folder: the names in it.
        self.synced_names.retain(|name, _| name.parent() != Some(path));
        let names = self.names.iter().filter(|(name, _)| name.parent() == Some(path));
        self.synced_names.extend(names.map(|(name, file)| (name.clone(), *file)));
    }

    /// Writes the disk down as it may be after a power cut now, with what lies below `from` below `to`.
    pub(crate) fn write(&self, fate: Fate, from: &Path, to: &Path) {
        let mut chance = Chance(match fate {
            Fate::Chance(seed) => seed | 1,
            _ => 1,
        });
        let mut names = match fate {
            Fate::Nothing | Fate::BytesOnly => self.synced_names.clone(),
            Fate::Everything | Fate::NamesOnly => self.names.clone(),
            Fate::Chance(_) => {
                let mut names = self.synced_names.clone();
                names.retain(|name, file| self.names.get(name) == Some(file) || chance.says());
                let new = self.names.iter().filter(|_| chance.says());
                names.extend(new.map(|(name, file)| (name.clone(), *file)));
                names
            }
        };
        // It holds nothing that outlives the process.
        names.retain(|name, _| !name.to_string_lossy().ends_with("-shm"));
        for folder in &self.folders {
            fs::create_dir_all(to.join(folder.strip_prefix(from).expect("it is below"))).expect("it can be made");
        }
        for (name, file) in names {
            let path = to.join(name.strip_prefix(from).expect("it is below"));
            fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            fs::write(path, self.files[file].bytes(fate, &mut chance)).expect("it can be written");
        }
    }
}

impl File {
    fn bytes(&self, fate: Fate, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        for change in &self.since {
            let reaches = match fate {
                Fate::Nothing | Fate::NamesOnly => false,
                Fate::Everything | Fate::BytesOnly => true,
                Fate::Chance(_) => chance.says(),
            };
            match change {
                _ if !reaches => {}
                // Sectors reach the disk one by one.
                Change::Write { at, bytes: new } if matches!(fate, Fate::Chance(_)) && chance.says() => {
                    let part = new[..new.len() / 1_024 * 512].to_vec();
                    Change::Write { at: *at, bytes: part }.apply(&mut bytes);
                }
                change => change.apply(&mut bytes),
            }
        }
        bytes
    }
}

/// Heads or tails, the same on every run.
struct Chance(u64);

impl Chance {
    fn says(&mut self) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 & 0x100 == 0
    }
}
