//! A real S3 API server for tests: moto's, on a loopback port of its own choosing, gone when the test process is.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{OnceLock, mpsc},
    time::Duration,
};

/// Python takes a second to start, and many more on a busy machine.
const START_TIMEOUT: Duration = Duration::from_mins(2);

/// Ends the server when its own input closes, so that not even a killed test leaves one behind.
const SERVE_UNTIL_INPUT_CLOSES: &str =
    r#""$0" --host 127.0.0.1 --port 0 & server=$!; cat >/dev/null; kill "$server""#;

/// A running server.
pub(crate) struct Moto {
    /// `http://127.0.0.1:PORT`.
    pub(crate) endpoint: String,
    _process: Child,
}

impl Moto {
    /// The server that all tests of this process share, or `None`, with the reason printed, where moto is not installed.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Moto>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    fn start() -> Option<Self> {
        let program = std::env::var_os("MOTO_SERVER").map_or_else(installed_program, PathBuf::from);
        if !program.exists() {
            println!("skipped: {} is not there; `cargo xtask test` installs it", program.display());
            return None;
        }
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(SERVE_UNTIL_INPUT_CLOSES).arg(&program);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = shell.spawn().expect("a shell starts the server");
        let log = process.stderr.take().expect("its log is piped");
        Some(Self { endpoint: announced_address(log), _process: process })
    }

    /// Makes an empty bucket.
    pub(crate) fn create_bucket(&self, name: &str) {
        let answer = self.ask("PUT", name);
        assert!(answer.starts_with("HTTP/1.1 200"), "creating bucket {name}: {answer}");
    }

    /// Sends a request about a bucket, unsigned, which moto accepts; returns the whole answer.
    pub(crate) fn ask(&self, method: &str, bucket: &str) -> String {
        let address = self.endpoint.strip_prefix("http://").expect("the address is plain HTTP");
        let mut connection = TcpStream::connect(address).expect("the server listens");
        let head = format!("{method} /{bucket} HTTP/1.1\r\nHost: {address}\r\n");
        let request = head + "Content-Length: 0\r\nConnection: close\r\n\r\n";
        connection.write_all(request.as_bytes()).expect("the server reads");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("the server answers");
        answer
    }
}

fn installed_program() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/venv/bin/moto_server"))
}

/// Reads the log up to the line that says where the server listens, and goes on draining it in the background.
fn announced_address(log: impl Read + Send + 'static) -> String {
    let (found, address) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            if let Some((_, at)) = line.split_once("Running on ") {
                let _ = found.send(at.trim().to_owned());
            }
        }
    });
    address.recv_timeout(START_TIMEOUT).expect("moto's server announces its address")
}
