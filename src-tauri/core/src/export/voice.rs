//! A voice that says a line of text aloud: the one that the system has.
//!
//! Its program is started for each line, gets the text through its standard input or a file and never as an argument, and is
//! ended if it takes too long. Whether there is a voice is found out by having it say something.

use std::io::{self, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::SpokenLanguage;
use crate::sound::{Clip, measured_clip};
use crate::text::plain;

/// Nobody waits longer for a few words. A program that hangs is ended then.
const PATIENCE: Duration = Duration::from_secs(15);

/// A minute at the highest rate that such programs use; more than any line takes.
const MOST_BYTES: u64 = 8 << 20;

/// So much of a talkgroup's name is said, in characters; the whole line fits into a pipe.
const LONGEST_NAME: usize = 80;
const LONGEST_LINE: usize = 200;

/// A program of the system that speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Voice {
    speaker: Speaker,
    language: SpokenLanguage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speaker {
    /// Of Linux, by its program's name.
    #[cfg_attr(any(windows, target_os = "macos"), expect(dead_code, reason = "others have their own"))]
    Espeak(&'static str),
    #[cfg(target_os = "macos")]
    Say,
    #[cfg(windows)]
    Sapi,
}

#[cfg(not(any(windows, target_os = "macos")))]
const SPEAKERS: [Speaker; 2] = [Speaker::Espeak("espeak-ng"), Speaker::Espeak("espeak")];
#[cfg(target_os = "macos")]
const SPEAKERS: [Speaker; 1] = [Speaker::Say];
#[cfg(windows)]
const SPEAKERS: [Speaker; 1] = [Speaker::Sapi];

impl Voice {
    /// The first that can speak. Starts it, and so takes a moment.
    pub(super) fn find(language: SpokenLanguage) -> Option<Self> {
        let voices = SPEAKERS.into_iter().map(|speaker| Self { speaker, language });
        voices.into_iter().find(|voice| match voice.say("1", 16_000) {
            Ok(_) => true,
            Err(error) => {
                tracing::debug!(?voice, "no voice: {error}");
                false
            }
        })
    }

    /// Says a line, at this rate.
    pub(super) fn say(&self, text: &str, rate: u32) -> io::Result<Clip> {
        let sound = self.speak(&plain(text, LONGEST_LINE))?;
        measured_clip(&sound, Some("audio/wav"), rate).map_err(io::Error::other)
    }

    fn speak(&self, text: &str) -> io::Result<Vec<u8>> {
        match self.speaker {
            Speaker::Espeak(program) => {
                let language = match self.language {
                    SpokenLanguage::En => "en",
                    SpokenLanguage::De => "de",
                };
                let mut command = Command::new(program);
                command.args(["--stdin", "--stdout", "-v", language]);
                hear(command, text)
            }
            #[cfg(target_os = "macos")]
            Speaker::Say => say::speak(self.language, text),
            #[cfg(windows)]
            Speaker::Sapi => sapi::speak(self.language, text),
        }
    }
}

/// When and where a call was, as a voice is to say it.
pub(super) fn announcement(title: &str, hour: i8, minute: i8, language: SpokenLanguage) -> String {
    let title = plain(title, LONGEST_NAME);
    match language {
        SpokenLanguage::En => format!("{hour}:{minute:02}. {title}."),
        SpokenLanguage::De if minute == 0 => format!("{hour} Uhr. {title}."),
        SpokenLanguage::De => format!("{hour} Uhr {minute}. {title}."),
    }
}

/// Gives a program a text, and what it writes back.
fn hear(mut command: Command, text: &str) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else { return Err(io::ErrorKind::BrokenPipe.into()) };
    // So short a text fits into the pipe: nobody waits for one who does not read.
    let given = stdin.write_all(text.as_bytes()).and_then(|()| stdin.write_all(b"\n"));
    drop(stdin);
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut sound = Vec::new();
        let read = stdout.take(MOST_BYTES).read_to_end(&mut sound);
        // Who asked may have lost patience.
        let _ = tell.send(read.map(|_| sound));
    });
    let heard = told.recv_timeout(PATIENCE);
    let ended = end(&mut child, heard.is_err());
    let sound = heard.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    given?;
    if ended? { Ok(sound) } else { Err(io::Error::other("the voice's program failed")) }
}

/// Whether it ended well. One that closed its output and goes on is ended as well.
fn end(child: &mut Child, at_once: bool) -> io::Result<bool> {
    for _ in 0..if at_once { 0 } else { 100 } {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        thread::sleep(Duration::from_millis(10));
    }
    // It may have ended this moment.
    let _ = child.kill();
    child.wait().map(|status| status.success())
}

#[cfg(target_os = "macos")]
mod say {
    //! `say` writes no sound to its output, only to a file.

    use super::{Command, SpokenLanguage, hear, io};

    pub(super) fn speak(language: SpokenLanguage, text: &str) -> io::Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("line.wav");
        let mut command = Command::new("/usr/bin/say");
        command.args(["--data-format=LEI16@22050", "--file-format=WAVE", "-f", "-", "-o"]).arg(&file);
        if language == SpokenLanguage::De {
            command.args(["-v", "Anna"]);
        }
        hear(command, text)?;
        std::fs::read(file)
    }
}

#[cfg(windows)]
mod sapi {
    //! The speech of Windows, by the one program that every Windows has for asking for it. The text comes through its
    //! standard input, in ASCII, for what it takes that for depends on the system's language.

    use std::fmt::Write as _;
    use std::os::windows::process::CommandExt as _;

    use super::{Command, SpokenLanguage, hear, io};

    /// No black window flashes up.
    const NO_WINDOW: u32 = 0x0800_0000;

    const SCRIPT: &str = "$ErrorActionPreference = 'Stop'; Add-Type -AssemblyName System.Speech; \
        $text = [regex]::Unescape([Console]::In.ReadLine()); \
        $voice = New-Object System.Speech.Synthesis.SpeechSynthesizer; \
        $voice.SelectVoiceByHints('NotSet', 'NotSet', 0, [Globalization.CultureInfo]$env:SQUELCH_VOICE); \
        $voice.SetOutputToWaveFile($env:SQUELCH_LINE); $voice.Speak($text); $voice.Dispose()";

    pub(super) fn speak(language: SpokenLanguage, text: &str) -> io::Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("line.wav");
        let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
        let program = std::path::Path::new(&root).join(r"System32\WindowsPowerShell\v1.0\powershell.exe");
        let mut command = Command::new(program);
        command.args(["-NoProfile", "-NonInteractive", "-Command", SCRIPT]).creation_flags(NO_WINDOW);
        command.env("SQUELCH_LINE", &file).env(
            "SQUELCH_VOICE",
            match language {
                SpokenLanguage::En => "en-US",
                SpokenLanguage::De => "de-DE",
            },
        );
        let mut ascii = String::new();
        for unit in text.encode_utf16() {
            // Writing to a string does not fail.
            let _ = write!(ascii, "\\u{unit:04x}");
        }
        hear(command, &ascii)?;
        std::fs::read(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_is_told_when_and_where_a_call_was() {
        let (en, de) = (SpokenLanguage::En, SpokenLanguage::De);
        assert_eq!(announcement("Fire\nDispatch", 14, 5, en), "14:05. Fire Dispatch.");
        assert_eq!(announcement("Feuerwehr", 14, 5, de), "14 Uhr 5. Feuerwehr.");
        assert_eq!(announcement("Feuerwehr", 0, 0, de), "0 Uhr. Feuerwehr.");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_is_not_there_or_fails_or_says_nothing_is_no_voice() {
        assert_eq!(hear(Command::new("no-such-voice"), "x").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(hear(Command::new("false"), "x").is_err());
        let silent = Voice { speaker: Speaker::Espeak("true"), language: SpokenLanguage::En };
        assert!(silent.say("x", 16_000).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_systems_voice_speaks_both_languages_and_takes_a_text_for_nothing_but_a_text() {
        let Some(voice) = Voice::find(SpokenLanguage::En) else {
            eprintln!("no voice is installed");
            return;
        };
        let say = |voice: Voice, text: &str| voice.say(text, 16_000).unwrap();
        let loud = |clip: &Clip| clip.samples.iter().filter(|sample| sample.abs() > 0.05).count();
        let (short, long) = (say(voice, "Fire."), say(voice, "14:05. Fire Dispatch, North Harbor."));
        assert!(loud(&short) > 500 && long.samples.len() > 2 * short.samples.len(), "{}", long.samples.len());
        let german = Voice::find(SpokenLanguage::De).unwrap();
        assert_ne!(say(german, "14 Uhr 5.").samples, say(voice, "14 Uhr 5.").samples, "it sounds different");
        let folder = tempfile::tempdir().unwrap();
        let trap = folder.path().join("trap");
        say(voice, &format!("$(touch {0}); `touch {0}` -w {0}", trap.display()));
        say(voice, "--version");
        assert!(!trap.exists());
    }
}
