//! Lambda's side of the runtime API for one function: hands out an event when told to, and takes the answer.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use anyhow::{Context, bail};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running API.
pub(super) struct RuntimeApi {
    address: String,
    events: mpsc::Sender<String>,
    answers: mpsc::Receiver<Answer>,
}

struct Answer {
    path: String,
    body: String,
}

type Events = Arc<Mutex<mpsc::Receiver<String>>>;

impl RuntimeApi {
    /// Listens on a loopback port.
    pub(super) fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let (events, waiting) = mpsc::channel();
        let (answered, answers) = mpsc::channel();
        let waiting: Events = Arc::new(Mutex::new(waiting));
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (waiting, answered) = (Arc::clone(&waiting), answered.clone());
                // A function that was ended closes its connections; that is no error here.
                thread::spawn(move || drop(serve(&connection, &waiting, &answered)));
            }
        });
        Ok(Self { address, events, answers })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Hands out an event and returns the answer to it; an error where the function reports one.
    pub(super) fn answer_to(&mut self, event: &str) -> anyhow::Result<String> {
        self.events.send(event.to_owned()).context("the runtime API has ended")?;
        let Answer { path, body } =
            self.answers.recv_timeout(PATIENCE).context("the function gave no answer")?;
        if path.ends_with("/response") {
            return Ok(body);
        }
        bail!("the function failed: {body}")
    }
}

/// Answers the requests of one connection until it closes.
fn serve(connection: &TcpStream, events: &Events, answers: &mpsc::Sender<Answer>) -> anyhow::Result<()> {
    connection.set_nodelay(true)?;
    let (mut reader, mut writer) = (BufReader::new(connection), connection);
    loop {
        let (path, body) = request(&mut reader)?;
        if !path.ends_with("/invocation/next") {
            answers.send(Answer { path, body })?;
            writer.write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")?;
            continue;
        }
        let event = events.lock().unwrap_or_else(PoisonError::into_inner).recv()?;
        let head = format!(
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:collector\r\nContent-Length: {}\r\n\r\n",
            event.len()
        );
        writer.write_all((head + &event).as_bytes())?;
    }
}

/// Path and body of the next request; an error at the end of the connection.
fn request(reader: &mut impl BufRead) -> anyhow::Result<(String, String)> {
    let first = line(reader)?;
    let path = first.split(' ').nth(1).context("no path")?.to_owned();
    let (mut length, mut is_chunked) = (0, false);
    loop {
        let header = line(reader)?.to_ascii_lowercase();
        match header.split_once(':') {
            None => break,
            Some(("content-length", value)) => length = value.trim().parse()?,
            Some(("transfer-encoding", value)) => is_chunked = value.trim() == "chunked",
            Some(_) => {}
        }
    }
    let body = if is_chunked { chunks(reader)? } else { bytes(reader, length)? };
    Ok((path, String::from_utf8_lossy(&body).into_owned()))
}

fn chunks(reader: &mut impl BufRead) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(&line(reader)?, 16)?;
        body.extend(bytes(reader, size)?);
        line(reader)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn bytes(reader: &mut impl Read, length: usize) -> anyhow::Result<Vec<u8>> {
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

fn line(reader: &mut impl BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        bail!("the connection is closed");
    }
    Ok(line.trim_end().to_owned())
}
