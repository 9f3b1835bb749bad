//! Gzip whose bytes depend on the content alone: no time, no file name, one level.
//!
//! Identical documents become identical objects, so storing twice is recognisable as such.

use std::io::{self, Read, Write};

use flate2::{Compression, GzBuilder, read::MultiGzDecoder};

const LEVEL: Compression = Compression::new(6);
/// "Unknown" in RFC 1952: the same object whichever machine wrote it.
const NO_OPERATING_SYSTEM: u8 = 255;

/// Compresses a body.
pub(crate) fn gzip(body: &[u8]) -> Vec<u8> {
    let header = GzBuilder::new().mtime(0).operating_system(NO_OPERATING_SYSTEM);
    let mut encoder = header.write(Vec::new(), LEVEL);
    encoder.write_all(body).expect("writing to memory cannot fail");
    encoder.finish().expect("writing to memory cannot fail")
}

/// Gives a body back.
pub(crate) fn gunzip(object: &[u8]) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    MultiGzDecoder::new(object).read_to_end(&mut body)?;
    Ok(body)
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

    proptest! {
        #[test]
        fn every_body_comes_back_as_it_went_in(body in proptest::collection::vec(any::<u8>(), 0..2048)) {
            prop_assert_eq!(gunzip(&gzip(&body)).unwrap(), body);
        }
    }
}
