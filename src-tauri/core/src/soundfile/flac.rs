//! What a FLAC file is made of. The library makes its blocks; the file's beginning is written here, again and again, for
//! the library would write it at the end only, and keep a note of every block until then.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use flac_codec::encode::{FlacStreamWriter, Options};

use super::BLOCK;

/// Where the library puts a block before it goes to the disk in one piece.
#[derive(Debug, Clone, Default)]
struct Tray(Arc<Mutex<Vec<u8>>>);

impl Write for Tray {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) struct Flac {
    rate: u32,
    tray: Tray,
    blocks: FlacStreamWriter<Tray>,
    /// Of the samples that were written, for whoever checks the file.
    sum: md5::Context,
}

impl Flac {
    pub(super) fn new(rate: u32) -> Self {
        let tray = Tray::default();
        let blocks = FlacStreamWriter::new(tray.clone(), Options::default());
        Self { rate, tray, blocks, sum: md5::Context::new() }
    }

    /// The mark, and what is known of the whole file. It is complete with nothing written, too.
    pub(super) fn head(&self, samples: u64) -> Vec<u8> {
        // The last of the blocks that are not sound is this one, of 34 bytes.
        let mut head = b"fLaC\x80\0\0\x22".to_vec();
        head.extend_from_slice(&(BLOCK as u16).to_be_bytes());
        head.extend_from_slice(&(BLOCK as u16).to_be_bytes());
        // The smallest and the largest block are not known.
        head.extend_from_slice(&[0; 6]);
        // Twenty bits for the rate, three for the channels but one, five for the bits but one, 36 for the samples.
        let facts = u64::from(self.rate & 0xf_ffff) << 44 | 15 << 36 | (samples & 0xf_ffff_ffff);
        head.extend_from_slice(&facts.to_be_bytes());
        head.extend_from_slice(&self.sum.clone().finalize().0);
        head
    }

    /// All but the last are of one length.
    pub(super) fn block(&mut self, samples: &[i16]) -> io::Result<Vec<u8>> {
        let samples: Vec<i32> = samples.iter().map(|sample| i32::from(*sample)).collect();
        self.blocks.write(self.rate, 1, 16, &samples).map_err(io::Error::other)?;
        Ok(std::mem::take(&mut *self.tray.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    pub(super) fn is_written(&mut self, samples: &[i16]) {
        self.sum.consume(super::wav::block(samples));
    }
}
