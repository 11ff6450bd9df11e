//! Sizes in headers that promise more than the file holds.
//!
//! A recorder that streams writes its header before it knows the length, and an upload may be cut off. The container
//! readers refuse such files although all their sound is there, so the sizes are made true first.

use std::borrow::Cow;

/// The same file, or a copy whose outermost sizes end where the file ends.
pub(super) fn mend(bytes: &[u8]) -> Cow<'_, [u8]> {
    let patches = match bytes {
        [b'R', b'I', b'F', b'F', ..] => wave(bytes),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => boxes(bytes),
        _ => Vec::new(),
    };
    if patches.is_empty() {
        return Cow::Borrowed(bytes);
    }
    let mut mended = bytes.to_vec();
    for (at, size) in patches {
        mended[at..at + 4].copy_from_slice(&size);
    }
    Cow::Owned(mended)
}

/// RIFF: a chunk that goes on beyond the end of the file or of the stated whole, and that whole.
fn wave(bytes: &[u8]) -> Vec<(usize, [u8; 4])> {
    let mut at = 12;
    let Some(stated) = word(bytes, 4).map(u32::from_le_bytes) else { return Vec::new() };
    while let Some(size) = word(bytes, at + 4).map(u32::from_le_bytes) {
        let left = bytes.len() - at - 8;
        if size as usize > left || at + size as usize > stated as usize {
            let size = size.min(left as u32);
            let whole = (bytes.len() - 8) as u32;
            return vec![(4, whole.to_le_bytes()), (at + 4, size.to_le_bytes())];
        }
        // Chunks begin at even places.
        at += 8 + size as usize + size as usize % 2;
    }
    Vec::new()
}

/// MP4: the last box, if it goes on beyond the end. Sizes 0 and 1 have meanings of their own.
fn boxes(bytes: &[u8]) -> Vec<(usize, [u8; 4])> {
    let mut at = 0;
    while let Some(size) = word(bytes, at).map(u32::from_be_bytes) {
        let left = bytes.len() - at;
        if size < 8 {
            break;
        }
        if size as usize > left {
            return if left < 8 { Vec::new() } else { vec![(at, (left as u32).to_be_bytes())] };
        }
        at += size as usize;
    }
    Vec::new()
}

fn word(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..at + 4)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_file_of_unknown_length_ends_where_the_file_ends() {
        let mut file = b"RIFF\xff\xff\xff\xffWAVEdata\xff\xff\xff\xff".to_vec();
        file.extend([1, 2, 3, 4]);
        let mended = mend(&file);
        assert_eq!(mended[4..8], 16_u32.to_le_bytes());
        assert_eq!(mended[16..20], 4_u32.to_le_bytes());
    }

    #[test]
    fn a_file_whose_sizes_are_true_is_not_copied() {
        let file = b"RIFF\x10\0\0\0WAVEdata\x04\0\0\0\x01\x02\x03\x04";
        assert!(matches!(mend(file), Cow::Borrowed(_)));
        assert!(matches!(mend(b"\0\0\0\x08ftyp\0\0\0\x08mdat"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_last_box_that_was_cut_off_ends_where_the_file_ends() {
        assert_eq!(&*mend(b"\0\0\0\x08ftyp\0\0\x10\0mdat12"), b"\0\0\0\x08ftyp\0\0\0\x0amdat12");
    }
}
