//! A program that listens: how soon it answers, and how much memory it holds.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

use crate::soak;

/// A program that listens, stopped when dropped.
pub struct Server {
    child: Child,
    address: String,
    since: Instant,
}

impl Server {
    /// Starts it and waits until it says where it listens.
    #[expect(clippy::disallowed_methods, reason = "measuring time is what this verb is for")]
    pub fn start(command: &mut Command) -> anyhow::Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let since = Instant::now();
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().with_context(|| format!("starting {program}"))?;
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("stdout is piped")).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://");
        let Some(address) = address.map(ToOwned::to_owned) else {
            bail!("{program} printed {line:?} instead of where it listens");
        };
        Ok(Self { child, address, since })
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Time from the start of the process to its first successful answer.
    pub fn first_answer(&mut self, path: &str) -> anyhow::Result<Duration> {
        self.first_answer_to(&Request::get(path))
    }

    /// The same of an answer to this request.
    pub fn first_answer_to(&mut self, Request { head, body }: &Request) -> anyhow::Result<Duration> {
        let (host, length) = (&self.address, body.len());
        let headers = format!("Host: {host}\r\nContent-Length: {length}\r\nConnection: close");
        while self.since.elapsed() < Duration::from_mins(1) {
            let mut stream = TcpStream::connect(&self.address)?;
            write!(stream, "{head} HTTP/1.1\r\n{headers}\r\n\r\n")?;
            stream.write_all(body)?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            if answer.starts_with("HTTP/1.1 200") {
                return Ok(self.since.elapsed());
            }
        }
        bail!("no successful answer to {head} within 60 s")
    }

    /// Resident memory of the process, where the system shows it.
    pub fn resident_mb(&self) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kb: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kb / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has stopped already is as good as a killed one.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is asked of a program, to be sent again and again until it answers.
pub struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    /// One that asks for a path.
    pub fn get(path: &str) -> Self {
        Self { head: format!("GET {path}"), body: Vec::new() }
    }

    /// One that asks the model service about so many stations.
    pub fn forecasts_of(stations: usize) -> Self {
        let body = soak::kinds::body(stations).to_string().into_bytes();
        Self { head: "POST /invocations".to_owned(), body }
    }
}
