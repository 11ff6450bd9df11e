//! The tones a scanner answers its keys with, and the one that a device is tried with, made as they are played.
//!
//! A press that does something has the tones that OpenScanner's listeners know (protocol 10.6); one that ends something
//! or cannot be done has its own, so that it is told apart without looking.

use serde::Deserialize;

use super::shape::frames;
use crate::model::Keypad;
use std::time::Duration;

/// What became of a press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Press {
    /// Something was done or begun.
    On,
    /// Something was ended.
    Off,
    /// Nothing could be done.
    Denied,
}

/// What to sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beep {
    /// As which scanner.
    pub keypad: Keypad,
    /// For which press.
    pub press: Press,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wave {
    Square,
    Sine,
}

/// One tone: so many hertz, from and for so many milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tone {
    wave: Wave,
    hertz: f32,
    from: u64,
    length: u64,
}

/// Full scale is 1. Well below speech: a press is heard, not noticed.
fn gain(wave: Wave) -> f32 {
    match wave {
        Wave::Square => 0.25,
        Wave::Sine => 0.3,
    }
}

const fn square(hertz: f32, from: u64, length: u64) -> Tone {
    Tone { wave: Wave::Square, hertz, from, length }
}

const fn sine(hertz: f32, from: u64, length: u64) -> Tone {
    Tone { wave: Wave::Sine, hertz, from, length }
}

impl Beep {
    fn tones(self) -> &'static [Tone] {
        match (self.keypad, self.press) {
            (Keypad::Uniden, Press::On) => const { &[square(1_200.0, 0, 80)] },
            (Keypad::Uniden, Press::Off) => const { &[square(900.0, 0, 80)] },
            (Keypad::Uniden, Press::Denied) => const { &[square(400.0, 0, 80), square(400.0, 120, 80)] },
            (Keypad::Whistler, Press::On) => const { &[sine(800.0, 0, 60), sine(1_400.0, 60, 60)] },
            (Keypad::Whistler, Press::Off) => const { &[sine(1_400.0, 0, 60), sine(800.0, 60, 60)] },
            (Keypad::Whistler, Press::Denied) => const { &[sine(400.0, 0, 80), sine(400.0, 120, 80)] },
        }
    }
}

/// Three notes upwards: long enough to hear where it comes from, and nothing that a scanner would sound.
const TEST: &[Tone] = &[sine(523.25, 0, 260), sine(659.25, 260, 260), sine(783.99, 520, 480)];

/// Each tone comes and goes within this, so that it does not click.
const EDGE: Duration = Duration::from_millis(4);

/// A beep on its way through a source. Takes no memory of its own.
#[derive(Debug)]
pub(super) struct Beeping {
    tones: &'static [Tone],
    rate: u32,
    at: usize,
    /// It is to be over here, if not before.
    end: usize,
    gives_way: bool,
}

impl Beeping {
    pub(super) fn new(beep: Beep, rate: u32) -> Self {
        Self { tones: beep.tones(), rate, at: 0, end: usize::MAX, gives_way: false }
    }

    /// The tone that a device is tried with.
    pub(super) fn test(rate: u32) -> Self {
        Self { tones: TEST, rate, at: 0, end: usize::MAX, gives_way: true }
    }

    /// A call begins: a test tone fades out, as fast as it can without a click. A press is short and stays.
    pub(super) fn give_way(&mut self) {
        if self.gives_way {
            self.end = self.end.min(self.at + edge(self.rate));
        }
    }

    /// The next sample; none when it is over.
    pub(super) fn sample(&mut self) -> Option<f32> {
        let faded = (self.end.saturating_sub(self.at) as f32 / edge(self.rate) as f32).min(1.0);
        if faded <= 0.0 {
            return None;
        }
        self.whole_sample().map(|sample| sample * faded)
    }

    fn whole_sample(&mut self) -> Option<f32> {
        let (at, rate) = (self.at, self.rate);
        let place = |ms: u64| frames(Duration::from_millis(ms), rate);
        self.at += 1;
        if self.tones.iter().all(|tone| at >= place(tone.from + tone.length)) {
            return None;
        }
        let sounding = self.tones.iter().find(|tone| (place(tone.from)..place(tone.from + tone.length)).contains(&at));
        Some(sounding.map_or(0.0, |tone| tone.sample(at - place(tone.from), place(tone.length), rate)))
    }
}

/// At least 1.
fn edge(rate: u32) -> usize {
    frames(EDGE, rate).max(1)
}

impl Tone {
    fn sample(self, at: usize, length: usize, rate: u32) -> f32 {
        let sine = (std::f32::consts::TAU * self.hertz * at as f32 / rate as f32).sin();
        let wave = match self.wave {
            Wave::Square => 1f32.copysign(sine),
            Wave::Sine => sine,
        };
        let distance = at.min(length - 1 - at);
        wave * gain(self.wave) * (distance as f32 / edge(rate) as f32).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 48_000;

    fn samples(keypad: Keypad, press: Press) -> Vec<f32> {
        let mut beeping = Beeping::new(Beep { keypad, press }, RATE);
        std::iter::from_fn(|| beeping.sample()).collect()
    }

    /// How often a stretch crosses zero upwards in a second.
    fn hertz(samples: &[f32]) -> f64 {
        let rises = samples.windows(2).filter(|pair| pair[0] <= 0.0 && pair[1] > 0.0).count();
        rises as f64 * f64::from(RATE) / samples.len() as f64
    }

    fn ms(samples: &[f32], from: usize, to: usize) -> &[f32] {
        &samples[from * 48..to * 48]
    }

    #[test]
    fn a_press_sounds_as_the_servers_listeners_know_it() {
        let uniden = samples(Keypad::Uniden, Press::On);
        assert_eq!(uniden.len(), 80 * 48);
        assert!((hertz(&uniden) - 1_200.0).abs() < 20.0, "{}", hertz(&uniden));
        assert!(ms(&uniden, 10, 70).iter().all(|sample| sample.abs() == 0.25), "it is square");
        let whistler = samples(Keypad::Whistler, Press::On);
        assert_eq!(whistler.len(), 120 * 48);
        let (low, high) = (hertz(ms(&whistler, 0, 60)), hertz(ms(&whistler, 60, 120)));
        assert!((low - 800.0).abs() < 20.0 && (high - 1_400.0).abs() < 20.0, "{low}, {high}");
        let peak = whistler.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.29..=0.3).contains(&peak), "{peak}");
    }

    #[test]
    fn every_press_of_every_keypad_sounds_different_begins_and_ends_in_silence_and_stays_below_speech() {
        let mut heard = Vec::new();
        for keypad in [Keypad::Uniden, Keypad::Whistler] {
            for press in [Press::On, Press::Off, Press::Denied] {
                let samples = samples(keypad, press);
                assert_eq!((samples.first(), samples.last()), (Some(&0.0), Some(&0.0)));
                assert!(samples.iter().all(|sample| sample.abs() <= 0.3));
                assert!(!heard.contains(&samples), "{keypad:?} {press:?}");
                heard.push(samples);
            }
        }
    }
    #[test]
    fn the_test_tone_is_a_second_of_rising_notes_and_gives_way_to_a_call_within_moments_while_a_press_stays() {
        let mut tone = Beeping::test(RATE);
        let whole: Vec<f32> = std::iter::from_fn(|| tone.sample()).collect();
        assert_eq!(whole.len(), 48_000);
        let notes = [ms(&whole, 20, 240), ms(&whole, 280, 500), ms(&whole, 540, 980)].map(hertz);
        assert!(notes.is_sorted_by(|low, high| high / low > 1.15), "{notes:?}");
        let (mut tone, mut press) =
            (Beeping::test(RATE), Beeping::new(Beep { keypad: Keypad::Uniden, press: Press::On }, RATE));
        for beeping in [&mut tone, &mut press] {
            std::iter::from_fn(|| beeping.sample()).take(1_000).for_each(drop);
            beeping.give_way();
        }
        let rest: Vec<f32> = std::iter::from_fn(|| tone.sample()).collect();
        assert_eq!(rest.len(), edge(RATE));
        let jump = rest.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(jump < 0.05 && rest.last().is_some_and(|last| last.abs() < 0.01), "{jump}");
        assert_eq!(std::iter::from_fn(|| press.sample()).count(), 80 * 48 - 1_000);
    }
}
