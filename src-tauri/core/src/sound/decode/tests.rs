use super::*;

#[test]
fn nothing_is_empty_and_a_page_is_a_page() {
    assert_eq!(decode(b"", None), Err(DecodeError::Empty));
    for page in [&b"<!DOCTYPE html><p>Sign in"[..], b"\n  <HTML>", b"\xef\xbb\xbf<html lang=en>"] {
        assert_eq!(decode(page, Some("audio/mpeg")), Err(DecodeError::WebPage));
    }
    assert_eq!(decode(b"Please sign in", Some("text/html; charset=utf-8")), Err(DecodeError::WebPage));
}

#[test]
fn text_is_an_unknown_format() {
    assert_eq!(decode(b"{\"error\":\"no such call\"}", None), Err(DecodeError::UnknownFormat));
}

#[test]
fn a_change_of_rate_within_a_file_keeps_the_time_of_both_parts() {
    let mut heard = Heard { decoded: 2, ..Heard::default() };
    heard.stretches.push(Pcm { samples: vec![0.5; 8_000], rate: 8_000 });
    heard.stretches.push(Pcm { samples: vec![0.5; 16_000], rate: 16_000 });
    let pcm = heard.finish().unwrap();
    assert_eq!((pcm.rate, pcm.samples.len()), (16_000, 32_000));
}

#[test]
fn a_file_that_mostly_fails_is_damaged() {
    let mut heard = Heard { decoded: 1, ..Heard::default() };
    heard.stretches.push(Pcm { samples: vec![0.5; 160], rate: 8_000 });
    heard.failed("bad frame");
    heard.failed("bad frame");
    assert_eq!(heard.finish(), Err(DecodeError::Damaged("bad frame".to_owned())));
}

#[test]
fn samples_that_are_not_numbers_become_silence() {
    let mut heard = Heard { decoded: 1, ..Heard::default() };
    heard.stretches.push(Pcm { samples: vec![f32::NAN, f32::INFINITY, 0.25], rate: 8_000 });
    assert_eq!(heard.finish().unwrap().samples, [0.0, 0.0, 0.25]);
}
