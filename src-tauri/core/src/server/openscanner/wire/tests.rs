use std::path::{Path, PathBuf};
use std::time::Duration;

use super::rest::Setup;
use super::*;
use crate::clock::WallTime;
use crate::model::Keypad;
use crate::model::{Color, Labels, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber, UnitNumber};
use crate::secret::Secret;

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/openscanner").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn captured_frames() -> Vec<String> {
    let mut frames = Vec::new();
    for file in fixtures("ws") {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            if line["dir"] == "in" {
                frames.push(line["text"].as_str().unwrap().to_owned());
            }
        }
    }
    assert!(frames.len() > 20);
    frames
}

fn read(text: &str) -> Frame {
    frame(text.as_bytes()).unwrap()
}

fn call(text: &str) -> Call {
    match read(text) {
        Frame::Call(call) => call,
        other => panic!("{other:?}"),
    }
}

const LIVE: &str = r#"{"call":{"id":9041,"audioName":"1234.mp3","audioType":"audio/mpeg","dateTime":1795414142,
 "systemId":100,"system":1,"talkgroupId":5001,"talkgroup":12,"frequency":851012500,"duration":6,"source":7001,
 "errorCount":3,"talkerAlias":"ENGINE 51",
 "sources":"[{\"pos\":2.5,\"src\":7002},{\"pos\":0,\"src\":7001,\"tag\":\"E51\"}]"},"type":"call.new"}"#;

#[test]
fn every_captured_frame_is_understood() {
    for text in captured_frames() {
        let found = frame(text.as_bytes());
        assert!(found.is_ok(), "{text}: {found:?}");
        let echo = text.contains("feedMap") || text.contains("LFM");
        assert_eq!(matches!(found, Ok(Frame::Ignored)), echo, "{text}");
    }
}

#[test]
fn both_generations_say_the_same_thing() {
    let payload = &LIVE[LIVE.find(":{").unwrap() + 1..LIVE.rfind(",\"type\"").unwrap()];
    assert_eq!(read(&format!("[\"CAL\",{payload}]")), read(LIVE));
    assert_eq!(read(r#"["LSC",3]"#), read(r#"{"count":3,"type":"listener.count"}"#));
    assert_eq!(read(r#"["XPR"]"#), Frame::Expired);
    assert_eq!(read(r#"{"type":"session.expired"}"#), Frame::Expired);
    assert_eq!(read(r#"["MAX"]"#), Frame::Rejected);
    assert_eq!(read(r#"{"reason":"max_clients","type":"connection.rejected"}"#), Frame::Rejected);
    let transcript = r#"{"callId":9,"text":"Engine 51","segments":[{"start":0,"end":1.5,"text":" Engine 51"}]"#;
    assert_eq!(
        read(&format!("[\"TRN\",{transcript}}}]")),
        read(&format!("{transcript},\"type\":\"call.transcript\"}}"))
    );
    let welcome = r#"{"version":"1.3.3","branding":"B \u003c","email":"""#;
    assert_eq!(read(&format!("[\"VER\",{welcome}}}]")), read(&format!("{welcome},\"type\":\"connection.welcome\"}}")));
}

#[test]
fn a_call_is_read_whole() {
    let call = call(LIVE);
    assert_eq!(call.id, CallId(9041));
    assert_eq!((call.system, call.talkgroup), (Some(SystemId(1)), Some(TalkgroupId(12))));
    assert_eq!((call.system_number, call.talkgroup_number), (SystemNumber(100), TalkgroupNumber(5001)));
    assert_eq!(call.start, WallTime(1_795_414_142_000));
    assert_eq!(call.duration, Some(Duration::from_secs(6)));
    assert_eq!((call.unit, call.errors), (Some(UnitNumber(7001)), Some(3)));
    assert_eq!(call.alias.as_deref(), Some("ENGINE 51"));
    let units: Vec<_> = call.units.iter().map(|u| (u.at, u.unit, u.tag.as_deref())).collect();
    assert_eq!(
        units,
        [(Duration::ZERO, UnitNumber(7001), Some("E51")), (Duration::from_millis(2500), UnitNumber(7002), None)]
    );
}

#[test]
fn numbers_as_text_missing_fields_and_odd_values_are_settled() {
    let odd = call(
        r#"["CAL",{"id":"77","systemId":100.0,"system":null,"talkgroupId":"5001","talkgroup":-3,"dateTime":1795414142000,
           "duration":6200,"frequency":0,"source":{},"sources":"not json","errorCount":true,"site":17,"talkerAlias":"  "}]"#,
    );
    assert_eq!((odd.id, odd.system, odd.talkgroup), (CallId(77), None, None));
    assert_eq!((odd.system_number, odd.talkgroup_number), (SystemNumber(100), TalkgroupNumber(5001)));
    assert_eq!(odd.start, WallTime(1_795_414_142_000));
    assert_eq!(odd.duration, Some(Duration::from_millis(6200)));
    assert_eq!((odd.frequency, odd.unit, odd.errors, odd.alias), (None, None, None, None));
    assert_eq!(odd.site.as_deref(), Some("17"));
    assert!(odd.units.is_empty());
    assert_eq!(call(r#"{"type":"call.new","call":{"id":1}}"#).start, WallTime(0));
}

#[test]
fn sources_nobody_checked_give_what_makes_sense() {
    let with = |sources: &str| {
        let text = serde_json::json!({"type": "call.new", "call": {"id": 1, "sources": sources}});
        call(&text.to_string()).units.iter().map(|unit| unit.unit.0).collect::<Vec<_>>()
    };
    assert_eq!(with(r#"[{"pos":1,"src":2},{"pos":"0.5","src":"1"},{"src":3},{"pos":2},null,7,[],"x"]"#), [1, 2]);
    assert_eq!(with(r#"{"pos":1,"src":2}"#), Vec::<u64>::new());
    assert_eq!(with(r#"[{"pos":1e300,"src":2},{"pos":-1,"src":9}]"#), [9]);
    assert_eq!(with("[{\"pos\":0,"), Vec::<u64>::new());
}

#[test]
fn a_transcript_may_have_no_segments_or_nonsense_in_them() {
    let with = |segments: &str| match read(&format!(
        r#"{{"callId":5,"text":"a\nb","segments":{segments},"type":"call.transcript"}}"#
    )) {
        Frame::Transcript { call: CallId(5), transcript } => transcript,
        other => panic!("{other:?}"),
    };
    for none in ["null", "[]", "{}", "\"x\"", "[1,null]", "[{\"text\":\"no times\"}]"] {
        assert_eq!(with(none), Transcript { text: "a\nb".into(), segments: vec![] });
    }
    let both = with(r#"[{"start":1.5,"end":0,"text":"b "},{"start":0,"end":1.5,"text":" a","speaker":"SPEAKER_00"}]"#);
    assert_eq!(both.segments[0].text, "a");
    assert_eq!(both.segments[0].speaker.as_deref(), Some("SPEAKER_00"));
    assert_eq!(
        (both.segments[1].start, both.segments[1].end),
        (Duration::from_millis(1500), Duration::from_millis(1500))
    );
}

#[test]
fn a_frame_that_lacks_its_essence_is_an_error_and_an_unknown_one_is_ignored() {
    let broken = [
        "",
        "x",
        "{",
        "[",
        "[]",
        "7",
        "\"text\"",
        r#"{"type":"call.new"}"#,
        r#"{"type":"call.new","call":7}"#,
        r#"["CAL"]"#,
        r#"["CAL",{"id":0}]"#,
        r#"{"type":"scanner.config","config":[]}"#,
        r#"["LSC","many"]"#,
        r#"{"type":"call.transcript","text":"x"}"#,
    ];
    for text in broken {
        assert!(frame(text.as_bytes()).is_err(), "{text}");
    }
    for text in ["{}", r#"{"type":7}"#, r#"{"type":"new.thing","call":{"id":1}}"#, r#"["NEW",{"a":[1]},2]"#, "[[],1]"] {
        assert_eq!(read(text), Frame::Ignored, "{text}");
    }
}

#[test]
fn a_keypad_that_nobody_knows_is_silent() {
    let keypad = |value: &str| {
        let text = format!(r#"{{"config":{{"keypadBeeps":{value}}},"type":"scanner.config"}}"#);
        let Frame::Config(config) = read(&text) else { panic!() };
        config.keypad
    };
    assert_eq!([keypad("\"uniden\""), keypad("\"whistler\"")], [Some(Keypad::Uniden), Some(Keypad::Whistler)]);
    for silent in ["\"disabled\"", "\"\"", "\"other\"", "null", "7", "[]", "{}"] {
        assert_eq!(keypad(silent), None, "{silent}");
    }
}

#[test]
fn a_configuration_becomes_a_directory() {
    let text = r#"{"config":{"time12hFormat":true,"systems":[
        {"id":1,"systemId":100,"label":"Metro","ledColor":"blue","talkgroups":[
            {"id":12,"talkgroupId":5001,"label":"FD Disp","name":"Fire Dispatch","group":"Fire","tag":"Fire","ledColor":"red"},
            {"id":13,"talkgroupId":5002,"label":"<b>"},{"talkgroupId":9},null]},
        {"id":2,"systemId":200,"talkgroups":null},{"label":"no id","talkgroups":[{"id":99}]}]},"type":"scanner.config"}"#;
    let Frame::Config(config) = read(text) else { panic!() };
    assert!(config.time_12h && !config.show_listeners && config.keypad.is_none());
    assert_eq!(config.directory.len(), 2);
    let live = call(LIVE);
    assert_eq!(
        config.directory.labels(&live),
        Labels {
            system: Some("Metro".into()),
            label: Some("FD Disp".into()),
            name: Some("Fire Dispatch".into()),
            group: Some("Fire".into()),
            tag: Some("Fire".into()),
            color: Some(Color([255, 0, 0])),
        }
    );
    assert_eq!(config.directory.talkgroup(TalkgroupId(13)).unwrap().label.as_deref(), Some("<b>"));
    assert_eq!(config.directory.system(SystemId(2)).unwrap().label, "");
}

#[test]
fn captured_answers_are_understood() {
    let mut searches = 0;
    for file in fixtures("rest") {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let fixture: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let body = fixture["response"]["body"].to_string();
        let status = fixture["response"]["status"].as_u64().unwrap();
        let body = body.as_bytes();
        if name.starts_with("health") {
            assert_eq!(health(body).as_deref(), Some("1.3.3-spec"));
        } else if name.starts_with("setup-status") {
            let expected = Setup { needed: name.contains("fresh"), public: name.contains("public") };
            assert_eq!(setup(body).unwrap(), expected, "{name}");
        } else if status == 200 && (name.starts_with("login") || name.starts_with("refresh")) {
            let granted = granted(body).unwrap();
            assert_eq!(lifetime(&granted.token), Some(Duration::from_secs(900)), "{name}");
            assert!(granted.user.is_some());
        } else if status == 200 && name.starts_with("search") {
            searches += 1;
            let calls = found(body).unwrap().answer.calls;
            assert_eq!(calls.len(), fixture["response"]["body"]["calls"].as_array().unwrap().len(), "{name}");
            assert!(calls.iter().all(|call| call.labels.is_some() && call.system.is_none()));
        } else if status >= 400 && name.starts_with("audio") && status != 416 {
            assert!(error(body, ErrorShape::Envelope).is_some(), "{name}");
            assert!(error(body, ErrorShape::Plain).is_none(), "{name}");
        }
    }
    assert!(searches >= 4);
}

#[test]
fn something_else_than_the_servers_answers_is_recognised() {
    for body in ["<html>", "", "null", "[]", r#"{"status":"up"}"#, r#"{"version":"1.3.3"}"#] {
        assert_eq!(health(body.as_bytes()), None, "{body}");
    }
    assert_eq!(health(br#"{"status":"ok"}"#).as_deref(), Some(""));
    assert!(granted(br#"{"token":""}"#).is_err());
    assert!(setup(b"<html>").is_err());
    assert_eq!(error(br#"{"error":"failed"}"#, ErrorShape::Plain).as_deref(), Some("failed"));
    assert_eq!(error(b"<h1>500</h1>", ErrorShape::Plain), None);
    for token in ["", "a", "a.b", "a.!!.c", "a.e30.c", "a.eyJpYXQiOjUsImV4cCI6MX0.c"] {
        assert_eq!(lifetime(&Secret::new(token)), None, "{token}");
    }
}

#[test]
fn no_prefix_of_any_frame_panics() {
    for text in captured_frames().iter().map(String::as_str).chain([LIVE]) {
        for end in 0..text.len() {
            let _ = frame(&text.as_bytes()[..end]);
        }
    }
}

#[test]
fn no_mutation_of_any_frame_or_answer_panics() {
    // A fixed seed: a failure can be repeated.
    let mut random = fastrand::Rng::with_seed(1_795_414_142);
    let mut seeds: Vec<Vec<u8>> = captured_frames().into_iter().map(String::into_bytes).collect();
    seeds.extend(fixtures("rest").into_iter().map(|file| std::fs::read(file).unwrap()));
    for seed in &seeds {
        for _ in 0..400 {
            let mut bytes = seed.clone();
            for _ in 0..random.usize(1..6) {
                mutate(&mut bytes, &mut random);
            }
            let _ = frame(&bytes);
            let _ = (health(&bytes), setup(&bytes).is_ok(), granted(&bytes).is_ok(), found(&bytes).is_ok());
            let _ = lifetime(&Secret::new(String::from_utf8_lossy(&bytes)));
        }
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut fastrand::Rng) {
    if bytes.is_empty() {
        return;
    }
    let at = random.usize(..bytes.len());
    match random.u8(..5) {
        0 => bytes[at] = random.u8(..),
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, *random.choice(b"{}[]\",:0-e.\\u\0".as_slice()).unwrap()),
        3 => bytes.truncate(at),
        _ => {
            let end = (at + random.usize(..40)).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
    }
}

#[test]
fn a_frame_nested_without_end_is_an_error() {
    assert!(frame("[".repeat(100_000).as_bytes()).is_err());
    assert!(frame("{\"call\":".repeat(100_000).as_bytes()).is_err());
    assert!(frame(format!("{{\"x\":{}", "[".repeat(100_000)).as_bytes()).is_err());
}
