//! A model service that is killed once a minute and comes back a little later.

use std::{net::TcpListener, path::PathBuf, process::Command, time::Duration};

use tokio::time::sleep;

use crate::footprint::Server;

const UP_FOR: Duration = Duration::from_secs(50);
const DOWN_FOR: Duration = Duration::from_secs(10);

/// An address that was free a moment ago; the service has to come back at the same one.
pub fn address() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

/// Starts and kills it until this is dropped.
pub async fn come_and_go(root: PathBuf, address: String) -> anyhow::Result<()> {
    loop {
        let mut service = Command::new(root.join("target/release/velib-inference"));
        service.args(["--listen", &address, "--model"]).arg(root.join("model/model.tar.gz"));
        let running = Server::start(service.env("RUST_LOG", "off"))?;
        sleep(UP_FOR).await;
        drop(running);
        sleep(DOWN_FOR).await;
    }
}
