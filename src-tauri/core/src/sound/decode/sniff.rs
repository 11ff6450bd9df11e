//! What bytes look like from their beginning, for a better reason than "it did not decode".

use symphonia::core::codecs::audio::AudioCodecId;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_AC3, CODEC_ID_EAC3, CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_SPEEX, CODEC_ID_WMA,
};

use crate::sound::DecodeError;

/// Refuses what cannot be audio: nothing at all, or a web page (of a login portal, say).
pub(super) fn reject(bytes: &[u8], content_type: Option<&str>) -> Result<(), DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    let called_a_page =
        content_type.is_some_and(|name| name.trim_start().to_ascii_lowercase().starts_with("text/html"));
    if is_page(bytes) || called_a_page && !is_known(bytes) {
        return Err(DecodeError::WebPage);
    }
    Ok(())
}

fn is_page(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let starts = |tag: &[u8]| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    starts(b"<!doctype html") || starts(b"<html") || starts(b"<head") || starts(b"<body") || starts(b"<!--")
}

/// Whether the bytes begin like a container that Squelch plays.
pub(super) fn is_known(bytes: &[u8]) -> bool {
    let at = |offset: usize, mark: &[u8]| bytes.get(offset..offset + mark.len()) == Some(mark);
    let frame_sync = bytes.len() > 1 && bytes[0] == 0xff && bytes[1] & 0xe0 == 0xe0;
    let wave = at(0, b"RIFF") && at(8, b"WAVE");
    wave || at(4, b"ftyp") || at(4, b"moov") || at(0, b"OggS") || at(0, b"fLaC") || at(0, b"ID3") || frame_sync
}

/// What people call a codec, as far as one may meet it here.
pub(super) fn codec_name(codec: AudioCodecId) -> String {
    let name = match codec {
        CODEC_ID_AAC => "AAC",
        CODEC_ID_AC3 => "AC-3",
        CODEC_ID_EAC3 => "E-AC-3",
        CODEC_ID_MP1 => "MPEG layer 1",
        CODEC_ID_MP2 => "MPEG layer 2",
        CODEC_ID_SPEEX => "Speex",
        CODEC_ID_WMA => "WMA",
        other => return format!("number {other}"),
    };
    name.to_owned()
}
