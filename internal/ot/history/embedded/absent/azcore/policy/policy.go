// Package policy says what a token would be asked for.
package policy

// TokenRequestOptions are the scopes of a token.
type TokenRequestOptions struct{ Scopes []string }
