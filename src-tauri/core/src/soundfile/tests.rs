use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::sound::decode;

const FORMS: [SoundForm; 2] = [SoundForm::Wav, SoundForm::Flac];

/// Something like speech: it rises and falls, and has no pattern that a block would repeat.
fn voice(length: usize) -> Vec<f32> {
    let mut noise = fastrand::Rng::with_seed(7);
    let tone = |at: usize| (at as f32 * 0.021).sin() * (at as f32 * 0.000_3).sin();
    (0..length).map(|at| tone(at) * 0.6 + (noise.f32() - 0.5) * 0.1).collect()
}

fn begin(path: &Path, form: SoundForm, rate: u32) -> SoundFile {
    SoundFile::begin(File::create_new(path).unwrap(), form, rate).unwrap()
}

fn read(path: &Path) -> (Vec<i16>, u32) {
    let pcm = decode(&std::fs::read(path).unwrap(), None).unwrap();
    (pcm.samples.iter().map(|sample| (sample * 32_768.0).round() as i16).collect(), pcm.rate)
}

fn wholes(samples: &[f32]) -> Vec<i16> {
    samples.iter().map(|sample| whole(*sample)).collect()
}

#[test]
fn what_is_written_is_read_again_sample_for_sample_in_both_forms_at_every_rate() {
    let folder = tempfile::tempdir().unwrap();
    for form in FORMS {
        for (rate, length) in [(8_000, 1), (16_000, 4_096), (44_100, 4_097), (48_000, 150_001), (96_000, 12_288)] {
            let path = folder.path().join(format!("{rate}-{length}.{}", form.ending()));
            let samples = voice(length);
            let mut file = begin(&path, form, rate);
            samples.chunks(777).for_each(|piece| file.take(piece).unwrap());
            assert_eq!(file.samples(), length as u64);
            file.finish(&[]).0.unwrap();
            assert_eq!(read(&path), (wholes(&samples), rate), "{form:?} {rate}");
        }
    }
}

#[test]
fn a_flac_file_is_smaller_than_a_wav_file_and_says_the_sum_of_its_samples() {
    let folder = tempfile::tempdir().unwrap();
    let [wav, flac] = FORMS.map(|form| {
        let path = folder.path().join(form.ending());
        let mut file = begin(&path, form, 48_000);
        file.take(&voice(480_000)).unwrap();
        file.take(&vec![0.0; 480_001]).unwrap();
        file.finish(&[]).0.unwrap();
        std::fs::read(path).unwrap()
    });
    assert_eq!(wav.len(), 44 + 2 * 960_001);
    assert!(flac.len() < wav.len() / 2, "{} of {}", flac.len(), wav.len());
    assert_eq!(flac[26..42], md5::compute(&wav[44..]).0, "what `flac -t` compares");
}

/// Where these are installed; the test list of packages has them.
#[test]
fn other_peoples_programs_find_nothing_wrong_with_a_flac_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.flac");
    let mut file = begin(&path, SoundForm::Flac, 48_000);
    file.take(&voice(100_000)).unwrap();
    file.finish(&[]).0.unwrap();
    let Ok(checked) = Command::new("flac").args(["--test", "--silent"]).arg(&path).output() else {
        eprintln!("flac is not installed");
        return;
    };
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn a_file_that_nobody_ended_can_be_played_up_to_where_it_was_settled_last() {
    let folder = tempfile::tempdir().unwrap();
    for form in FORMS {
        let path = folder.path().join(form.ending());
        let samples = voice(50_000);
        let mut file = begin(&path, form, 48_000);
        file.take(&samples[..30_000]).unwrap();
        file.settle().unwrap();
        let settled = file.written as usize;
        file.take(&samples[30_000..]).unwrap();
        // Nobody says goodbye to a file whose program was killed.
        std::mem::forget(file);
        let (played, _) = read(&path);
        assert!(played.len() >= settled && settled > 25_000, "{form:?}: {} of {settled}", played.len());
        assert_eq!(played, wholes(&samples[..played.len()]), "{form:?}");
    }
}

#[test]
fn a_block_that_was_cut_off_costs_no_more_than_itself() {
    let folder = tempfile::tempdir().unwrap();
    for form in FORMS {
        let path = folder.path().join(form.ending());
        let samples = voice(40_960);
        let mut file = begin(&path, form, 48_000);
        file.take(&samples).unwrap();
        file.settle().unwrap();
        std::mem::forget(file);
        let cut = File::options().write(true).open(&path).unwrap();
        cut.set_len(cut.metadata().unwrap().len() - 101).unwrap();
        let (played, _) = read(&path);
        assert!(played.len() >= 40_960 - BLOCK, "{form:?}: {}", played.len());
        assert_eq!(played, wholes(&samples[..played.len()]), "{form:?}");
    }
}

#[test]
fn cues_stand_after_the_samples_with_their_names_and_the_file_can_still_be_played() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("merged.wav");
    let mut file = begin(&path, SoundForm::Wav, 8_000);
    file.take(&voice(8_000)).unwrap();
    let cue = |at, name: &str| Cue { at, name: name.to_owned() };
    file.finish(&[cue(0, "Fire"), cue(4_000, "Müll")]).0.unwrap();
    let mut bytes = Vec::new();
    File::open(&path).unwrap().read_to_end(&mut bytes).unwrap();
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(number(4) as usize, bytes.len() - 8, "all of it belongs to the file");
    let cues = 44 + number(40) as usize;
    assert_eq!((&bytes[cues..cues + 4], number(cues + 8)), (&b"cue "[..], 2));
    assert_eq!((number(cues + 12), number(cues + 16)), (1, 0));
    assert_eq!((number(cues + 36), number(cues + 40), number(cues + 56)), (2, 4_000, 4_000));
    let list = cues + 8 + number(cues + 4) as usize;
    assert_eq!(&bytes[list..list + 4], b"LIST");
    assert!(bytes[list..].windows(6).any(|piece| piece == "Müll\0".as_bytes()), "{:?}", &bytes[list..]);
    assert_eq!(read(&path).0.len(), 8_000);
}

#[test]
fn what_is_too_loud_is_cut_and_what_is_no_number_is_silent() {
    assert_eq!(wholes(&[0.0, 1.0, -1.0, 2.0, -2.0, f32::NAN]), [0, 32_767, -32_767, 32_767, -32_768, 0]);
}

#[cfg(target_os = "linux")]
const INSIDE: &str = "SQUELCH_TEST_FULL_DISK";

/// A disk of our own needs rights; where they are not given, no file may be larger than this.
#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_a_file_is_whole_up_to_what_there_was_room_for() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=256k tmpfs \"$DISK\" || { trap '' XFSZ; ulimit -f 256; }; exec \"$0\" \"$@\"";
    let program = std::env::current_exe().unwrap();
    let run = |before: &[&str]| {
        let mut command = Command::new(before.first().unwrap_or(&"bash"));
        command.args(before.iter().skip(1)).args(before.first().map(|_| "bash")).args(["-c", script]).arg(&program);
        command.args(["--exact", "soundfile::tests::inside_a_full_disk", "--ignored", "--nocapture"]);
        command.env(INSIDE, "1").env("DISK", folder.path()).output().unwrap()
    };
    let output = [&["unshare", "--mount"][..], &["unshare", "--user", "--map-root-user", "--mount"], &[]]
        .into_iter()
        .map(run)
        .find(|output| String::from_utf8_lossy(&output.stdout).contains("running 1 test"))
        .expect("one of them can be run");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "started by the test above, where there is little room"]
fn inside_a_full_disk() {
    assert!(std::env::var_os(INSIDE).is_some(), "this is started by another test");
    let disk = std::path::PathBuf::from(std::env::var_os("DISK").unwrap());
    for form in FORMS {
        let path = disk.join(form.ending());
        let samples = voice(48_000 * 60);
        let mut file = begin(&path, form, 48_000);
        let refused = samples.chunks(1_000).find_map(|piece| file.take(piece).err()).expect("it is full some time");
        assert!(matches!(refused.kind(), io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge), "{refused}");
        let (told, _) = file.finish(&[]);
        assert!(told.is_err());
        let (played, _) = read(&path);
        assert!(played.len() > 100_000, "{form:?}: {}", played.len());
        assert_eq!(played, wholes(&samples[..played.len()]), "{form:?}");
        std::fs::remove_file(path).unwrap();
    }
}
