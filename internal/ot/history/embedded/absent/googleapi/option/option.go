// Package option has the options of a client of Google's cloud, which is not there: none does anything.
package option

// ClientOption does nothing.
type ClientOption interface{}

// ServiceAccount is a kind of credentials.
const ServiceAccount = "service_account"

// WithScopes does nothing.
func WithScopes(...string) ClientOption { return nil }

// WithAuthCredentialsFile does nothing.
func WithAuthCredentialsFile(string, string) ClientOption { return nil }

// WithCredentials does nothing.
func WithCredentials(any) ClientOption { return nil }
