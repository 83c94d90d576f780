package opcua_test

import (
	"flag"
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
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil { // they wait for servers, most of the time
		log.Fatal(err)
	}
	goleak.VerifyTestMain(m, // the proxy sometimes leaves one behind when a fault on its link is healed
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2/toxics.(*ToxicStub).Run"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).read"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).write"),
	)
}
