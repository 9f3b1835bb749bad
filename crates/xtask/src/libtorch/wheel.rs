//! The Python package that carries libtorch, and where the user's own pip would get it from.
//!
//! pip resolves the address, so that a mirror or a proxy configured for pip is respected and no host is named here.

use std::{path::Path, process::Command};

use anyhow::{Context, bail};
use serde::Deserialize;

/// The libtorch that the pinned tch needs.
pub(super) const VERSION: &str = "2.13.0";

/// One build of the package, known by its checksum.
#[derive(Debug)]
pub(super) struct Wheel {
    /// pip's name of the platform.
    pub(super) platform: &'static str,
    /// The file's name in the index.
    pub(super) file_name: &'static str,
    /// Bytes of the file.
    pub(super) bytes: u64,
    /// Checksum of the file, in hexadecimal.
    pub(super) sha256: &'static str,
}

const LINUX_X86_64: Wheel = Wheel {
    platform: "manylinux_2_28_x86_64",
    file_name: "torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl",
    bytes: 526_574_961,
    sha256: "60fcdcb2f3876e21146cb4524ef06397d727ca9ad5f020818547e25075fe3cb7",
};

/// The part of pip's installation report that is read here.
#[derive(Deserialize)]
struct Report {
    install: Vec<Installed>,
}

#[derive(Deserialize)]
struct Installed {
    download_info: DownloadInfo,
}

#[derive(Deserialize)]
struct DownloadInfo {
    url: String,
}

impl Wheel {
    /// The build for this processor and system.
    pub(super) fn for_this_machine() -> anyhow::Result<&'static Self> {
        match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => Ok(&LINUX_X86_64),
            (system, processor) => bail!(
                "libtorch is fetched only for linux x86_64, this is {system} {processor}: \
                 install libtorch {VERSION} and export LIBTORCH with its folder"
            ),
        }
    }

    /// Asks pip where it would download the package from.
    pub(super) fn locate(&self) -> anyhow::Result<String> {
        let mut pip = self.pip("install");
        pip.args(["--quiet", "--dry-run", "--ignore-installed", "--report", "-", "--target", "unused"]);
        let output = pip
            .arg(Self::requirement())
            .output()
            .context("python3 could not be started; is it installed?")?;
        if !output.status.success() {
            bail!("pip does not find torch {VERSION}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let report: Report = serde_json::from_slice(&output.stdout).context("reading pip's report")?;
        let found = report.install.into_iter().next().context("pip's report names no package")?;
        Ok(found.download_info.url)
    }

    /// Lets pip itself download into a folder: slower to recover, but with every setting that pip has.
    pub(super) fn download_with_pip(&self, folder: &Path) -> anyhow::Result<()> {
        let mut pip = self.pip("download");
        crate::progress::run_to_end("pip download", pip.arg("--dest").arg(folder).arg(Self::requirement()))
    }

    fn pip(&self, verb: &str) -> Command {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "--disable-pip-version-check", verb, "--no-deps", "--only-binary=:all:"]);
        pip.args([
            "--python-version",
            "3.11",
            "--implementation",
            "cp",
            "--abi",
            "cp311",
            "--platform",
            self.platform,
        ]);
        pip
    }

    fn requirement() -> String {
        format!("torch=={VERSION}")
    }
}
