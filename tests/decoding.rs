//! The decoder against ffmpeg's PCM, for every encoding a server can send; and against broken files.

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::Command;

use squelch_core::sound::DecodeError;
use squelch_core::sound::decode::{Pcm, decode};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the fixtures are there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().expect("a file").to_string_lossy().into_owned()
}

/// What ffmpeg makes of a file, mixed to one channel, at its own or at another rate.
fn by_ffmpeg(path: &Path, rate: Option<u32>) -> Vec<f32> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error"]);
    if path.to_string_lossy().ends_with(".opus.ogg") {
        // ffmpeg's own decoder converts the speech layer's rate differently; the reference library is the standard.
        ffmpeg.args(["-c:a", "libopus"]);
    }
    ffmpeg.arg("-i").arg(path).args(["-f", "f32le", "-ac", "1"]);
    if let Some(rate) = rate {
        ffmpeg.args(["-ar", &rate.to_string()]);
    }
    let output = ffmpeg.arg("-").output().expect("ffmpeg is installed (apt install ffmpeg)");
    output.stdout.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().expect("four"))).collect()
}

fn rate_by_ffprobe(path: &Path) -> u32 {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "a:0", "-show_entries", "stream=sample_rate", "-of", "csv=p=0"])
        .arg(path)
        .output()
        .expect("ffprobe is installed (apt install ffmpeg)");
    String::from_utf8_lossy(&output.stdout).trim().trim_matches(',').parse().expect("a rate")
}

/// The shift of `ours` against `theirs` at which they are most alike, up to a codec's delay either way.
fn shift(ours: &[f32], theirs: &[f32]) -> isize {
    let most = 1600.min(ours.len().min(theirs.len()) / 3) as isize;
    (-most..=most)
        .max_by(|a, b| likeness(ours, theirs, *a, 1_000).total_cmp(&likeness(ours, theirs, *b, 1_000)))
        .expect("a range that is not empty")
}

fn pairs<'a>(ours: &'a [f32], theirs: &'a [f32], shift: isize) -> impl Iterator<Item = (f64, f64)> + 'a {
    let (ours, theirs) = (&ours[shift.max(0) as usize..], &theirs[(-shift).max(0) as usize..]);
    ours.iter().zip(theirs).map(|(a, b)| (f64::from(*a), f64::from(*b)))
}

/// Correlation from -1 to 1 over `count` samples in the middle, or over all.
fn likeness(ours: &[f32], theirs: &[f32], shift: isize, count: usize) -> f64 {
    let (mut product, mut left, mut right) = (0.0, 1e-12, 1e-12);
    let skip = if count < ours.len() { ours.len().min(theirs.len()) / 3 } else { 0 };
    for (a, b) in pairs(&ours[skip..], &theirs[skip..], shift).take(count) {
        product += a * b;
        left += a * a;
        right += b * b;
    }
    product / (left * right).sqrt()
}

/// How far the difference lies below the sound, in decibels.
fn agreement(ours: &[f32], theirs: &[f32], shift: isize) -> f64 {
    let (mut sound, mut noise) = (1e-12, 1e-12);
    for (a, b) in pairs(ours, theirs, shift) {
        sound += b * b;
        noise += (a - b) * (a - b);
    }
    10.0 * (sound / noise).log10()
}

fn decode_file(path: &Path) -> Result<Pcm, DecodeError> {
    decode(&std::fs::read(path).expect("the fixture can be read"), None)
}

#[test]
fn every_encoding_sounds_like_ffmpeg_decodes_it() {
    for path in files(&fixtures()).into_iter().filter(|path| !name(path).contains("he-aac")) {
        let name = name(&path);
        let pcm = decode_file(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(pcm.rate, rate_by_ffprobe(&path), "{name}: rate");
        let theirs = by_ffmpeg(&path, None);
        if name.contains("silence") {
            assert_eq!(pcm.samples, theirs, "{name}");
            continue;
        }
        let shift = shift(&pcm.samples, &theirs);
        let agreement = agreement(&pcm.samples, &theirs, shift);
        let lossless = [".wav", ".flac"].iter().any(|end| name.ends_with(end));
        println!("{name}: {agreement:.1} dB, shifted by {shift}, {} of {}", pcm.samples.len(), theirs.len());
        // 60 dB is beyond what codecs at these bit rates leave; 16 bits are exact.
        assert!(agreement > if lossless { 90.0 } else { 60.0 }, "{name}: {agreement:.1} dB");
        let longer = pcm.samples.len().abs_diff(theirs.len()) as f64 / f64::from(pcm.rate);
        assert!(longer < if lossless { 1e-9 } else { 0.3 }, "{name}: length differs by {longer} s");
    }
}

#[test]
fn he_aac_plays_at_least_its_core() {
    for path in files(&fixtures()).into_iter().filter(|path| name(path).contains("he-aac")) {
        let name = name(&path);
        let pcm = decode_file(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let rate = rate_by_ffprobe(&path);
        assert!(pcm.rate == rate || pcm.rate * 2 == rate, "{name}: {} of {rate}", pcm.rate);
        let theirs = by_ffmpeg(&path, Some(pcm.rate));
        let likeness = likeness(&pcm.samples, &theirs, shift(&pcm.samples, &theirs), usize::MAX);
        println!("{name}: correlation {likeness:.3} at {}", pcm.rate);
        assert!(likeness > 0.9, "{name}: {likeness}");
        assert!((pcm.samples.len() as f64 / theirs.len() as f64 - 1.0).abs() < 0.1, "{name}: length");
    }
}

#[test]
fn every_broken_file_has_its_reason_or_plays_what_there_is_of_it() {
    let mut reasons = std::collections::BTreeMap::new();
    for path in files(&fixtures().join("broken")) {
        reasons.insert(name(&path), decode_file(&path).map(|pcm| pcm.samples.len()));
    }
    let damaged = |file: &str| matches!(reasons[file], Err(DecodeError::Damaged(_)));
    assert_eq!(reasons["empty.bin"], Err(DecodeError::Empty));
    assert_eq!(reasons["html-as-audio.mp3"], Err(DecodeError::WebPage));
    assert_eq!(reasons["random.bin"], Err(DecodeError::UnknownFormat));
    assert_eq!(reasons["truncated-in-moov.m4a"], Err(DecodeError::NoSamples));
    assert_eq!(reasons["xing-zero-38-bytes.mp3"], Err(DecodeError::NoSamples));
    assert!(damaged("wav-zero-channels.wav"), "{reasons:?}");
    assert!(damaged("wav-zero-rate.wav"), "{reasons:?}");
    assert_eq!(reasons["truncated.wav"], Ok(9_978));
    assert_eq!(reasons["wav-huge-data-size.wav"], Ok(9_978));
    for file in ["truncated.mp3", "truncated-in-mdat.m4a"] {
        let theirs = by_ffmpeg(&fixtures().join("broken").join(file), None).len();
        let ours = *reasons[file].as_ref().unwrap_or_else(|error| panic!("{file}: {error}"));
        // A codec's block more or less where it breaks off.
        assert!(ours.abs_diff(theirs) <= 1_152, "{file}: {ours} of {theirs}");
    }
    assert_eq!(reasons.len(), 11, "a new broken file has no expectation yet");
}

#[test]
fn no_beginning_and_no_change_of_a_file_makes_the_decoder_panic() {
    for file in ["dispatch-8k.mp3-16k.mp3", "dispatch-8k.aac-16k.m4a", "dispatch-16k.opus.ogg", "tone-0.2s-8k.wav"] {
        let bytes = std::fs::read(fixtures().join(file)).expect("readable");
        let mut seed = 1_u32;
        for round in 0..60 {
            let mut bytes = bytes[..bytes.len() * (round % 20 + 1) / 20].to_vec();
            for _ in 0..round % 7 {
                // A fixed sequence, so that a failure shows again.
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = if seed & 1 == 0 { seed as usize % bytes.len().min(600) } else { seed as usize % bytes.len() };
                bytes[at] = (seed >> 16) as u8;
            }
            let outcome = decode(&bytes, None);
            assert!(!matches!(outcome, Err(DecodeError::Panicked(_))), "{file}, round {round}: {outcome:?}");
        }
    }
}

#[test]
fn a_call_of_more_than_ten_minutes_is_refused() {
    let mut wave = std::fs::read(fixtures().join("tone-0.2s-8k.wav")).expect("readable");
    let ten_minutes = 600 * 8_000 * 2;
    wave.resize(44 + ten_minutes, 0);
    wave[40..44].copy_from_slice(&(ten_minutes as u32).to_le_bytes());
    assert_eq!(decode(&wave, None).map(|pcm| pcm.samples.len()), Ok(600 * 8_000));
    wave.resize(44 + ten_minutes + 16_000, 0);
    wave[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(decode(&wave, None), Err(DecodeError::TooLong));
}
