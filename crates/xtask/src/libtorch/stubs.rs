//! Two tiny libraries in place of CUDA's runtime and profiler, which the packaged CPU library still names.
//!
//! Only libtorch's profiler calls them, and only when asked to profile a GPU; each answers with CUDA's "unknown error".

use std::{fmt::Write as _, fs, path::Path, process::Command};

use anyhow::{Context, bail};

/// A shared library and the functions that `libtorch_cpu.so` takes from it.
struct Stub {
    soname: &'static str,
    functions: &'static [&'static str],
}

const STUBS: [Stub; 2] = [
    Stub {
        soname: "libcudart.so.13",
        functions: &[
            "cudaDeviceSynchronize",
            "cudaDriverGetVersion",
            "cudaGetDeviceCount",
            "cudaGetDeviceProperties",
            "cudaGetErrorString",
            "cudaRuntimeGetVersion",
        ],
    },
    Stub {
        soname: "libcupti.so.13",
        functions: &[
            "cuptiActivityDisable",
            "cuptiActivityEnable",
            "cuptiActivityEnableCudaEventDeviceTimestamps",
            "cuptiActivityEnableDriverApi",
            "cuptiActivityEnableRuntimeApi",
            "cuptiActivityFlushAll",
            "cuptiActivityGetNextRecord",
            "cuptiActivityGetNumDroppedRecords",
            "cuptiActivityPopExternalCorrelationId",
            "cuptiActivityPushExternalCorrelationId",
            "cuptiActivityRegisterCallbacks",
            "cuptiActivityRegisterTimestampCallback",
            "cuptiActivitySetAttribute",
            "cuptiEnableCallback",
            "cuptiEnableDomain",
            "cuptiFinalize",
            "cuptiGetCallbackName",
            "cuptiGetResultString",
            "cuptiGetVersion",
            "cuptiSubscribe",
            "cuptiUnsubscribe",
        ],
    },
];

/// Compiles both into `lib`.
pub(super) fn build(lib: &Path) -> anyhow::Result<()> {
    for stub in &STUBS {
        compile(stub, lib).with_context(|| format!("building {}", stub.soname))?;
    }
    Ok(())
}

fn compile(stub: &Stub, lib: &Path) -> anyhow::Result<()> {
    let (source, versions) = (lib.join("stub.c"), lib.join("stub.map"));
    fs::write(&source, c_source(stub))?;
    fs::write(&versions, format!("{} {{ *; }};\n", stub.soname))?;
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let mut compile = Command::new(&compiler);
    compile.args(["-shared", "-fPIC", "-O1", "-nostdlib"]);
    compile.arg(format!("-Wl,-soname,{},--version-script={}", stub.soname, versions.display()));
    let output = compile.arg("-o").arg(lib.join(stub.soname)).arg(&source).output();
    let output =
        output.with_context(|| format!("{compiler} could not be started; a C and C++ compiler is needed"))?;
    if !output.status.success() {
        bail!("{compiler} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    fs::remove_file(source)?;
    fs::remove_file(versions)?;
    Ok(())
}

fn c_source(stub: &Stub) -> String {
    let mut source = String::new();
    for function in stub.functions {
        let definition = if *function == "cudaGetErrorString" {
            format!("const char *{function}(void) {{ return \"there is no CUDA here\"; }}")
        } else {
            format!("int {function}(void) {{ return 999; }}")
        };
        writeln!(source, "{definition}").expect("writing to a string cannot fail");
    }
    source
}
