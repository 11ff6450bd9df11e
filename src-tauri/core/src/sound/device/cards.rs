//! Which of ALSA's many names for a sound card a person would recognise.
//!
//! It names each output a dozen times: once for each way to get to it, plugins and servers included. One of those is kept,
//! the one through which other programs sound at the same time, and the digital outputs, which have names of their own.

/// Of each card the usual output, and the ways out to a screen or an amplifier.
const KEPT: [&str; 3] = ["sysdefault:CARD=", "hdmi:CARD=", "iec958:CARD="];

/// Whether it belongs in a list of devices. The id is as `alsa:hdmi:CARD=HDMI,DEV=0`.
pub(super) fn is_recognised(id: &str) -> bool {
    id.split_once(':').is_some_and(|(_, pcm)| KEPT.iter().any(|kept| pcm.starts_with(kept)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_output_of_a_card_is_listed_once_and_no_plugin_is() {
        let all = [
            "null",
            "default",
            "pipewire",
            "pulse",
            "lavrate",
            "sysdefault",
            "sysdefault:CARD=PCH",
            "front:CARD=PCH,DEV=0",
            "surround51:CARD=PCH,DEV=0",
            "iec958:CARD=PCH,DEV=0",
            "hdmi:CARD=HDMI,DEV=0",
            "hdmi:CARD=HDMI,DEV=1",
            "dmix:CARD=PCH,DEV=0",
            "hw:CARD=PCH,DEV=0",
            "plughw:CARD=PCH,DEV=0",
            "hw:CARD=0,DEV=0",
            "default:CARD=PCH",
        ];
        let ids = all.map(|pcm| format!("alsa:{pcm}"));
        let kept: Vec<_> = ids.iter().filter(|id| is_recognised(id)).collect();
        let expected = [
            "alsa:sysdefault:CARD=PCH",
            "alsa:iec958:CARD=PCH,DEV=0",
            "alsa:hdmi:CARD=HDMI,DEV=0",
            "alsa:hdmi:CARD=HDMI,DEV=1",
        ];
        assert_eq!(kept, expected.iter().collect::<Vec<_>>());
        assert!(!is_recognised("") && !is_recognised("sysdefault"));
    }
}
