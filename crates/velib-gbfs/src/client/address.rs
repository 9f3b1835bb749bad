//! Which addresses the client talks to: https anywhere, plain http only on this machine.

use std::net::IpAddr;

use reqwest::Url;

use super::FetchError;

/// The address, if it may be fetched.
pub(super) fn checked(url: &str) -> Result<Url, FetchError> {
    let address = Url::parse(url)
        .map_err(|error| FetchError::BadUrl { url: url.to_owned(), reason: error.to_string() })?;
    if is_allowed(&address) {
        return Ok(address);
    }
    Err(FetchError::NotHttps { url: url.to_owned() })
}

/// Whether a redirect from one address to another is followed: a remote server sends nobody to this machine.
pub(super) fn may_lead_to(from: &Url, to: &Url) -> bool {
    is_allowed(to) && (is_loopback(from) || !is_loopback(to))
}

fn is_allowed(address: &Url) -> bool {
    address.scheme() == "https" || (address.scheme() == "http" && is_loopback(address))
}

fn is_loopback(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || literal.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_lead(from: &str, to: &str) -> bool {
        may_lead_to(&Url::parse(from).unwrap(), &Url::parse(to).unwrap())
    }

    #[test]
    fn https_goes_anywhere_and_http_only_here() {
        for url in
            ["https://example.org/gbfs.json", "http://127.0.0.1:8080/", "http://[::1]/", "http://localhost/a"]
        {
            assert!(checked(url).is_ok(), "{url}");
        }
        for url in [
            "http://example.org/gbfs.json",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "http://127.0.0.1.example.org/",
        ] {
            assert!(matches!(checked(url), Err(FetchError::NotHttps { .. })), "{url}");
        }
        assert!(matches!(checked("gbfs.json"), Err(FetchError::BadUrl { .. })));
    }

    #[test]
    fn a_redirect_keeps_to_https_and_off_this_machine() {
        assert!(may_lead("https://a.org/", "https://b.org/"));
        assert!(may_lead("http://127.0.0.1/", "http://127.0.0.1/b"));
        assert!(!may_lead("https://a.org/", "http://b.org/"));
        assert!(!may_lead("https://a.org/", "http://127.0.0.1/"));
        assert!(!may_lead("https://a.org/", "https://localhost/"));
    }
}
