//! How this Squelch was installed, and with that whether it may replace itself.
//!
//! The packages are marked by the bundler, but a mark says only how the program was packed: whoever makes a package of
//! another kind from our deb keeps it. So a deb or an rpm counts only where the package manager says that it owns the
//! program.

use std::path::Path;

use tauri::utils::config::BundleType;

/// How it was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Our deb, known to dpkg.
    Deb,
    /// Our rpm, known to rpm.
    Rpm,
    /// An AppImage that may be replaced.
    AppImage,
    /// Windows' installer, for this user.
    Nsis,
    /// A macOS app that may be replaced.
    App,
    /// Somebody else keeps it up to date, or nobody can.
    Fixed(Why),
}

impl Place {
    /// Whether a newer version gets there without anybody being asked for a password, and whole or not at all.
    pub(super) fn asks_nobody(self) -> bool {
        match self {
            Self::AppImage | Self::App => true,
            Self::Deb | Self::Rpm | Self::Nsis | Self::Fixed(_) => false,
        }
    }
}

/// Why it does not update itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Flatpak.
    Flatpak,
    /// Snap.
    Snap,
    /// Packed by somebody else, in another form.
    Repacked,
    /// Built from source.
    Built,
    /// It lies where this user may not write.
    ReadOnly,
}

impl Why {
    /// The sentence for the user.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Flatpak => super::FLATPAK,
            Self::Snap => "This Squelch came as a snap, and snapd updates it.",
            Self::Repacked => "Another package manager installed this Squelch. Updates come from there.",
            Self::Built => "This Squelch was built from source. Update it the way it was built.",
            Self::ReadOnly => {
                "Squelch lies where you may not write, so it cannot update itself. Move it to a folder of your own."
            }
        }
    }
}

/// What can be seen of how it was installed.
#[derive(Debug, Clone, Copy, Default)]
struct Signs {
    flatpak: bool,
    snap: bool,
    /// The package manager that goes with the mark owns the program.
    owned: bool,
    /// The file or folder that would be replaced can be.
    writable: bool,
}

fn judge(mark: Option<BundleType>, signs: Signs) -> Place {
    if signs.flatpak {
        return Place::Fixed(Why::Flatpak);
    }
    if signs.snap {
        return Place::Fixed(Why::Snap);
    }
    let if_writable = |place| if signs.writable { place } else { Place::Fixed(Why::ReadOnly) };
    match mark {
        Some(BundleType::Deb) if signs.owned => Place::Deb,
        Some(BundleType::Rpm) if signs.owned => Place::Rpm,
        Some(BundleType::Deb | BundleType::Rpm) => Place::Fixed(Why::Repacked),
        Some(BundleType::AppImage) => if_writable(Place::AppImage),
        Some(BundleType::Nsis) => if_writable(Place::Nsis),
        Some(BundleType::App | BundleType::Dmg) => if_writable(Place::App),
        // We make none of these.
        Some(BundleType::Msi) | None => Place::Fixed(Why::Built),
    }
}

/// Asks the system. Waits for the package manager; not for the main thread.
pub(super) fn find(env: &tauri::Env) -> Place {
    let mark = tauri::utils::platform::bundle_type();
    let Ok(program) = tauri::process::current_binary(env) else { return Place::Fixed(Why::Built) };
    let owned = match mark {
        Some(BundleType::Deb) => says_yes("dpkg-query", "--search", &program),
        Some(BundleType::Rpm) => says_yes("rpm", "--query", &program),
        _ => false,
    };
    let signs = Signs {
        flatpak: super::is_flatpak(),
        snap: std::env::var_os("SNAP").is_some(),
        owned,
        writable: replaced(mark.as_ref(), &program).is_some_and(|path| is_writable(&path)),
    };
    judge(mark, signs)
}

/// Whether this package manager knows the file.
fn says_yes(manager: &str, question: &str, file: &Path) -> bool {
    let mut asked = std::process::Command::new(manager);
    asked.arg(question);
    if manager == "rpm" {
        asked.arg("--file");
    }
    asked.arg("--").arg(file);
    asked.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

/// The folder in which something would be replaced: that of the AppImage, that of the app, that of the program.
fn replaced(mark: Option<&BundleType>, program: &Path) -> Option<std::path::PathBuf> {
    let levels = match mark {
        // Squelch.app/Contents/MacOS/squelch
        Some(BundleType::App | BundleType::Dmg) => 4,
        _ => 1,
    };
    program.ancestors().nth(levels).map(Path::to_path_buf)
}

/// The one way to know: file systems, users and sandboxes all have a say.
fn is_writable(folder: &Path) -> bool {
    tempfile::Builder::new().prefix(".squelch-").tempfile_in(folder).is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_packed_and_may_replace_updates_itself() {
        let plain = Signs { writable: true, ..Signs::default() };
        let owned = Signs { owned: true, ..Signs::default() };
        let read_only = Signs::default();
        let fixed = |why| Place::Fixed(why);
        let table = [
            (Some(BundleType::Deb), owned, Place::Deb),
            (Some(BundleType::Rpm), owned, Place::Rpm),
            // As the AUR does it: our deb, unpacked into another package.
            (Some(BundleType::Deb), plain, fixed(Why::Repacked)),
            (Some(BundleType::Rpm), plain, fixed(Why::Repacked)),
            (Some(BundleType::AppImage), plain, Place::AppImage),
            (Some(BundleType::AppImage), read_only, fixed(Why::ReadOnly)),
            (Some(BundleType::Nsis), plain, Place::Nsis),
            (Some(BundleType::App), plain, Place::App),
            (Some(BundleType::App), read_only, fixed(Why::ReadOnly)),
            (Some(BundleType::Msi), plain, fixed(Why::Built)),
            (None, plain, fixed(Why::Built)),
            (Some(BundleType::Deb), Signs { flatpak: true, ..owned }, fixed(Why::Flatpak)),
            (None, Signs { snap: true, ..plain }, fixed(Why::Snap)),
        ];
        for (mark, signs, wanted) in table {
            assert_eq!(judge(mark.clone(), signs), wanted, "{mark:?} {signs:?}");
        }
    }

    #[test]
    fn a_test_is_built_from_source_and_does_not_update_itself() {
        assert!(matches!(find(&tauri::Env::default()), Place::Fixed(Why::Built)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn dpkg_and_rpm_know_their_files_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        if says_yes("dpkg-query", "--version", Path::new("/")) {
            let known = std::fs::canonicalize("/bin/sh").unwrap();
            assert!(
                says_yes("dpkg-query", "--search", &known) || says_yes("dpkg-query", "--search", Path::new("/bin/sh"))
            );
        }
        assert!(!says_yes("dpkg-query", "--search", &folder.path().join("squelch")));
        assert!(!says_yes("rpm", "--query", &folder.path().join("squelch")));
        assert!(!says_yes("there-is-no-such-program", "--query", folder.path()));
    }

    #[cfg(unix)]
    #[test]
    fn what_would_be_replaced_lies_in_the_folder_of_the_program_or_of_the_app() {
        let app = Path::new("/Applications/Squelch.app/Contents/MacOS/squelch");
        assert_eq!(replaced(Some(&BundleType::App), app).unwrap(), Path::new("/Applications"));
        assert_eq!(
            replaced(Some(&BundleType::AppImage), Path::new("/opt/Squelch.AppImage")).unwrap(),
            Path::new("/opt")
        );
    }

    #[test]
    fn a_folder_that_is_not_there_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        assert!(is_writable(folder.path()));
        assert!(!is_writable(&folder.path().join("missing")));
    }
}
