# One static binary, no shell, no root.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN make build && mkdir -p /out/data && cp bin/millwright /out/

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build --chown=nonroot:nonroot /out /
USER nonroot
VOLUME /data
EXPOSE 8080
ENV MILLWRIGHT_DATA=/data MILLWRIGHT_LISTEN=0.0.0.0:8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/millwright", "healthy"]
ENTRYPOINT ["/millwright"]
CMD ["serve"]
