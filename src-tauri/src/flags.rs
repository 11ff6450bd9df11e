//! The command line: a table of flags, read so that what we do not know never keeps Squelch from starting.

use std::path::PathBuf;

use clap::{CommandFactory, Parser};
use squelch_core::invitation;
use tracing::level_filters::LevelFilter;

use crate::deed::Deed;

/// Listen to OpenScanner radio calls, live.
#[derive(Debug, Clone, Default, PartialEq, Parser)]
#[command(name = "squelch", version, disable_help_subcommand = true)]
pub struct Flags {
    /// Start the built-in demo server and listen to it
    #[arg(long)]
    pub demo: bool,
    /// Use the server at this address, and remember it
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Start in the tray, without a window
    #[arg(long)]
    pub hidden: bool,
    /// Have the Squelch that runs do this, and end: for keys and scripts
    #[arg(long = "do", value_name = "WHAT")]
    pub deed: Option<Deed>,
    /// Keep settings and logs in this folder
    #[arg(long, value_name = "PATH")]
    pub data_dir: Option<PathBuf>,
    /// Draw without graphics acceleration, for windows that stay blank (Linux)
    #[arg(long)]
    pub safe_graphics: bool,
    /// Print what a bug report needs (versions, devices, services, servers) and end
    #[arg(long)]
    pub diagnostics: bool,
    /// How much to log: off, error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL")]
    pub log: Option<LevelFilter>,
}

/// A command line, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What was understood.
    pub flags: Flags,
    /// A `squelch://` link to follow.
    pub link: Option<String>,
    /// What was not: desktop launchers add words of their own, so these are worth a warning and no more.
    pub unknown: Vec<String>,
}

impl Flags {
    /// Reads a command line, the program's name first.
    ///
    /// Fails on `--help` and `--version` (their text is the "error") and on a known flag without its value or with one
    /// it does not take.
    pub fn read(line: impl IntoIterator<Item = String>) -> Result<Line, clap::Error> {
        let (known, mut unknown) = sort(line);
        let link = unknown.iter().position(|word| invitation::is_link(word)).map(|at| unknown.remove(at));
        Ok(Line { flags: Self::try_parse_from(known)?, link, unknown })
    }
}

/// Parts the words we know, each with its value, from those we do not.
fn sort(line: impl IntoIterator<Item = String>) -> (Vec<String>, Vec<String>) {
    let table = {
        let mut command = Flags::command();
        command.build();
        command
    };
    let mut words = line.into_iter();
    let mut known: Vec<String> = words.next().into_iter().collect();
    let mut unknown = Vec::new();
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        let (name, has_value) = word.split_once('=').map_or((word.as_str(), false), |(name, _)| (name, true));
        let Some(arg) = table.get_arguments().find(|arg| is_called(arg, name)) else {
            unknown.push(word);
            continue;
        };
        known.push(word.clone());
        let takes_value = arg.get_action().takes_values();
        // A flag is never the value of another one: `--server --hidden` lacks its address.
        if takes_value && !has_value {
            known.extend(words.next_if(|next| !next.starts_with("--")));
        }
    }
    (known, unknown)
}

fn is_called(arg: &clap::Arg, name: &str) -> bool {
    let long = arg.get_long().is_some_and(|long| name.strip_prefix("--") == Some(long));
    let short =
        arg.get_short().is_some_and(|short| name.strip_prefix('-').is_some_and(|rest| rest == short.to_string()));
    long || short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Line, clap::Error> {
        Flags::read(["squelch"].iter().chain(line).map(|word| (*word).to_owned()))
    }

    #[test]
    fn every_flag_is_understood() {
        let nothing = Flags::default();
        let table: [(&[&str], Flags); 12] = [
            (&[], nothing.clone()),
            (&["--demo"], Flags { demo: true, ..nothing.clone() }),
            (
                &["--server", "scanner.example.org"],
                Flags { server: Some("scanner.example.org".into()), ..nothing.clone() },
            ),
            (&["--server=http://[::1]:3022"], Flags { server: Some("http://[::1]:3022".into()), ..nothing.clone() }),
            (&["--do", "skip"], Flags { deed: Some(Deed::Skip), ..nothing.clone() }),
            (&["--do=mute"], Flags { deed: Some(Deed::Mute), ..nothing.clone() }),
            (&["--hidden"], Flags { hidden: true, ..nothing.clone() }),
            (&["--data-dir", "some where"], Flags { data_dir: Some("some where".into()), ..nothing.clone() }),
            (&["--safe-graphics"], Flags { safe_graphics: true, ..nothing.clone() }),
            (&["--diagnostics"], Flags { diagnostics: true, ..nothing.clone() }),
            (&["--log", "debug"], Flags { log: Some(LevelFilter::DEBUG), ..nothing.clone() }),
            (&["--log=off", "--demo"], Flags { log: Some(LevelFilter::OFF), demo: true, ..nothing.clone() }),
        ];
        for (line, flags) in table {
            assert_eq!(read(line).unwrap(), Line { flags, link: None, unknown: vec![] }, "{line:?}");
        }
    }

    #[test]
    fn words_that_are_not_known_are_set_aside_and_the_rest_is_understood() {
        let table: [(&[&str], &[&str]); 5] = [
            (&["--gapplication-service", "--demo"], &["--gapplication-service"]),
            (&["-psn_0_12345", "--demo"], &["-psn_0_12345"]),
            (&["--demo", "--colour=red", "file.txt"], &["--colour=red", "file.txt"]),
            (&["--", "--demo"], &["--"]),
            (&["--demos", "--demo"], &["--demos"]),
        ];
        for (line, unknown) in table {
            let read = read(line).unwrap();
            assert!(read.flags.demo, "{line:?}");
            assert_eq!(read.unknown, unknown, "{line:?}");
        }
    }

    #[test]
    fn a_link_is_found_wherever_it_stands_and_is_no_flag_whatever_is_in_it() {
        for link in ["squelch://server/scanner.example.org", "SQUELCH:--demo", "squelch://server/a --hidden"] {
            let read = read(&["--hidden", link, "other"]).unwrap();
            assert_eq!(read.link.as_deref(), Some(link));
            assert!(read.flags.hidden && !read.flags.demo);
            assert_eq!(read.unknown, ["other"]);
        }
        assert_eq!(read(&["https://scanner.example.org"]).unwrap().link, None);
    }

    #[test]
    fn a_flag_without_its_value_is_an_error_and_does_not_swallow_the_next_flag() {
        assert!(read(&["--server", "--hidden"]).is_err());
        assert!(read(&["--log", "loud"]).is_err());
        assert!(read(&["--do", "dance"]).is_err());
        assert!(read(&["--do"]).is_err());
        assert!(read(&["--data-dir"]).is_err());
    }

    #[test]
    fn help_names_every_flag_and_version_the_version() {
        let help = read(&["--help"]).unwrap_err();
        assert_eq!(help.exit_code(), 0);
        let flags = [
            "--demo",
            "--server",
            "--hidden",
            "--do",
            "--data-dir",
            "--safe-graphics",
            "--diagnostics",
            "--log",
            "--version",
            "--help",
        ];
        for flag in flags {
            assert!(help.to_string().contains(flag), "{flag} is missing in:\n{help}");
        }
        for word in ["--version", "-V"] {
            let version = read(&[word]).unwrap_err();
            assert_eq!(
                (version.exit_code(), version.to_string()),
                (0, format!("squelch {}\n", env!("CARGO_PKG_VERSION")))
            );
        }
    }
}
