# One static binary, no shell, no root. internal/e2e starts it in a folder with nothing else, as the last stage says.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
COPY internal/ot/history/embedded/absent internal/ot/history/embedded/absent
COPY internal/store/absent internal/store/absent
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN make build VERSION="$VERSION" && mkdir -p /out && mkdir -m 700 /out/data

# The user is a number, so that who runs the image can see that it is not root; the program is root's, the data are the user's.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /src/bin/millwright /
COPY --from=build --chown=65532:65532 /out /
USER 65532:65532
VOLUME /data
EXPOSE 8080
ENV MILLWRIGHT_DATA=/data MILLWRIGHT_LISTEN=0.0.0.0:8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/millwright", "healthy"]
ENTRYPOINT ["/millwright"]
CMD ["serve"]
