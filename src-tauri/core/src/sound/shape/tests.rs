use std::f32::consts::TAU;

use super::*;

fn tone(hertz: f32, rate: u32, length: usize) -> Vec<f32> {
    (0..length).map(|at| 0.5 * (TAU * hertz * at as f32 / rate as f32).sin()).collect()
}

#[test]
fn converting_keeps_the_length_to_the_sample() {
    for (from, to, length) in
        [(8_000, 48_000, 1), (8_000, 48_000, 12_345), (44_100, 48_000, 44_100), (48_000, 44_100, 4_801)]
    {
        let exact = (length as f64 * f64::from(to) / f64::from(from)).ceil() as usize;
        assert_eq!(resample(&vec![0.1; length], from, to).len(), exact, "{from} to {to}");
    }
    assert_eq!(resample(&[], 8_000, 48_000), Vec::<f32>::new());
}

#[test]
fn a_converted_tone_is_the_same_tone() {
    let converted = resample(&tone(1_000.0, 8_000, 8_000), 8_000, 48_000);
    let expected = tone(1_000.0, 48_000, 48_000);
    let worst = (1_000..47_000).map(|at| (converted[at] - expected[at]).abs()).fold(0.0, f32::max);
    assert!(worst < 1e-3, "{worst}");
}

#[test]
fn only_five_milliseconds_at_each_end_are_faded() {
    let samples = vec![0.5_f32; 48_000];
    let clip = shape(&Pcm { samples: samples.clone(), rate: 48_000 }, 48_000);
    assert_eq!(clip.samples[240..47_760], samples[240..47_760]);
    assert_eq!((clip.samples[0], clip.samples[47_999]), (0.0, 0.0));
    assert!(clip.samples[..240].is_sorted() && clip.samples[47_760..].is_sorted_by(|a, b| a >= b));
    assert_eq!(clip.duration, Duration::from_secs(1));
}

#[test]
fn a_call_of_a_few_samples_is_shaped_too() {
    for length in 1..5 {
        let clip = shape(&Pcm { samples: vec![1.0; length], rate: 8_000 }, 48_000);
        assert_eq!((clip.samples.len(), clip.peaks.len()), (length * 6, PEAKS));
    }
}

#[test]
fn peaks_show_where_a_call_is_loud() {
    let mut samples = vec![0.0; 64_000];
    samples[32_000..33_000].fill(1.0);
    let clip = shape(&Pcm { samples, rate: 48_000 }, 48_000);
    assert_eq!((clip.peaks[32], clip.peaks[31], clip.peaks[33]), (255, 0, 0));
}

#[test]
fn a_clip_for_another_device_keeps_its_duration() {
    let clip = shape(&Pcm { samples: vec![0.5; 8_000], rate: 8_000 }, 48_000);
    let other = convert(clip.clone(), 44_100);
    assert_eq!((other.rate, other.samples.len(), other.duration), (44_100, 44_100, clip.duration));
    assert_eq!(convert(clip.clone(), 48_000), clip);
}

#[test]
fn what_was_converted_before_leaves_no_trace() {
    let samples = tone(700.0, 8_000, 3_000);
    let first = resample(&samples, 8_000, 48_000);
    resample(&[1.0; 5_000], 8_000, 48_000);
    assert_eq!(resample(&samples, 8_000, 48_000), first);
}
