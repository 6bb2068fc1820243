# The gateway's image, from Debian's packages alone. The tests do not build it: they run where no container can be started.
#
#   docker build -t tabir .
#   docker run -v ./config:/etc/tabir:ro -p 5432:5432 tabir

FROM debian:bookworm-slim AS build
WORKDIR /tabir
COPY packages.txt ./
COPY .ci/install .ci/install
RUN .ci/install build
COPY CMakeLists.txt CMakePresets.json LICENSE ./
COPY sql sql
COPY policies policies
COPY monitoring monitoring
COPY gateway gateway
RUN cmake --preset release -DCMAKE_INSTALL_PREFIX=/usr \
 && cmake --build --preset release \
 && DESTDIR=/image cmake --install build/release --strip

FROM debian:bookworm-slim
COPY packages.txt /tmp/tabir/
COPY .ci/install /tmp/tabir/.ci/
RUN /tmp/tabir/.ci/install run && rm -rf /tmp/tabir /var/lib/apt/lists/*
COPY --from=build /image/usr /usr
# A number, so that Kubernetes can tell that it is not root.
USER 65532:65532
EXPOSE 5432 9187
ENTRYPOINT ["/usr/bin/tabir"]
CMD ["serve", "--config", "/etc/tabir/tabir.yaml"]
