//! An S3 server on loopback: moto's, from the tests' environment.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use anyhow::{Context, ensure};

/// A running server, ended when dropped.
pub(super) struct S3 {
    endpoint: String,
    process: Child,
}

impl S3 {
    /// Starts it with one empty bucket.
    pub(super) fn start(venv: &Path, bucket: &str) -> anyhow::Result<Self> {
        let mut server = Command::new(venv.join("bin/moto_server"));
        server.args(["--host", "127.0.0.1", "--port", "0"]).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = server.spawn().context("starting moto's server")?;
        let mut log = BufReader::new(process.stderr.take().context("its log is piped")?);
        let mut lines = log.by_ref().lines().map_while(Result::ok);
        let endpoint = lines.find_map(|line| Some(line.split_once("Running on ")?.1.trim().to_owned()));
        // Its log is drained, or it would stop once the pipe is full.
        thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let s3 = Self { endpoint: endpoint.context("moto's server did not start")?, process };
        s3.make(bucket)?;
        Ok(s3)
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    fn make(&self, bucket: &str) -> anyhow::Result<()> {
        let address = self.endpoint.trim_start_matches("http://");
        let mut connection = TcpStream::connect(address)?;
        write!(
            connection,
            "PUT /{bucket} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "making the bucket {bucket}: {answer}");
        Ok(())
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        // A server that has stopped already is as good as a killed one.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
