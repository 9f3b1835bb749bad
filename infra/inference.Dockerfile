# The model service as SageMaker runs it: one Rust binary and the native libraries it loads, nothing else.
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

COPY infra/inference-root.sh infra/
RUN sh infra/inference-root.sh target/release/velib-inference .libtorch/*/lib /root-of-image


FROM scratch

COPY --from=build /root-of-image /

# Waiting threads sleep instead of spinning: a serverless endpoint has few processors and pays for each second of them.
ENV OMP_WAIT_POLICY=PASSIVE
# Bodies of megabytes go back to the system when they are answered, instead of lying about in fragments.
ENV MALLOC_MMAP_THRESHOLD_=1048576

USER 10001
EXPOSE 8080

# SageMaker starts the container with the one argument `serve`, which the program takes; without it, it does the same.
ENTRYPOINT ["/opt/velib/bin/velib-inference"]
