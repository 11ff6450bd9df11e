//! Calls exported together, and what sounds recorded, by the whole core against the demo server.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use jiff::tz::TimeZone;
use squelch_core::export::{
    Between, Cancel, ExportChoice, ExportProgress, ExportShape, Exported, Exporting, SoundForm, SpokenLanguage,
};
use squelch_core::model::{CallId, CallKey};
use squelch_core::problem::Code;
use squelch_core::sound::{Pcm, decode, measured_clip};
use squelch_core::view::{Command, RecordingChoices, RecordingStage, RecordingView, RowState, Setting};
use squelch_demo::{Announcement, Controls, Demo, Fault};
use squelch_tests::desk::{Desk, quiet_server, registered, rising_tone};

const CHOICE: ExportChoice = ExportChoice {
    shape: ExportShape::Merged,
    form: Some(SoundForm::Flac),
    between: Between::Nothing,
    silence_ms: 1_000,
    level: false,
    details: true,
    language: SpokenLanguage::En,
};

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("it is there");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("it is there").file_name().into_string().expect("it is text")).collect();
    names.sort();
    names
}

async fn joined() -> (Demo, Controls, Desk) {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    registered(&controls, 1).await;
    (demo, controls, desk)
}

fn keys(desk: &Desk, calls: &[u64]) -> Vec<CallKey> {
    let server = desk.screen.shown.servers[0].id;
    calls.iter().map(|call| CallKey::new(server, CallId(*call))).collect()
}

async fn export(desk: &Desk, calls: &[u64], choice: ExportChoice, folder: &Path) -> Exported {
    let exporting =
        Exporting { calls: keys(desk, calls), choice, folder: folder.to_owned(), make: true, zone: TimeZone::UTC };
    desk.client.export(exporting, Cancel::new(), |_| {}).await
}

fn read(path: &Path) -> Pcm {
    decode(&std::fs::read(path).expect("it is there"), None).expect("it can be decoded")
}

fn wholes(samples: &[f32]) -> Vec<i16> {
    samples.iter().map(|sample| (sample * 32_767.0).round() as i16).collect()
}

/// The samples that a call has in a merged file that levels nothing.
fn merged(controls: &Controls, call: u64) -> Vec<i16> {
    let clip = measured_clip(&controls.audio_of(call).expect("the server has it"), None, 48_000);
    wholes(&clip.expect("it can be decoded").as_played())
}

fn written(path: &Path) -> Vec<i16> {
    let pcm = read(path);
    assert_eq!(pcm.rate, 48_000);
    pcm.samples.iter().map(|sample| (sample * 32_768.0).round() as i16).collect()
}

/// Cells of a table, line by line.
fn table(text: &str) -> Vec<Vec<String>> {
    let lines = text.trim_start_matches('\u{feff}').split_terminator("\r\n");
    lines.map(|line| line[1..line.len() - 1].split("\",\"").map(str::to_owned).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_merged_in_the_order_of_time_and_the_list_says_what_is_where() {
    let (_demo, controls, mut desk) = joined().await;
    let newer = controls.announce(Announcement::on(100, 5001).clip(3));
    let older = controls.announce(Announcement::on(100, 5002).clip(7).ago(Duration::from_secs(20)));
    for call in [newer, older] {
        desk.played(call).await;
    }
    let folder = tempfile::tempdir().unwrap();
    for form in [SoundForm::Flac, SoundForm::Wav] {
        let choice = ExportChoice { form: Some(form), between: Between::Silence, silence_ms: 500, ..CHOICE };
        let exported = export(&desk, &[newer, older], choice, folder.path()).await;
        let (problem, calls) = (&exported.problem, exported.calls);
        assert_eq!((problem, calls, exported.missing_count), (&None, 2, 0), "{exported:?}");
        let [file] = exported.files.as_slice() else { panic!("one file: {exported:?}") };
        let (first, second) = (merged(&controls, older), merged(&controls, newer));
        let gap = vec![0; 24_000];
        let samples = written(&folder.path().join(file));
        assert_eq!(samples, [first.as_slice(), &gap, &second].concat(), "{form:?}");
        let length = exported.length_ms.expect("it is known");
        assert!((length - samples.len() as f64 / 48.0).abs() < 0.01, "{length}");
        let stem = Path::new(file).file_stem().unwrap().to_str().unwrap().to_owned();
        let list = table(&std::fs::read_to_string(folder.path().join(format!("{stem}.csv"))).unwrap());
        let begins = format!("{:.3}", (first.len() + gap.len()) as f64 / 48_000.0);
        assert_eq!((list.len(), list[1][2].as_str(), &list[2][2]), (3, "0.000", &begins));
        assert_eq!(list[1][1], *file);
        let text = std::fs::read_to_string(folder.path().join(format!("{stem}.txt"))).unwrap();
        assert!(text.contains("2. 0:00:0") && text.contains(file.as_str()), "{text}");
    }
    assert_eq!(names(folder.path()).len(), 6, "{:?}", names(folder.path()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_had_is_named_with_its_reason_and_the_rest_is_exported() {
    let (_demo, controls, mut desk) = joined().await;
    let good = controls.announce(Announcement::on(100, 5001).clip(3));
    let page = controls.announce(Announcement::on(100, 5002).fault(Fault::Html));
    let gone = controls.announce(Announcement::on(100, 5002).fault(Fault::Missing));
    desk.played(good).await;
    for call in [page, gone] {
        desk.screen.row(call, "failed", |state| matches!(state, RowState::Failed { .. })).await;
    }
    let folder = tempfile::tempdir().unwrap();
    for shape in [ExportShape::Merged, ExportShape::Zip, ExportShape::Files] {
        let into = folder.path().join(format!("{shape:?}"));
        let exported = export(&desk, &[page, 999_999, gone, good], ExportChoice { shape, ..CHOICE }, &into).await;
        assert_eq!((exported.calls, exported.missing_count, exported.files.len()), (1, 3, 1), "{exported:?}");
        let mut told: Vec<_> = exported.missing.iter().map(|call| (call.problem.code, call.title.is_some())).collect();
        told.sort_by_key(|(code, _)| format!("{code:?}"));
        let expected = [(Code::AudioMissing, true), (Code::AudioUnplayable, true), (Code::NotPossible, false)];
        assert_eq!(told, expected, "{shape:?}");
    }
    // Of nothing that can be had there is nothing to be left behind.
    let none = folder.path().join("none");
    let exported = export(&desk, &[page, gone], CHOICE, &none).await;
    assert_eq!((exported.calls, exported.files.len(), names(&none).len()), (0, 0, 0), "{exported:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_has_each_call_untouched_under_a_name_of_its_own_and_a_list_with_its_digest() {
    let (_demo, controls, mut desk) = joined().await;
    let calls = [3, 3, 7].map(|clip| controls.announce(Announcement::on(100, 5001).clip(clip)));
    for call in calls {
        desk.played(call).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let choice = ExportChoice { shape: ExportShape::Zip, form: None, ..CHOICE };
    let exported = export(&desk, &calls, choice, folder.path()).await;
    assert_eq!(names(folder.path()), exported.files, "{exported:?}");
    let inside = unzipped(&folder.path().join(&exported.files[0]));
    let mut sounds: Vec<_> =
        inside.iter().filter(|(name, _)| name.ends_with(".mp3")).map(|(_, is)| is.clone()).collect();
    let mut expected: Vec<_> = calls.iter().map(|call| controls.audio_of(*call).unwrap().to_vec()).collect();
    sounds.sort();
    expected.sort();
    assert_eq!(sounds, expected, "as the server has them");
    assert_eq!(inside.len(), 3 + 3 + 2, "a text each, and the list twice: {:?}", inside.keys());
    let list = table(std::str::from_utf8(&inside["list.csv"]).unwrap());
    for line in &list[1..] {
        let digest = digest_of(&folder.path().join("one"), &inside[&line[1]]);
        assert_eq!(line[17], digest, "{line:?}");
    }
}

/// By another program.
fn digest_of(path: &Path, bytes: &[u8]) -> String {
    std::fs::write(path, bytes).unwrap();
    let said = std::process::Command::new("sha256sum").arg(path).output().unwrap();
    String::from_utf8(said.stdout).unwrap().split_whitespace().next().unwrap().to_owned()
}

fn unzipped(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_their_own_are_converted_sample_for_sample() {
    let (_demo, controls, mut desk) = joined().await;
    let tone = controls.announce(Announcement::on(100, 5001).bytes(rising_tone(Duration::from_secs(1)), "audio/wav"));
    desk.played(tone).await;
    let folder = tempfile::tempdir().unwrap();
    let choice = ExportChoice { shape: ExportShape::Files, form: Some(SoundForm::Flac), ..CHOICE };
    let exported = export(&desk, &[tone], choice, folder.path()).await;
    let came = decode(&controls.audio_of(tone).unwrap(), None).unwrap();
    let flac = read(&folder.path().join(&exported.files[0]));
    assert_eq!(flac.rate, came.rate);
    // Sixteen bits came, and went through full scale 32,767.
    let furthest = came.samples.iter().zip(&flac.samples).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(came.samples.len() == flac.samples.len() && furthest <= 1.0 / 32_768.0, "{furthest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_cancelled_leaves_nothing_behind_and_tells_how_far_it_is_before() {
    let (_demo, controls, mut desk) = joined().await;
    let calls = [3, 7, 3].map(|clip| controls.announce(Announcement::on(100, 5001).clip(clip)));
    for call in calls {
        desk.played(call).await;
    }
    let folder = tempfile::tempdir().unwrap();
    for shape in [ExportShape::Merged, ExportShape::Zip] {
        let cancel = Cancel::new();
        let told = Mutex::new(Vec::new());
        let choice = ExportChoice { shape, ..CHOICE };
        let (calls, folder_) = (keys(&desk, &calls), folder.path().to_owned());
        let exporting = Exporting { calls, choice, folder: folder_, make: true, zone: TimeZone::UTC };
        let exported = desk
            .client
            .export(exporting, cancel.clone(), |far| {
                told.lock().unwrap().push(far);
                if far.done == 1 {
                    cancel.cancel();
                }
            })
            .await;
        assert!(exported.cancelled && exported.files.is_empty() && exported.calls == 0, "{exported:?}");
        let told = told.into_inner().unwrap();
        assert_eq!(told[..2], [0, 1].map(|done| ExportProgress { done, of: 3 }));
        assert_eq!(names(folder.path()), Vec::<String>::new(), "{shape:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_vanished_or_is_none_is_said_and_nothing_is_made_there() {
    let (_demo, controls, mut desk) = joined().await;
    let call = controls.announce(Announcement::on(100, 5001).clip(3));
    desk.played(call).await;
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone");
    for shape in [ExportShape::Merged, ExportShape::Zip, ExportShape::Files] {
        let choice = ExportChoice { shape, ..CHOICE };
        let calls = keys(&desk, &[call]);
        let exporting = Exporting { calls, choice, folder: gone.clone(), make: false, zone: TimeZone::UTC };
        let exported = desk.client.export(exporting, Cancel::new(), |_| {}).await;
        let problem = exported.problem.expect("it is said");
        assert!(problem.code == Code::NotWritten && problem.message.contains("Connect its drive"), "{problem:?}");
        assert!(!gone.exists());
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let exported = export(&desk, &[call], CHOICE, &file).await;
    assert_eq!(exported.problem.map(|problem| problem.code), Some(Code::NotWritten));
    assert_eq!(names(folder.path()), ["file"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_announces_each_call_where_the_computer_has_one_and_else_nothing_is_begun() {
    let (_demo, controls, mut desk) = joined().await;
    let call = controls.announce(Announcement::on(100, 5001).clip(3));
    desk.played(call).await;
    let folder = tempfile::tempdir().unwrap();
    let choice = ExportChoice { between: Between::Spoken, ..CHOICE };
    let exported = export(&desk, &[call], choice, folder.path()).await;
    if !squelch_core::client::Client::can_speak(SpokenLanguage::En).await {
        let problem = exported.problem.expect("it is said");
        assert!(problem.message.contains("espeak-ng") && names(folder.path()).is_empty(), "{problem:?}");
        return;
    }
    let samples = written(&folder.path().join(&exported.files[0]));
    let call = merged(&controls, call);
    let said = samples.len() - call.len();
    assert_eq!(samples[said..], call, "the call follows, untouched");
    let loud = samples[..said].iter().filter(|sample| sample.unsigned_abs() > 2_000).count();
    assert!(said > 48_000 && loud > 2_000, "{said} samples before it, {loud} of them loud");
}

/// A desk with a folder for its recordings.
async fn recording_desk() -> (Demo, Controls, Desk, PathBuf) {
    let (demo, controls, desk) = joined().await;
    let folder = desk.folder.path().join("recorded");
    desk.client.usual_folder(folder.clone()).await.expect("it is taken");
    (demo, controls, desk, folder)
}

async fn stage(desk: &mut Desk, stage: RecordingStage) -> RecordingView {
    let what = format!("recording to be {stage:?}");
    desk.screen.wait(&what, |shown| (shown.recording.stage == stage).then(|| shown.recording.clone())).await
}

/// What sounded, without the silence around and between.
fn sound(samples: &[i16]) -> Vec<i16> {
    samples.iter().copied().filter(|sample| *sample != 0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sounds_is_recorded_sample_for_sample_whatever_the_volume_is() {
    for (form, db, muted) in
        [(SoundForm::Flac, -20.0, false), (SoundForm::Wav, 0.0, true), (SoundForm::Flac, 0.0, false)]
    {
        let (_demo, controls, mut desk, folder) = recording_desk().await;
        let choices = RecordingChoices { form, megabytes: None };
        desk.send(Command::Change { setting: Setting::Recording { choices } }).await;
        desk.send(Command::Volume { db }).await;
        desk.send(Command::Mute { on: muted }).await;
        desk.send(Command::Change { setting: Setting::Loudness { on: false } }).await;
        desk.send(Command::Change { setting: Setting::TameTones { on: false } }).await;
        let before = controls.announce(Announcement::on(100, 5001).clip(7));
        desk.played(before).await;
        desk.send(Command::Record { on: true }).await;
        stage(&mut desk, RecordingStage::On).await;
        let calls = [3, 7].map(|clip| controls.announce(Announcement::on(100, 5001).clip(clip)));
        for call in calls {
            desk.played(call).await;
        }
        desk.send(Command::Record { on: false }).await;
        let recorded = stage(&mut desk, RecordingStage::Off).await;
        assert_eq!((recorded.problem.as_ref(), recorded.lost_ms), (None, 0.0), "{recorded:?}");
        assert_eq!(names(&folder), recorded.files);
        let samples = written(&folder.join(&recorded.files[0]));
        let expected = calls.map(|call| merged(&controls, call)).concat();
        assert_eq!(sound(&samples), sound(&expected), "{form:?} at {db} dB, mute {muted}");
        // Silence between the calls, and none before and after them.
        let silence = samples.len() - expected.len();
        assert!(silence <= 48_000 && samples.first().is_some(), "{silence}");
        assert_eq!(recorded.length_ms, (samples.len() as f64 / 48.0).round());
        let after = controls.announce(Announcement::on(100, 5001).clip(3));
        desk.played(after).await;
        assert_eq!(written(&folder.join(&recorded.files[0])).len(), samples.len(), "it has ended");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_goes_on_over_a_device_of_another_rate_and_can_be_read_while_it_goes_on() {
    let (_demo, controls, mut desk, folder) = recording_desk().await;
    desk.send(Command::Record { on: true }).await;
    let name = stage(&mut desk, RecordingStage::On).await.files[0].clone();
    let first = controls.announce(Announcement::on(100, 5001).clip(3));
    desk.played(first).await;
    let one = merged(&controls, first).len();
    // What a program that is killed now leaves behind.
    let there = desk
        .screen
        .wait("the recording to grow", |shown| {
            (shown.recording.length_ms as usize * 48 >= one - 4_096).then_some(shown.recording.length_ms)
        })
        .await;
    let so_far = written(&folder.join(&name));
    assert!(so_far.len() as f64 / 48.0 >= there - 100.0, "{} of {there}", so_far.len() as f64 / 48.0);
    desk.recording.set_rate(16_000);
    desk.recording.fail(squelch_core::sound::output::Fault::Stale);
    let second = controls.announce(Announcement::on(100, 5001).clip(3));
    desk.played(second).await;
    desk.send(Command::Record { on: false }).await;
    let recorded = stage(&mut desk, RecordingStage::Off).await;
    assert_eq!(recorded.files, [name.clone()], "{recorded:?}");
    let samples = written(&folder.join(name));
    let (least, most) = (2 * one - 480, 2 * one + 48_000 + 480);
    assert!((least..=most).contains(&samples.len()), "{} is not twice {one}", samples.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_in_which_nothing_sounded_leaves_no_file_and_one_without_a_folder_is_refused_in_words() {
    let (_demo, controls, mut desk, folder) = recording_desk().await;
    desk.send(Command::Record { on: true }).await;
    stage(&mut desk, RecordingStage::On).await;
    desk.send(Command::Record { on: false }).await;
    let recorded = stage(&mut desk, RecordingStage::Off).await;
    assert!(recorded.files.is_empty() && recorded.problem.is_none(), "{recorded:?}");
    assert_eq!(names(&folder), Vec::<String>::new());
    let chosen = tempfile::tempdir().unwrap();
    desk.client.choose_saved_calls(Some(chosen.path().to_owned())).await.expect("it can be chosen");
    let gone = chosen.path().to_owned();
    drop(chosen);
    desk.send(Command::Record { on: true }).await;
    let told = desk.screen.wait("a refusal", |shown| shown.recording.problem.clone()).await;
    assert!(told.code == Code::NotRecorded && told.message.contains("Connect its drive"), "{told:?}");
    assert!(!gone.exists());
    let call = controls.announce(Announcement::on(100, 5001).clip(3));
    desk.played(call).await;
}
