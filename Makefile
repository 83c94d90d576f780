# Eight words. `make` alone lists them.
export CGO_ENABLED ?= 0
GO      ?= go
BIN     := bin/millwright
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X millwright/internal/app.Version=$(VERSION)
LINT    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUMPT   := mvdan.cc/gofumpt@v0.12.0

.PHONY: help run build test check generate bench clean

help:       ## list the words
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

run: build  ## build, then start the demo plant and print its address
	$(BIN) demo

build:      ## make bin/millwright
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/millwright

test:       ## set everything up, then run every test
	@bash internal/e2e/setup.sh
	@bash internal/e2e/test.sh

check:      ## test, then lint, formatting and generated code
	@LINT=$(LINT) FUMPT=$(FUMPT) bash internal/e2e/check.sh

generate:   ## make *_templ.go and the table of licences anew
	$(GO) tool templ generate -log-level error
	$(GO) run ./static/licences/gather

bench:      ## measure what docs/performance.md states
	$(BIN) bench all

clean:      ## remove what was built; data stays
	rm -rf bin .cache
