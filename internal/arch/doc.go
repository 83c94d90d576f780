// Package arch is the test that keeps the tree true: who may import whom, and how large a thing may grow.
package arch
