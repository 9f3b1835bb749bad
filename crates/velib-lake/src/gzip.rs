//! Gzip whose bytes depend on the content alone: no time, no file name, one level.
//!
//! Identical documents become identical objects, so storing twice is recognisable as such.

use std::io::{self, Read, Write};

use flate2::{Compression, Decompress, FlushDecompress, GzBuilder, Status, read::MultiGzDecoder};

const LEVEL: Compression = Compression::new(6);
/// "Unknown" in RFC 1952: the same object whichever machine wrote it.
const NO_OPERATING_SYSTEM: u8 = 255;
/// The longest window of RFC 1951, 32 KiB, as a power of two.
const WINDOW_BITS: u8 = 15;
/// No deflate stream unpacks to more than so many times its size.
const MOST_EXPANSION: usize = 1_032;

/// Compresses a body.
pub(crate) fn gzip(body: &[u8]) -> Vec<u8> {
    let header = GzBuilder::new().mtime(0).operating_system(NO_OPERATING_SYSTEM);
    let mut encoder = header.write(Vec::new(), LEVEL);
    encoder.write_all(body).expect("writing to memory cannot fail");
    encoder.finish().expect("writing to memory cannot fail")
}

/// Gives a body back.
pub(crate) fn gunzip(object: &[u8]) -> io::Result<Vec<u8>> {
    if let Some(body) = gunzip_at_once(object) {
        return Ok(body);
    }
    let mut body = Vec::new();
    MultiGzDecoder::new(object).read_to_end(&mut body)?;
    Ok(body)
}

/// Unpacks an object of one member, as [`gzip`] makes them, in one step into as much memory as its end says it takes;
/// `None` where it is anything else or damaged.
fn gunzip_at_once(object: &[u8]) -> Option<Vec<u8>> {
    let size = u32::from_le_bytes(*object.last_chunk()?) as usize;
    // One byte more than needed: a full buffer would not tell whether the stream ends there.
    let mut body = Vec::with_capacity(size.min(object.len().saturating_mul(MOST_EXPANSION)) + 1);
    let mut stream = Decompress::new_gzip(WINDOW_BITS);
    let status = stream.decompress_vec(object, &mut body, FlushDecompress::Finish);
    let is_whole = matches!(status, Ok(Status::StreamEnd)) && stream.total_in() == object.len() as u64;
    is_whole.then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn the_header_holds_no_time_no_name_and_no_machine() {
        assert_eq!(gzip(b"{}")[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    }

    #[test]
    fn a_cut_object_is_an_error_and_not_a_shorter_body() {
        let object = gzip(&[7; 4096]);
        assert!(gunzip(&object[..object.len() - 9]).is_err());
    }

    #[test]
    fn an_object_of_several_members_is_all_of_them() {
        let object = [gzip(b"{}"), gzip(b"[]"), gzip(b"")].concat();
        assert_eq!(gunzip_at_once(&object), None);
        assert_eq!(gunzip(&object).unwrap(), b"{}[]");
    }

    #[test]
    fn an_object_that_lies_about_its_size_is_unpacked_or_refused() {
        let mut object = gzip(&[7; 4096]);
        assert_eq!(gunzip_at_once(&object).unwrap(), [7; 4096]);
        for size in [0, 1, 4095, 4097, u32::MAX] {
            *object.last_chunk_mut().unwrap() = size.to_le_bytes();
            assert_eq!(gunzip_at_once(&object), None, "{size}");
            assert!(gunzip(&object).is_err(), "{size}");
        }
    }

    proptest! {
        #[test]
        fn any_damage_is_noticed_or_harmless(
            body in proptest::collection::vec(0_u8..4, 0..600),
            at in any::<proptest::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let mut object = gzip(&body);
            let at = at.index(object.len());
            object[at] = byte;
            let mut expect = Vec::new();
            let is_whole = MultiGzDecoder::new(&object[..]).read_to_end(&mut expect).is_ok();
            prop_assert_eq!(gunzip(&object).ok(), is_whole.then_some(expect));
        }

        #[test]
        fn every_body_comes_back_as_it_went_in(body in proptest::collection::vec(any::<u8>(), 0..2048)) {
            prop_assert_eq!(gunzip(&gzip(&body)).unwrap(), body);
        }
    }
}
