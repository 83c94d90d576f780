// Package runtime is empty: only a test of Prometheus names it, which `go mod tidy` follows.
package runtime
