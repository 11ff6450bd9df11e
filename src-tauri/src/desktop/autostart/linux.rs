//! The list of Linux desktops: files in the folder `autostart` (freedesktop's Autostart specification).
//!
//! Written here and not by the usual library, which knows neither `XDG_CONFIG_HOME` nor spaces in a path, and takes an
//! entry that the desktop has switched off for one that is on.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use gtk::glib::{self, KeyFile, KeyFileFlags};

const GROUP: &str = "Desktop Entry";
const EXEC: &str = "Exec";
/// How desktops switch an entry off without removing it.
const HIDDEN: &str = "Hidden";
const GNOME: &str = "X-GNOME-Autostart-enabled";

/// Our place in the list.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    file: PathBuf,
    program: PathBuf,
    data: Option<PathBuf>,
}

impl Entry {
    pub(super) fn of(identifier: &str, program: PathBuf, data: Option<PathBuf>) -> Option<Self> {
        Some(Self::in_folder(&dirs::config_dir()?.join("autostart"), identifier, program, data))
    }

    fn in_folder(folder: &Path, identifier: &str, program: PathBuf, data: Option<PathBuf>) -> Self {
        Self { file: folder.join(format!("{identifier}.desktop")), program, data }
    }

    pub(super) fn place(&self) -> String {
        self.file.display().to_string()
    }

    /// It is there, nobody has switched it off, and it leads somewhere.
    pub(super) fn is_on(&self) -> bool {
        self.read().is_some_and(|entry| is_wanted(&entry) && leads_to(&entry).is_some_and(|program| program.exists()))
    }

    /// It is there and wanted, but what it starts is not.
    pub(super) fn leads_nowhere(&self) -> bool {
        self.read().is_some_and(|entry| is_wanted(&entry) && leads_to(&entry).is_none_or(|program| !program.exists()))
    }

    pub(super) fn add(&self) -> std::io::Result<()> {
        let entry = KeyFile::new();
        let facts = [("Type", "Application"), ("Name", "Squelch"), ("Comment", "Listen to radio calls, in the tray")];
        for (name, value) in facts {
            entry.set_string(GROUP, name, value);
        }
        entry.set_string(GROUP, EXEC, &self.line());
        entry.set_boolean(GROUP, "Terminal", false);
        entry.set_boolean(GROUP, GNOME, true);
        let folder = self.file.parent().unwrap_or(Path::new("/"));
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(entry.to_data().as_bytes())?;
        file.persist(&self.file).map_err(|error| error.error)?;
        Ok(())
    }

    pub(super) fn remove(&self) -> std::io::Result<()> {
        match std::fs::remove_file(&self.file) {
            // Nothing is there, not even a place for it.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(()),
            removed => removed,
        }
    }

    fn read(&self) -> Option<KeyFile> {
        let entry = KeyFile::new();
        entry.load_from_file(&self.file, KeyFileFlags::NONE).ok()?;
        Some(entry)
    }

    /// What starts Squelch without a window.
    fn line(&self) -> String {
        let mut line = format!("{} --hidden", quoted(&self.program));
        if let Some(data) = &self.data {
            line.push_str(&format!(" --data-dir {}", quoted(data)));
        }
        line
    }
}

fn is_wanted(entry: &KeyFile) -> bool {
    !entry.boolean(GROUP, HIDDEN).unwrap_or(false) && entry.boolean(GROUP, GNOME).unwrap_or(true)
}

/// The program that an entry starts.
fn leads_to(entry: &KeyFile) -> Option<PathBuf> {
    let line = entry.string(GROUP, EXEC).ok()?.replace("%%", "%");
    glib::shell_parse_argv(line).ok()?.into_iter().next().map(PathBuf::from)
}

/// One word of an `Exec` line, whatever is in it.
fn quoted(path: &Path) -> String {
    let mut word = String::from("\"");
    for c in path.to_string_lossy().chars() {
        match c {
            '"' | '`' | '$' | '\\' => word.extend(['\\', c]),
            '%' => word.push_str("%%"),
            c => word.push(c),
        }
    }
    word.push('"');
    word
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn entry(folder: &Path, program: &Path) -> Entry {
        Entry::in_folder(&folder.join("autostart"), "org.example.scanner", program.to_owned(), None)
    }

    /// A program that is there.
    fn there() -> PathBuf {
        std::env::current_exe().unwrap()
    }

    #[test]
    fn it_is_off_at_first_and_what_was_switched_is_what_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let entry = entry(folder.path(), &there());
        assert!(!entry.is_on());
        entry.remove().unwrap();
        entry.add().unwrap();
        entry.add().unwrap();
        assert!(entry.is_on());
        entry.remove().unwrap();
        assert!(!entry.is_on());
    }

    #[test]
    fn the_entry_is_one_a_desktop_takes_whatever_the_path_is() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("my \"app$\" `x` 100% \\ here");
        std::fs::write(&program, "").unwrap();
        let entry = entry(folder.path(), &program);
        entry.add().unwrap();
        assert!(entry.is_on(), "{}", std::fs::read_to_string(&entry.file).unwrap());
        assert_eq!(leads_to(&entry.read().unwrap()), Some(program));
        let valid = Command::new("desktop-file-validate").arg(&entry.file).output().expect("`make test` installs it");
        assert!(valid.status.success(), "{}", String::from_utf8_lossy(&valid.stdout));
    }

    #[test]
    fn what_the_desktop_has_switched_off_is_off_and_is_not_mended() {
        for off in ["Hidden=true", "X-GNOME-Autostart-enabled=false"] {
            let folder = tempfile::tempdir().unwrap();
            let entry = entry(folder.path(), &there());
            std::fs::create_dir(folder.path().join("autostart")).unwrap();
            let text = format!("[Desktop Entry]\nType=Application\nName=Squelch\nExec=/gone/squelch --hidden\n{off}\n");
            std::fs::write(&entry.file, text).unwrap();
            assert!(!entry.is_on() && !entry.leads_nowhere(), "{off}");
        }
    }

    #[test]
    fn an_entry_for_a_program_that_went_elsewhere_is_off_until_it_is_mended() {
        let folder = tempfile::tempdir().unwrap();
        let before = folder.path().join("Old Squelch.AppImage");
        entry(folder.path(), &before).add().unwrap();
        let now = entry(folder.path(), &there());
        assert!(!now.is_on() && now.leads_nowhere());
        now.add().unwrap();
        assert!(now.is_on() && !now.leads_nowhere());
    }

    #[test]
    fn an_entry_for_another_squelch_that_is_still_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other");
        std::fs::write(&other, "").unwrap();
        entry(folder.path(), &other).add().unwrap();
        assert!(!entry(folder.path(), &there()).leads_nowhere());
    }

    #[test]
    fn garbage_in_its_place_is_off_and_can_be_switched_on() {
        let folder = tempfile::tempdir().unwrap();
        let entry = entry(folder.path(), &there());
        std::fs::create_dir(folder.path().join("autostart")).unwrap();
        std::fs::write(&entry.file, b"\xff\x00 not an entry").unwrap();
        assert!(!entry.is_on() && !entry.leads_nowhere());
        entry.add().unwrap();
        assert!(entry.is_on());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_and_it_stays_off() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("autostart"), "a file").unwrap();
        let entry = entry(folder.path(), &there());
        assert!(entry.add().is_err());
        assert!(!entry.is_on());
        assert!(entry.remove().is_ok(), "there is nothing to remove");
    }
}
