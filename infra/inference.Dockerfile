# The model service as SageMaker runs it: one Rust binary and the five native libraries it needs, nothing else.
# Built from the repository's root: docker build --platform linux/amd64 -f infra/inference.Dockerfile .
# The weights are not in the image: SageMaker unpacks model.tar.gz into /opt/ml/model, so that a new model is no new image.

FROM rust:1.95-slim-bookworm AS build

# torch-sys compiles C++ against libtorch; the xtask fetches libtorch through pip and strips it.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends binutils ca-certificates g++ python3 python3-pip python3-venv unzip \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /src
COPY rust-toolchain.toml Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY crates crates

RUN cargo xtask libtorch \
    && cargo build --release --locked -p velib-inference --features libtorch

# The binary looks for its libraries in ../lib; libtorch.so itself is a linker script that only a build needs.
RUN mkdir -p /opt/velib/bin /opt/velib/lib \
    && cp target/release/velib-inference /opt/velib/bin/ \
    && for library in libtorch_cpu.so libc10.so libgomp.so.1 libcudart.so.13 libcupti.so.13; do \
         cp --dereference .libtorch/*/lib/"$library" /opt/velib/lib/ || exit 1; \
       done


FROM debian:bookworm-slim

RUN useradd --system --uid 10001 --no-create-home velib
COPY --from=build /opt/velib /opt/velib

# Waiting threads sleep instead of spinning: a serverless endpoint has few processors and pays for each second of them.
ENV OMP_WAIT_POLICY=PASSIVE
# Bodies of megabytes go back to the system when they are answered, instead of lying about in fragments.
ENV MALLOC_MMAP_THRESHOLD_=1048576

USER 10001
EXPOSE 8080

# SageMaker starts the container with the one argument `serve`, which the program takes; without it, it does the same.
ENTRYPOINT ["/opt/velib/bin/velib-inference"]
