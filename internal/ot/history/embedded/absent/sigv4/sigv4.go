// Package sigv4 stands where signing for Amazon's cloud would be, and refuses.
package sigv4

import (
	"errors"
	"net/http"
)

var errAbsent = errors.New("sigv4: this program cannot sign requests for Amazon's cloud")

// SigV4Config cannot be configured.
type SigV4Config struct{}

// Validate refuses.
func (*SigV4Config) Validate() error { return errAbsent }

// UnmarshalYAML refuses.
func (*SigV4Config) UnmarshalYAML(func(any) error) error { return errAbsent }

// NewSigV4RoundTripper refuses.
func NewSigV4RoundTripper(*SigV4Config, http.RoundTripper) (http.RoundTripper, error) {
	return nil, errAbsent
}
