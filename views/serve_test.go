package views_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"
)

// TestMain runs the tests; with MILLWRIGHT_GALLERY_LISTEN=127.0.0.1:8090 it serves the fixtures to a person instead.
func TestMain(m *testing.M) {
	if address := os.Getenv("MILLWRIGHT_GALLERY_LISTEN"); address != "" {
		fmt.Fprintln(os.Stderr, "gallery:", http.ListenAndServe(address, gallery()))
		os.Exit(1)
	}
	os.Exit(m.Run())
}
