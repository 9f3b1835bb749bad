//! The Paris arrondissement that a Vélib' code tells: `16107` stands in the 16th, `9020` in the 9th.
//!
//! Codes from 21 on belong to other communes (`31024` is Montreuil), which have no arrondissement.

use velib_domain::StationCode;

/// Codes are the arrondissement or commune followed by three digits.
const STATIONS_PER_AREA: u32 = 1000;

/// The arrondissement, 1–20; `None` outside Paris and for codes of another kind.
pub(crate) fn arrondissement_of(code: &StationCode) -> Option<u8> {
    let text = code.as_str();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if !(4..=5).contains(&digits) {
        return None;
    }
    let number: u32 = text[..digits].parse().ok()?;
    let area = u8::try_from(number / STATIONS_PER_AREA).ok()?;
    (1..=20).contains(&area).then_some(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expect: Option<u8>) {
        assert_eq!(arrondissement_of(&StationCode::new(code)), expect, "{code}");
    }

    #[test]
    fn five_digits_tell_a_two_digit_arrondissement() {
        check("16107", Some(16));
        check("20011", Some(20));
    }

    #[test]
    fn four_digits_tell_a_one_digit_arrondissement() {
        check("9020", Some(9));
        check("1001", Some(1));
    }

    #[test]
    fn a_relay_stands_where_its_station_does() {
        check("13118_Relais", Some(13));
    }

    #[test]
    fn other_communes_and_other_codes_have_none() {
        for code in ["31024", "21010", "92001", "42", "123456", "velib", ""] {
            check(code, None);
        }
    }
}
