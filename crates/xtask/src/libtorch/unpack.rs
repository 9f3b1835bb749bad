//! Out of the package: three libraries and the headers. The CUDA libraries and all Python stay behind.

use std::{
    fs::{self, File},
    io::{self, BufReader},
    path::Path,
    process::Command,
};

use anyhow::Context;
use zip::ZipArchive;

use crate::progress::spinner;

const LIBRARIES: [&str; 3] = ["torch/lib/libtorch_cpu.so", "torch/lib/libc10.so", "torch/lib/libgomp.so.1"];
const HEADERS: &str = "torch/include/";

/// The packaged `libtorch.so` would need the CUDA libraries; this one sends the linker to the CPU library alone.
const LINKER_SCRIPT: &str = "INPUT ( -ltorch_cpu )\n";

/// Fills `folder` with `lib/` and `include/`.
pub(super) fn unpack(package: &Path, folder: &Path) -> anyhow::Result<()> {
    let waiting = spinner("unpacking libtorch");
    let file = File::open(package).with_context(|| format!("opening {}", package.display()))?;
    let mut archive =
        ZipArchive::new(BufReader::new(file)).context("reading the package as a zip archive")?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let wanted = LIBRARIES.contains(&name.as_str()) || name.starts_with(HEADERS);
        if !wanted || !entry.is_file() {
            continue;
        }
        let inside = entry.enclosed_name().with_context(|| format!("{name} points outside the package"))?;
        let target = folder.join(inside.strip_prefix("torch")?);
        fs::create_dir_all(target.parent().expect("an entry below torch/ has a folder"))?;
        let mut out = File::create(&target).with_context(|| format!("writing {}", target.display()))?;
        io::copy(&mut entry, &mut out).with_context(|| format!("unpacking {name}"))?;
    }
    fs::write(folder.join("lib/libtorch.so"), LINKER_SCRIPT)?;
    strip(&folder.join("lib/libtorch_cpu.so"));
    waiting.finish_and_clear();
    Ok(())
}

/// Takes symbols away that only a debugger wants (a fifth of the file); without binutils the library stays as it is.
fn strip(library: &Path) {
    let stripped = Command::new("strip").arg("--strip-unneeded").arg(library).output();
    if !stripped.is_ok_and(|output| output.status.success()) {
        eprintln!("strip did not run; {} keeps its debug symbols and works the same", library.display());
    }
}
