# The program alone, on a base without a shell, run by nobody in particular.
#
#   docker build --build-arg BUILD_COMMIT=$(git rev-parse HEAD) -t ascms .
#   docker run --env-file .env -p 8080:8080 -p 127.0.0.1:9090:9090 ascms
#   docker run -p 127.0.0.1:8080:8080 ascms serve --sandbox

# Both images are named by digest: a tag may move. When one is renewed, its digest is changed here.
#
# The version is that of rust-toolchain.toml; naming it again keeps rustup from fetching what only development needs.
FROM rust:1.95.0-bookworm@sha256:6258907abe69656e41cd992e0b705cdcfabcbbe3db374f92ed2d47121282d4a1 AS build
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /build
COPY . .
ARG BUILD_COMMIT
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --workspace --bins --locked \
    && cp target/release/ascms /ascms

FROM gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f
COPY --from=build /ascms /usr/local/bin/ascms
# A place that nonroot may write to, for the sandbox.
WORKDIR /home/nonroot
USER nonroot
# The API, and the admin port: /healthz, /readyz, /version, /metrics. Keep the second on an inner network.
ENV ASCMS_LISTEN=0.0.0.0:8080 \
    ASCMS_ADMIN_LISTEN=0.0.0.0:9090
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/ascms"]
CMD ["serve"]
