//! What travels, what does not, and files that are anything else.

use serde_json::{Value, json};

use super::*;
use crate::choices::{Ids, Spans};
use crate::model::{ServerId, SystemId};
use crate::settings::{SavedLogin, SavedServer};
use crate::sound::Mix;
use crate::view::{Display, GlobalKeys, Priority, QuietHours, ServerMark, Theme, WithoutTray};

const ORIGIN: &str = "https://scanner.example.org";

fn settings() -> Settings {
    let mut settings = Settings {
        pause_between_calls_ms: 250,
        loudness: false,
        theme: Theme::Lcd,
        display: Display { text_size: 120, compact: true, ..Display::default() },
        without_tray: Some(WithoutTray::Minimise),
        global_keys: GlobalKeys { skip: Some("Ctrl+Alt+KeyS".into()), ..GlobalKeys::default() },
        volume_db: -12.0,
        ..Settings::default()
    };
    settings.keys.insert("skip".into(), Some("X".into()));
    settings.keys.insert("mute".into(), None);
    settings.alerts.link_lost = true;
    settings.alerts.quiet = Some(QuietHours { from: 1_320, to: 420 });
    settings.servers.push(SavedServer {
        id: ServerId(3),
        address: ORIGIN.into(),
        pin: Some("3f9a0c5be1d2".into()),
        login: SavedLogin::Remembered { user: "dana".into() },
        own: SavedOwn::default(),
    });
    settings
}

fn document() -> Document {
    let ids = |ids: &[u64]| ids.iter().copied().map(TalkgroupId).collect::<Ids>();
    let preset = |id, name: &str| Preset {
        id,
        name: name.into(),
        off: [(ORIGIN.to_owned(), ids(&[4, 5, 9]))].into(),
        known: [(ORIGIN.to_owned(), Spans::from(&ids(&[1, 2, 3, 4, 5, 9])))].into(),
        system: Some((ORIGIN.into(), SystemId(7))),
        talkgroup: None,
        alerts: id == 1,
    };
    let mut hearing = Hearing::default();
    hearing.priorities.insert(TalkgroupId(4), Priority::High);
    hearing.systems.insert(SystemId(7), Mix { balance: -0.5, ..Mix::default() });
    let named = SavedOwn { name: Some("Home".into()), mark: Some(ServerMark::Teal), muted: true };
    Document {
        settings: taken(&settings()),
        servers: vec![
            ListedServer { address: ORIGIN.into(), own: named },
            ListedServer { address: "http://[::1]:3022".into(), own: SavedOwn::default() },
        ],
        presets: vec![preset(1, "Night"), preset(2, "Feuer & Rettung")],
        hearing: [(ORIGIN.to_owned(), hearing)].into(),
        alerted: [(ORIGIN.to_owned(), [TalkgroupId(4)].into())].into(),
    }
}

fn text() -> Value {
    serde_json::from_slice(&written(&document())).unwrap()
}

fn error(value: &Value) -> TransferError {
    read(value.to_string().as_bytes()).expect_err("it is refused")
}

fn message(error: &TransferError) -> String {
    crate::problem::Problem::from(error).message
}

#[test]
fn all_that_is_written_is_read_again() {
    let read = read(&written(&document())).unwrap();
    assert_eq!(read, Read { document: document(), unknown: Vec::new() });
}

#[test]
fn a_files_settings_hold_and_what_does_not_travel_stays_as_it_is_here() {
    let here = Settings { volume_db: -3.0, muted: true, theme: Theme::Light, ..Settings::default() };
    let now = with(&here, &document().settings).unwrap();
    let expected = Settings {
        volume_db: -3.0,
        muted: true,
        servers: Vec::new(),
        display: Display { text_size: 120, ..Display::default() },
        ..settings()
    };
    assert_eq!(now, expected);
    // The way back.
    assert_eq!(with(&now, &taken(&here)).unwrap(), here);
}

#[test]
fn every_setting_travels_or_is_known_to_stay() {
    let stays = [
        "archive",
        "recording",
        "version",
        "live",
        "volumeDb",
        "muted",
        "device",
        "deviceLost",
        "toldAboutTray",
        "servers",
        "nextServer",
    ];
    let whole = serde_json::to_value(Settings { skipped_update: Some("9".into()), ..settings() }).unwrap();
    for name in names(&whole) {
        let travels = TAKEN.iter().any(|place| place.split('/').nth(1) == Some(name));
        let stays = stays.contains(&name.as_str()) || name == "skippedUpdate" || name == "savedCalls";
        assert!(travels != stays, "{name} is new: does it travel?");
    }
    let compact = taken(&settings()).keys().any(|place| place.contains("compact") || place.contains("talkgroups"));
    assert!(!compact, "the strip and the numbers of servers are this computer's");
}

#[test]
fn nothing_of_a_login_nor_of_a_certificate_is_written() {
    let text = String::from_utf8(written(&document())).unwrap();
    assert!(text.contains(ORIGIN) && text.contains("Home"));
    for secret in ["dana", "3f9a0c5be1d2", "login", "pin", "remembered", "volume", "device"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    // An address that somebody wrote into the settings by hand, with a password in it.
    let mut odd = document();
    odd.servers[0].address = "https://dana:planted@scanner.example.org".into();
    assert!(!String::from_utf8(written(&odd)).unwrap().contains("planted"));
}

#[test]
fn an_editors_mark_at_the_beginning_does_no_harm() {
    let marked = [MARK_OF_EDITORS, written(&document()).as_slice()].concat();
    assert!(read(&marked).is_ok());
}

const MARK_OF_EDITORS: &[u8] = "\u{feff}".as_bytes();

#[test]
fn what_is_no_file_of_ours_says_so_each_in_its_own_words() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for broken in ["", "{", "Squelch", "\u{0}\u{1}\u{2}", "{\"format\":", &deep] {
        assert!(matches!(read(broken.as_bytes()), Err(TransferError::NotJson(_))), "{broken:.40}");
    }
    assert!(matches!(read(b"\xff\xfe{\0}\0"), Err(TransferError::NotJson(_))));
    let mut other = text();
    other["format"] = json!("something-else");
    let mut nameless = text();
    nameless.as_object_mut().unwrap().remove("format");
    let with_version = |version: Value| {
        let mut odd = text();
        odd["version"] = version;
        odd
    };
    let odd = [json!([]), json!(null), json!(7), json!({}), json!({ "version": 1, "theme": "dark" }), other, nameless];
    let odd = odd.into_iter().chain([json!("1"), json!(0), json!(-1), json!(1.5), json!(null)].map(with_version));
    for value in odd {
        assert!(matches!(error(&value), TransferError::NotOurs), "{value:.60}");
    }
    for newer in [json!(2), json!(u64::MAX)] {
        assert!(matches!(error(&with_version(newer)), TransferError::Newer(_)));
    }
    let said: std::collections::BTreeSet<String> = [
        TransferError::NotOurs,
        TransferError::Newer(2),
        TransferError::TooLarge,
        TransferError::WrongValue("settings.theme".into()),
        TransferError::TooManyPresets,
        TransferError::TooManyAlerts,
        read(b"{").unwrap_err(),
        TransferError::Unreadable(Arc::new(std::io::ErrorKind::NotFound.into())),
        TransferError::NotWritten(Arc::new(std::io::ErrorKind::StorageFull.into())),
    ]
    .iter()
    .map(message)
    .collect();
    assert_eq!(said.len(), 9);
}

#[test]
fn one_wrong_value_anywhere_refuses_the_whole_and_is_named() {
    let deep = "https://x:y@scanner.example.org";
    let long = "x".repeat(101);
    let table = [
        ("/settings", json!([]), "settings"),
        ("/settings/theme", json!("beige"), "settings.theme"),
        ("/settings/theme", json!(null), "settings.theme"),
        ("/settings/loudness", json!("yes"), "settings.loudness"),
        ("/settings/pauseBetweenCallsMs", json!(501), "settings.pauseBetweenCallsMs"),
        ("/settings/pauseBetweenCallsMs", json!(-1), "settings.pauseBetweenCallsMs"),
        ("/settings/followSeconds", json!(31), "settings.followSeconds"),
        ("/settings/display", json!("large"), "settings.display"),
        ("/settings/display/textSize", json!(161), "settings.display.textSize"),
        ("/settings/display/brightness", json!(29), "settings.display.brightness"),
        ("/settings/keys", json!({ "skip": 5 }), "settings.keys"),
        ("/settings/keys", json!({ "skip": "a b" }), "settings.keys"),
        ("/settings/globalKeys", json!({ "skip": long }), "settings.globalKeys"),
        ("/settings/alerts/quiet", json!({ "from": 60, "to": 60 }), "settings.alerts.quiet"),
        ("/settings/alerts/linkLost", json!(1), "settings.alerts.linkLost"),
        ("/servers", json!({}), "servers"),
        ("/servers/0", json!("https://scanner.example.org"), "servers[1]"),
        ("/servers/1/address", json!(deep), "servers[2]"),
        ("/servers/1/address", json!("ftp://scanner.example.org"), "servers[2]"),
        ("/servers/1/address", json!("https://scanner.example.org/path"), "servers[2]"),
        ("/servers/1/address", json!("scanner.example.org"), "servers[2]"),
        ("/servers/1/address", json!(ORIGIN), "servers[2]"),
        ("/servers/0/address", json!(null), "servers[1]"),
        ("/servers/0/mark", json!("beige"), "servers[1]"),
        ("/servers/0/name", json!("a\nb"), "servers[1]"),
        ("/servers/0/name", json!(""), "servers[1]"),
        ("/servers/0/name", json!("x".repeat(61)), "servers[1]"),
        ("/presets", json!(null), "presets"),
        ("/presets/1/name", json!(""), "presets[2]"),
        ("/presets/1/name", json!("Night"), "presets[2]"),
        ("/presets/1/name", json!("x".repeat(61)), "presets[2]"),
        ("/presets/0/off", json!({ ORIGIN: ["4"] }), "presets[1]"),
        ("/presets/0/off", json!({ "somewhere": [4] }), "presets[1]"),
        ("/presets/0/system", json!(["somewhere", 4]), "presets[1]"),
        ("/hearing", json!([]), "hearing"),
        ("/hearing", json!({ ORIGIN: { "priorities": { "4": "normal" } } }), "hearing[1]"),
        ("/hearing", json!({ "somewhere": {} }), "hearing[1]"),
        ("/alerted", json!({ ORIGIN: [1.5] }), "alerted"),
        ("/alerted", json!({ ORIGIN: (0..65).collect::<Vec<_>>() }), "alerted"),
    ];
    for (place, value, field) in table {
        let mut odd = text();
        *odd.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value.clone();
        let error = error(&odd);
        assert!(matches!(&error, TransferError::WrongValue(named) if named == field), "{place} {value}: {error:?}");
        assert!(message(&error).contains(field));
    }
    for (name, most) in [("servers", 100), ("presets", 50)] {
        let mut odd = text();
        odd[name] = (0..=most).map(|_| json!({})).collect();
        assert!(matches!(error(&odd), TransferError::WrongValue(named) if named == name));
    }
}

#[test]
fn what_is_not_known_is_left_out_and_named() {
    let mut odd = text();
    odd["plugins"] = json!([1]);
    odd["settings"]["volumeDb"] = json!(6);
    odd["settings"]["device"] = json!({ "kind": "named", "name": "x" });
    odd["settings"]["display"]["font"] = json!("Serif");
    odd["settings"]["globalKeys"]["explode"] = json!("F1");
    odd["settings"]["alerts"]["quiet"]["days"] = json!([1]);
    odd["servers"][0]["login"] = json!({ "kind": "remembered", "user": "eve" });
    odd["servers"][0]["pin"] = json!("00");
    odd["presets"][1]["color"] = json!("red");
    odd["hearing"][ORIGIN]["reverb"] = json!(1);
    odd["\u{202e}evil\n".repeat(50)] = json!(1);
    let read = read(odd.to_string().as_bytes()).unwrap();
    assert_eq!(read.document, document());
    let mut unknown = read.unknown;
    let long = unknown.iter().position(|name| name.starts_with("evil")).map(|at| unknown.remove(at)).unwrap();
    assert!(long.chars().count() <= 60 && !long.contains('\n'), "{long}");
    unknown.sort();
    let expected = [
        "hearing[1].reverb",
        "plugins",
        "presets[2].color",
        "servers[1].login",
        "servers[1].pin",
        "settings.alerts.quiet.days",
        "settings.device",
        "settings.display.font",
        "settings.globalKeys.explode",
        "settings.volumeDb",
    ];
    assert_eq!(unknown, expected);
}

#[test]
fn a_part_of_a_file_is_as_good_as_a_whole_one() {
    let part = json!({ "format": FORMAT, "version": VERSION, "settings": { "theme": "dark" } });
    let read = read(part.to_string().as_bytes()).unwrap();
    assert_eq!(read.document.settings.len(), 1);
    let now = with(&settings(), &read.document.settings).unwrap();
    assert_eq!(now, Settings { theme: Theme::Dark, ..settings() });
}

#[test]
fn a_summary_counts_what_is_there_and_names_a_few_of_the_rest() {
    let unknown: Vec<String> = (0..10).map(|n| format!("x{n}")).collect();
    let summary = document().summary(3, "squelch.json".into(), vec![ORIGIN.into()], &unknown);
    assert_eq!((summary.settings, summary.presets, summary.servers, summary.talkgroups), (24, 2, 2, 3));
    assert_eq!((summary.unknown.len(), summary.more_unknown), (8, 2));
}
