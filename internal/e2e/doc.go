// Package e2e drives the built program, its machines and a real browser, as a person would.
package e2e
