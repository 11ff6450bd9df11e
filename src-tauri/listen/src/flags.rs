//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use tracing_subscriber::filter::LevelFilter;

/// What `--help` says below the flags.
const AFTER: &str = "\
Keys, in a terminal (not on Windows): space pause · right or n skip · left or r replay · l live · m mute · h hold talkgroup ·
s hold system · a avoid for 30 minutes · up or + louder · down or - quieter · ? keys · q quit

The password is asked for in a terminal; otherwise it is the first line of standard input. On Windows it is always
that, from a pipe or a file: a console would show it.

Exit codes: 0 ended as wished · 1 fault · 2 wrong command line · 3 sign-in refused or login ended ·
4 no usable server · 5 no password, or the data folder is in use · 6 link lost (--once) · 7 output closed";

/// Listen to OpenScanner radio calls in a terminal.
#[derive(Debug, Clone, PartialEq, Parser)]
#[command(name = "squelch-listen", version, after_help = AFTER)]
pub(crate) struct Flags {
    /// The server to listen to
    #[arg(long, value_name = "URL", required_unless_present = "demo")]
    pub(crate) server: Option<String>,
    /// Sign in with this name; without it, listen without an account
    #[arg(long, value_name = "NAME", requires = "server")]
    pub(crate) user: Option<String>,
    /// Start the built-in demo server and listen to it
    #[arg(long, conflicts_with_all = ["server", "user", "pin", "stay_signed_in"])]
    pub(crate) demo: bool,
    /// Keep the login in the system keychain, for the next start
    #[arg(long, requires = "user")]
    pub(crate) stay_signed_in: bool,
    /// Trust the certificate with this SHA-256 fingerprint
    #[arg(long, value_name = "SHA256", value_parser = fingerprint)]
    pub(crate) pin: Option<String>,
    /// One JSON object a line instead of words
    #[arg(long)]
    pub(crate) json: bool,
    /// Loudness in decibels, -60 to 6
    #[arg(long, value_name = "DB", value_parser = volume, allow_negative_numbers = true)]
    pub(crate) volume: Option<f32>,
    /// Play nothing, only list the calls
    #[arg(long)]
    pub(crate) no_sound: bool,
    /// End after this many calls were heard (listed, with --no-sound or live off)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) calls: Option<u64>,
    /// End after this time: 90s, 30m or 8h
    #[arg(long = "for", value_name = "TIME", value_parser = span)]
    pub(crate) span: Option<Duration>,
    /// End when the link or the login is lost, instead of trying again
    #[arg(long)]
    pub(crate) once: bool,
    /// Where --stay-signed-in keeps what belongs to the login
    #[arg(long, value_name = "PATH")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Log to standard error: off, error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL", default_value = "off")]
    pub(crate) log: LevelFilter,
}

/// A SHA-256 as openssl and browsers write it, brought into the core's form.
fn fingerprint(text: &str) -> Result<String, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    if digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(digits.to_ascii_lowercase());
    }
    Err("a SHA-256 fingerprint has 64 hexadecimal digits".to_owned())
}

fn volume(text: &str) -> Result<f32, String> {
    let db = text.parse::<f32>().ok().filter(|db| (-60.0..=6.0).contains(db));
    db.ok_or_else(|| "a number of decibels from -60 to 6".to_owned())
}

fn span(text: &str) -> Result<Duration, String> {
    let (digits, unit) = text.split_at(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len());
    let seconds = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => 0,
    };
    let span = digits.parse::<u32>().ok().map(|number| Duration::from_secs(u64::from(number) * seconds));
    span.filter(|span| !span.is_zero()).ok_or_else(|| "a time like 90s, 30m or 8h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Flags, clap::Error> {
        Flags::try_parse_from(["squelch-listen"].iter().chain(line))
    }

    #[test]
    fn every_flag_is_understood() {
        let pin = "AB:".repeat(31) + "CD";
        let flags = read(&[
            "--server",
            "scanner.example.org",
            "--user",
            "dana",
            "--stay-signed-in",
            "--pin",
            &pin,
            "--json",
            "--volume",
            "-12.5",
            "--no-sound",
            "--calls",
            "3",
            "--for",
            "30m",
            "--once",
            "--data-dir",
            "some where",
            "--log",
            "debug",
        ]);
        let expected = Flags {
            server: Some("scanner.example.org".into()),
            user: Some("dana".into()),
            demo: false,
            stay_signed_in: true,
            pin: Some("ab".repeat(31) + "cd"),
            json: true,
            volume: Some(-12.5),
            no_sound: true,
            calls: Some(3),
            span: Some(Duration::from_secs(1_800)),
            once: true,
            data_dir: Some("some where".into()),
            log: LevelFilter::DEBUG,
        };
        assert_eq!(flags.unwrap(), expected);
        assert!(read(&["--demo"]).unwrap().demo);
    }

    #[test]
    fn wrong_lines_are_refused_with_the_documented_code() {
        let table: [&[&str]; 12] = [
            &[],
            &["--server"],
            &["--demo", "--server", "x"],
            &["--user", "dana"],
            &["--server", "x", "--stay-signed-in"],
            &["--server", "x", "--password", "secret"],
            &["--server", "x", "--pin", "abc"],
            &["--server", "x", "--volume", "7"],
            &["--server", "x", "--volume", "NaN"],
            &["--server", "x", "--calls", "0"],
            &["--server", "x", "--for", "0s"],
            &["--server", "x", "--for", "5 days"],
        ];
        for line in table {
            assert_eq!(read(line).unwrap_err().exit_code(), 2, "{line:?}");
        }
    }

    #[test]
    fn times_are_seconds_minutes_and_hours() {
        for (text, seconds) in [("90", 90), ("90s", 90), ("30m", 1_800), ("8h", 28_800)] {
            assert_eq!(span(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert!(span("m").is_err());
    }

    #[test]
    fn help_names_the_keys_and_every_exit_code() {
        let help = read(&["--help"]).unwrap_err();
        assert_eq!(help.exit_code(), 0);
        let help = help.to_string();
        for code in 0..8 {
            assert!(help.contains(&format!("{code} ")), "{code} is missing in:\n{help}");
        }
        for word in ["space pause", "--stay-signed-in", "first line of standard input"] {
            assert!(help.contains(word), "{word} is missing in:\n{help}");
        }
    }
}
