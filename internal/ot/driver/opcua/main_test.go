package opcua_test

import (
	"io"
	"log"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests, or, in a child of theirs, the device under test.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // the library's server prints on it
	if os.Getenv("DEVICE") == "gopcua" {
		os.Exit(serveGopcua())
	}
	goleak.VerifyTestMain(m)
}
