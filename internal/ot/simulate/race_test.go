//go:build race

package simulate

// raced builds run slower by an order of magnitude. No goroutine runs here, so they look at less; the test command
// runs this package without the detector too.
const raced = true
