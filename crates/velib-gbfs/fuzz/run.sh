#!/usr/bin/env bash
# Fuzzes the parsers for a fixed time: ./run.sh [SECONDS], 300 when not given. Needs a nightly toolchain and cargo-fuzz
# (`cargo install cargo-fuzz`). What it finds lands in artifacts/ and belongs into tests/laws.rs as a case.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p fuzz/corpus/documents
exec cargo +nightly fuzz run documents fuzz/corpus/documents fuzz/seeds -- \
    -max_total_time="${1:-300}" -max_len=4096 -timeout=5 -rss_limit_mb=1024 -dict=fuzz/gbfs.dict
