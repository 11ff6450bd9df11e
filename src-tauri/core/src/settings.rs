//! What the user chose: one JSON file, written whole, never half.
//!
//! Missing fields take defaults, unknown fields are kept, and a file that cannot be read is set aside under another name
//! rather than overwritten. Nothing secret is in here.

pub(crate) mod keys;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{ServerId, TalkgroupKey};
use crate::sound::{DeviceChoice, WhenLost};
use crate::store::{self, Layout};
use crate::view::{
    ArchiveChoices, CatchUpChoices, Display, GlobalKeys, Language, NewTalkgroups, QuietHours, RecordingChoices,
    ServerMark, Theme, Updates, WhileAway, WithoutTray, Yielding,
};

/// The file's name in the data folder, without its ending.
const NAME: &str = "settings";

/// Everything that is remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// The shape of this file; migrations count from here.
    pub version: u32,
    /// Calls are played as they come.
    pub live: bool,
    /// Loudness in decibels.
    pub volume_db: f32,
    /// Silenced.
    pub muted: bool,
    /// Silence between two calls, 0 to 500 ms.
    pub pause_between_calls_ms: u32,
    /// What is done for those who are behind live.
    pub catch_up: CatchUpChoices,
    /// Where to play.
    pub device: DeviceChoice,
    /// What to do when that goes away.
    pub device_lost: WhenLost,
    /// All calls are played equally loud.
    pub loudness: bool,
    /// Steady tones and bursts of data are played quieter.
    pub tame_tones: bool,
    /// What to do while another program uses the microphone.
    pub yielding: Yielding,
    /// For how long others wait for the next call of the talkgroup that spoke last, 0 to 30 s. It is off unless chosen:
    /// calls come when they are over, so that an answer comes late, and silence is not what most want.
    pub follow_seconds: u32,
    /// Look of the window.
    pub theme: Theme,
    /// Language of the window.
    pub language: Language,
    /// What else is chosen of its look.
    pub display: Display,
    /// Single-key shortcuts.
    pub shortcuts: bool,
    /// Keys of the window that are not the usual ones, by action; none takes the action's key away.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, Option<String>>,
    /// Keys that work while another program has the keyboard.
    pub global_keys: GlobalKeys,
    /// Told that closing the window keeps listening.
    pub told_about_tray: bool,
    /// What closing the window means without a tray, once chosen.
    pub without_tray: Option<WithoutTray>,
    /// What to do about newer versions of Squelch.
    pub updates: Updates,
    /// The newer version the user does not want to hear of again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped_update: Option<String>,
    /// What becomes of talkgroups that a server adds.
    pub new_talkgroups: NewTalkgroups,
    /// What becomes of calls that were missed.
    pub while_away: WhileAway,
    /// The folder for saved calls, where it is not the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_calls: Option<String>,
    /// What is kept of calls on this computer.
    pub archive: ArchiveChoices,
    /// How what sounds is recorded.
    pub recording: RecordingChoices,
    /// The talkgroups whose calls are kept there for ever.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub kept_talkgroups: BTreeSet<TalkgroupKey>,
    /// What to be told of outside of the window.
    pub alerts: SavedAlerts,
    /// Servers in the user's order.
    pub servers: Vec<SavedServer>,
    /// The id of the next server to be added; ids are never used again.
    pub next_server: u32,
    /// Fields of a newer version, kept as they are.
    #[serde(flatten)]
    pub unknown: serde_json::Map<String, serde_json::Value>,
}

/// What to be told of outside of the window.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SavedAlerts {
    /// Talkgroups whose calls are told of.
    pub talkgroups: BTreeSet<TalkgroupKey>,
    /// A link that is lost for more than a minute.
    pub link_lost: bool,
    /// A login that has ended.
    pub signed_out: bool,
    /// A newer Squelch.
    pub updates: bool,
    /// When to keep silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
}

/// One server that is there again at the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedServer {
    /// Its name here.
    pub id: ServerId,
    /// Its origin.
    pub address: String,
    /// The certificate agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// Who to be.
    #[serde(default)]
    pub login: SavedLogin,
    /// What the user made of it.
    #[serde(default, skip_serializing_if = "SavedOwn::is_usual")]
    pub own: SavedOwn,
}

/// What the user made of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SavedOwn {
    /// What to call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<ServerMark>,
    /// Its calls are not played.
    pub muted: bool,
}

impl SavedOwn {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Who to be at a saved server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum SavedLogin {
    /// Ask, offering this name.
    Ask {
        /// The name used last.
        user: Option<String>,
    },
    /// Nobody.
    Anonymous,
    /// The login whose renewal credential is in the keychain.
    Remembered {
        /// Whose.
        user: String,
    },
    /// Never signed in.
    #[default]
    New,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: 1,
            live: true,
            volume_db: 0.0,
            muted: false,
            pause_between_calls_ms: 0,
            catch_up: CatchUpChoices::default(),
            device: DeviceChoice::Default,
            device_lost: WhenLost::default(),
            loudness: true,
            tame_tones: true,
            yielding: Yielding::default(),
            follow_seconds: 0,
            theme: Theme::System,
            language: Language::System,
            display: Display::default(),
            shortcuts: true,
            keys: BTreeMap::new(),
            global_keys: GlobalKeys::default(),
            told_about_tray: false,
            without_tray: None,
            updates: Updates::default(),
            skipped_update: None,
            new_talkgroups: NewTalkgroups::default(),
            while_away: WhileAway::default(),
            saved_calls: None,
            archive: ArchiveChoices::default(),
            recording: RecordingChoices::default(),
            kept_talkgroups: BTreeSet::new(),
            alerts: SavedAlerts::default(),
            servers: Vec::new(),
            next_server: 1,
            unknown: serde_json::Map::new(),
        }
    }
}

/// What went wrong with the file.
pub use crate::store::StoreError as SettingsError;

/// Reads the settings and leaves the file alone, whatever is in it; for those who only want to know. None where there is
/// no file yet.
pub fn peek(data: &Path) -> Result<Option<Settings>, Arc<dyn Error + Send + Sync>> {
    Ok(store::peek::<Settings>(data, NAME)?.map(Settings::sane))
}

/// Reads the settings; whatever happens there are some, with the reason if they are not the user's. After
/// [`SettingsError::Unreadable`] they are for this run only.
pub fn load(data: &Path) -> (Settings, Option<SettingsError>) {
    match peek(data) {
        Ok(settings) => (settings.unwrap_or_default(), None),
        Err(source) => (Settings::default(), Some(store::set_aside(data, NAME, source))),
    }
}

/// Writes the settings: to a temporary file first, then in place of the old one.
pub fn save(data: &Path, settings: &Settings) -> Result<(), SettingsError> {
    store::save(data, NAME, Layout::Lines, settings)
}

impl Settings {
    /// Brings what somebody edited by hand back into its limits.
    pub(crate) fn sane(mut self) -> Self {
        self.volume_db = clamp_volume(self.volume_db);
        self.pause_between_calls_ms = self.pause_between_calls_ms.min(LONGEST_PAUSE_MS);
        self.follow_seconds = self.follow_seconds.min(LONGEST_FOLLOW_SECONDS);
        let ids: BTreeSet<u32> = self.servers.iter().map(|server| server.id.0).collect();
        let highest = ids.last().copied().unwrap_or(0);
        self.next_server = self.next_server.max(highest.saturating_add(1));
        if self.next_server > HIGHEST_ID || ids.len() < self.servers.len() {
            self.next_server = 1;
            // Whose talkgroups they were cannot be told any more.
            self.alerts.talkgroups.clear();
            self.kept_talkgroups.clear();
            for (server, id) in self.servers.iter_mut().zip(1..) {
                server.id = ServerId(id);
                self.next_server = id + 1;
            }
        }
        self.alerts = self.alerts.sane(&ids);
        self.display = self.display.sane();
        self.archive = self.archive.sane();
        self.catch_up = self.catch_up.sane();
        self.recording = self.recording.sane();
        self.kept_talkgroups = self.kept_talkgroups.into_iter().take(MOST_KEPT).collect();
        self.keys = keys::kept(self.keys);
        self.skipped_update = self.skipped_update.filter(|version| is_short(version));
        self
    }
}

impl SavedAlerts {
    /// Without what no clock shows, and without the talkgroups of servers that are not there or beyond what is offered.
    fn sane(mut self, servers: &BTreeSet<u32>) -> Self {
        self.quiet = self.quiet.filter(|hours| hours.make_sense());
        let known = self.talkgroups.into_iter().filter(|key| servers.contains(&key.server.0));
        self.talkgroups = known.take(MOST_ALERTED).collect();
        self
    }
}

/// Whoever wants to be told of more talkgroups one by one is told of nothing any more. Their names fit into one update.
pub(crate) const MOST_ALERTED: usize = 64;

/// So many talkgroups' calls are kept for ever at most: they fit into one update.
pub(crate) const MOST_KEPT: usize = 200;

/// Nobody adds so many servers; a higher one was written by hand, and counting on from it would overflow some day.
const HIGHEST_ID: u32 = 1 << 30;

/// More than half a second between calls would make the queue grow on a busy system.
pub(crate) const LONGEST_PAUSE_MS: u32 = 500;

/// Who waits longer than that for an answer holds the talkgroup instead.
pub(crate) const LONGEST_FOLLOW_SECONDS: u32 = 30;

/// Longer than any version or key that a person would write. They come from outside, and the settings are read at every
/// start.
const LONGEST_WORD: usize = 100;

pub(crate) fn is_short(word: &str) -> bool {
    word.len() <= LONGEST_WORD
}

/// No system gives a sound device a longer name, in bytes; what knows it by may be a path.
const LONGEST_DEVICE: usize = 1_000;

/// Whether a device can be remembered.
pub(crate) fn is_device(choice: &DeviceChoice) -> bool {
    match choice {
        DeviceChoice::Default => true,
        DeviceChoice::Named { id, name } => id.len() <= LONGEST_DEVICE && (1..=LONGEST_DEVICE).contains(&name.len()),
    }
}

/// −60 dB is inaudible beside speech; more than +6 dB would mostly clip. Nonsense becomes 0 dB.
pub(crate) fn clamp_volume(db: f32) -> f32 {
    if db.is_finite() { db.clamp(-60.0, 6.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "settings.json";

    #[test]
    fn settings_come_back_as_they_were_saved() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings { volume_db: -12.5, live: false, next_server: 4, ..Settings::default() };
        settings.servers.push(SavedServer {
            id: ServerId(3),
            address: "https://scanner.example.org".into(),
            pin: None,
            login: SavedLogin::Remembered { user: "dana".into() },
            own: SavedOwn { name: Some("Home".into()), mark: Some(ServerMark::Teal), muted: true },
        });
        save(folder.path(), &settings).unwrap();
        let (back, problem) = load(folder.path());
        assert!(problem.is_none());
        assert_eq!(back, settings);
    }

    #[test]
    fn a_missing_file_means_defaults_without_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        let (settings, problem) = load(folder.path());
        assert_eq!(settings, Settings::default());
        assert!(problem.is_none());
    }

    #[test]
    fn a_garbled_file_is_set_aside_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), b"\xff{not json").unwrap();
        let (settings, problem) = load(folder.path());
        assert_eq!(settings, Settings::default());
        assert!(
            matches!(problem, Some(SettingsError::SetAside { aside, .. }) if aside == "settings-unreadable-1.json")
        );
        assert_eq!(std::fs::read(folder.path().join("settings-unreadable-1.json")).unwrap(), b"\xff{not json");
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn a_file_that_cannot_even_be_read_is_set_aside_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        // Whatever stands in its place is not ours to replace.
        std::fs::create_dir(folder.path().join(FILE)).unwrap();
        let (settings, problem) = load(folder.path());
        assert_eq!(settings, Settings::default());
        assert!(matches!(problem, Some(SettingsError::SetAside { .. })), "{problem:?}");
        assert!(folder.path().join("settings-unreadable-1.json").is_dir());
        save(folder.path(), &settings).unwrap();
    }

    #[test]
    fn who_only_looks_leaves_a_garbled_file_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        assert!(peek(folder.path()).unwrap().is_none());
        std::fs::write(folder.path().join(FILE), b"\xff{not json").unwrap();
        assert!(peek(folder.path()).is_err());
        assert_eq!(std::fs::read(folder.path().join(FILE)).unwrap(), b"\xff{not json");
    }

    #[test]
    fn ids_that_somebody_edited_to_the_end_of_their_range_begin_again() {
        let folder = tempfile::tempdir().unwrap();
        let text = br#"{"servers":[{"id":4294967295,"address":"https://a.example.org"},{"id":7,"address":"https://b.example.org"}],"nextServer":4294967295}"#;
        std::fs::write(folder.path().join(FILE), text).unwrap();
        let (settings, problem) = load(folder.path());
        assert!(problem.is_none());
        assert_eq!(settings.servers.iter().map(|server| server.id.0).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(settings.next_server, 3);
    }

    #[test]
    fn the_next_id_that_somebody_edited_to_the_end_of_its_range_begins_again_without_any_server() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), br#"{"servers":[],"nextServer":4294967295}"#).unwrap();
        let (settings, problem) = load(folder.path());
        assert!(problem.is_none());
        assert_eq!(settings.next_server, 1);
    }

    #[test]
    fn settings_from_before_there_were_updates_ask_before_they_install_one() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), br#"{"version":1,"live":false,"toldAboutTray":true}"#).unwrap();
        let (settings, problem) = load(folder.path());
        assert!(problem.is_none());
        assert_eq!((settings.updates, settings.skipped_update), (Updates::Notify, None));
    }

    #[test]
    fn a_look_that_somebody_edited_by_hand_is_brought_back_into_its_limits() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), br#"{"display":{"textSize":4000,"brightness":0}}"#).unwrap();
        let (settings, problem) = load(folder.path());
        assert!(problem.is_none());
        assert_eq!(settings.display, Display { text_size: 160, brightness: 30, ..Display::default() });
        std::fs::write(folder.path().join(FILE), br#"{"version":1,"theme":"lcd"}"#).unwrap();
        assert_eq!(load(folder.path()).0.display, Display::default());
    }

    #[test]
    fn settings_from_before_there_were_notifications_tell_of_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), br#"{"version":1,"live":false,"toldAboutTray":true}"#).unwrap();
        let (settings, problem) = load(folder.path());
        assert!(problem.is_none());
        assert_eq!(settings.alerts, SavedAlerts::default());
        assert!(!settings.alerts.link_lost && !settings.alerts.signed_out && !settings.alerts.updates);
    }

    #[test]
    fn what_nobody_can_have_chosen_to_be_told_of_is_dropped_and_the_rest_kept() {
        let folder = tempfile::tempdir().unwrap();
        let server = r#""servers":[{"id":1,"address":"https://a.example.org"}]"#;
        let talkgroups: Vec<_> = (0..1_000).map(|n| format!(r#"{{"server":{},"talkgroup":{n}}}"#, n % 2)).collect();
        let alerts = format!(
            r#""alerts":{{"linkLost":true,"talkgroups":[{}],"quiet":{{"from":9000,"to":60}},"moods":3}}"#,
            talkgroups.join(",")
        );
        std::fs::write(folder.path().join(FILE), format!("{{{server},{alerts}}}")).unwrap();
        let (settings, problem) = load(folder.path());
        assert!(problem.is_none());
        assert!(settings.alerts.link_lost);
        assert_eq!(settings.alerts.quiet, None);
        assert_eq!(settings.alerts.talkgroups.len(), MOST_ALERTED);
        assert!(settings.alerts.talkgroups.iter().all(|key| key.server == ServerId(1)));
    }

    #[test]
    fn talkgroups_are_not_told_of_once_their_servers_have_been_numbered_anew() {
        let folder = tempfile::tempdir().unwrap();
        let servers = r#"[{"id":7,"address":"https://a.example.org"},{"id":7,"address":"https://b.example.org"}]"#;
        let alerts = r#"{"talkgroups":[{"server":7,"talkgroup":1},{"server":1,"talkgroup":2}]}"#;
        std::fs::write(folder.path().join(FILE), format!(r#"{{"servers":{servers},"alerts":{alerts}}}"#)).unwrap();
        let (settings, problem) = load(folder.path());
        assert!(problem.is_none());
        assert!(settings.alerts.talkgroups.is_empty());
    }

    #[test]
    fn settings_from_before_there_was_following_follow_nobody_and_nobody_for_longer_than_can_be_chosen() {
        let folder = tempfile::tempdir().unwrap();
        for (text, seconds) in
            [(r#"{"version":1}"#, 0), (r#"{"followSeconds":5}"#, 5), (r#"{"followSeconds":900}"#, 30)]
        {
            std::fs::write(folder.path().join(FILE), text).unwrap();
            assert_eq!(load(folder.path()).0.follow_seconds, seconds, "{text}");
        }
    }

    #[test]
    fn fields_of_a_newer_version_survive_a_save() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), br#"{"version":1,"volumeDb":99,"futureThing":{"a":1}}"#).unwrap();
        let (settings, _) = load(folder.path());
        assert_eq!(settings.volume_db, 6.0);
        save(folder.path(), &settings).unwrap();
        assert!(std::fs::read_to_string(folder.path().join(FILE)).unwrap().contains("futureThing"));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a-file");
        std::fs::write(&file, b"").unwrap();
        assert!(matches!(save(&file.join("below"), &Settings::default()), Err(SettingsError::NotSaved(_))));
    }
}
