// Package arm is empty: only a test of Prometheus names it, which `go mod tidy` follows.
package arm
