//! Half a gigabyte over a line that may break: resumed where it stopped, and believed only by its checksum.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::{StatusCode, header::RANGE};
use sha2::{Digest, Sha256};

use super::wheel::Wheel;

/// How often a broken transfer is taken up again before pip is asked to try.
const ATTEMPTS: u32 = 6;

/// The package's file in `folder`, whole and checked.
pub(super) fn fetch(folder: &Path, wheel: &Wheel) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let package = folder.join(wheel.file_name);
    if package.exists() && has_checksum(&package, wheel)? {
        return Ok(package);
    }
    eprintln!("fetching libtorch ({} MB, once)", wheel.bytes / 1_000_000);
    if let Err(reason) = wheel.locate().and_then(|url| fetch_directly(&url, &package, wheel)) {
        eprintln!("the direct download failed ({reason:#}); pip tries");
        wheel.download_with_pip(folder)?;
        if !has_checksum(&package, wheel)? {
            bail!(
                "{} has not the expected checksum {}: delete it and try again",
                package.display(),
                wheel.sha256
            );
        }
    }
    Ok(package)
}

fn fetch_directly(url: &str, package: &Path, wheel: &Wheel) -> anyhow::Result<()> {
    let part = package.with_extension("whl.part");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(transfer_with_retries(url, &part, wheel))?;
    if !has_checksum(&part, wheel)? {
        fs::remove_file(&part)?;
        bail!("the downloaded file has not the expected checksum {}", wheel.sha256);
    }
    fs::rename(&part, package).with_context(|| format!("moving {} into place", part.display()))
}

async fn transfer_with_retries(url: &str, part: &Path, wheel: &Wheel) -> anyhow::Result<()> {
    let client =
        reqwest::Client::builder().no_gzip().read_timeout(std::time::Duration::from_secs(30)).build()?;
    let bar = ProgressBar::new(wheel.bytes).with_style(style());
    let mut outcome = Ok(());
    for _ in 0..ATTEMPTS {
        outcome = transfer(&client, url, part, wheel, &bar).await;
        if outcome.is_ok() {
            break;
        }
    }
    bar.finish_and_clear();
    outcome
}

/// One transfer of what is still missing; an answer that ignores the range starts over.
async fn transfer(
    client: &reqwest::Client,
    url: &str,
    part: &Path,
    wheel: &Wheel,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let had = fs::metadata(part).map_or(0, |metadata| metadata.len());
    if had == wheel.bytes {
        return Ok(());
    }
    let request = client.get(url).header(RANGE, format!("bytes={had}-"));
    let mut response = request.send().await?;
    let resumed = match response.status() {
        StatusCode::PARTIAL_CONTENT => true,
        StatusCode::OK => false,
        status => bail!("the server answered {status}"),
    };
    let mut file =
        OpenOptions::new().create(true).write(true).append(resumed).truncate(!resumed).open(part)?;
    bar.set_position(if resumed { had } else { 0 });
    while let Some(chunk) = response.chunk().await? {
        file.write_all(&chunk)?;
        bar.inc(chunk.len() as u64);
    }
    let have = file.metadata()?.len();
    if have != wheel.bytes {
        bail!("the transfer ended after {have} of {} bytes", wheel.bytes);
    }
    Ok(())
}

fn has_checksum(file: &Path, wheel: &Wheel) -> anyhow::Result<bool> {
    let mut file = File::open(file).with_context(|| format!("reading {}", file.display()))?;
    let mut hash = HashWriter(Sha256::new());
    io::copy(&mut io::BufReader::with_capacity(1 << 20, &mut file), &mut hash)?;
    let hexadecimal =
        hash.0.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    Ok(hexadecimal == wheel.sha256)
}

/// A hash as the end of a copy.
struct HashWriter(Sha256);

impl Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn style() -> ProgressStyle {
    let template = "libtorch {bar:32} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    ProgressStyle::with_template(template).expect("the template is a constant")
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::{
        io::{BufRead, BufReader},
        net::{TcpListener, TcpStream},
        thread,
    };

    const CONTENT: &[u8] = b"half a gigabyte, in spirit";

    /// Serves `CONTENT` from the byte asked for; the first answer breaks off after nine bytes.
    fn serve_with_one_break(listener: &TcpListener) -> Vec<usize> {
        let mut starts = Vec::new();
        for connection in listener.incoming().take(2) {
            let mut connection = connection.unwrap();
            let start = range_start(&connection);
            starts.push(start);
            let rest = &CONTENT[start..];
            let sent = if starts.len() == 1 { &rest[..9] } else { rest };
            let head = format!("HTTP/1.1 206 Partial Content\r\ncontent-length: {}\r\n\r\n", rest.len());
            connection.write_all(head.as_bytes()).unwrap();
            connection.write_all(sent).unwrap();
        }
        starts
    }

    fn range_start(connection: &TcpStream) -> usize {
        let lines =
            BufReader::new(connection).lines().map(Result::unwrap).take_while(|line| !line.is_empty());
        let range = lines.filter_map(|line| Some(line.strip_prefix("range: bytes=")?.to_owned())).last();
        range.unwrap().trim_end_matches('-').parse().unwrap()
    }

    fn wheel(sha256: &'static str) -> Wheel {
        Wheel { platform: "test", file_name: "test.whl", bytes: CONTENT.len() as u64, sha256 }
    }

    /// Downloads over a line that breaks once; what the server was asked for, and how it ended.
    fn download(folder: &Path, wheel: &Wheel) -> (Vec<usize>, anyhow::Result<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/test.whl", listener.local_addr().unwrap());
        let server = thread::spawn(move || serve_with_one_break(&listener));
        let outcome = fetch_directly(&url, &folder.join("test.whl"), wheel);
        (server.join().unwrap(), outcome)
    }

    #[test]
    fn a_broken_download_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let right = wheel("c93e6d473dff882d7bfa31688d2575531538ff5a96edf94f12357533b4952cfa");
        let (starts, outcome) = download(folder.path(), &right);
        outcome.unwrap();
        assert_eq!(starts, [0, 9]);
        assert_eq!(fs::read(folder.path().join("test.whl")).unwrap(), CONTENT);
    }

    #[test]
    fn a_file_with_another_checksum_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (_, outcome) = download(folder.path(), &wheel("00"));
        assert!(outcome.unwrap_err().to_string().contains("checksum"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
