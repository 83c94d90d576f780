package views_test

import (
	"net/http"
	"os"
	"testing"
)

// TestServeGallery serves the fixtures for a person to look at while MILLWRIGHT_GALLERY_LISTEN names an address.
func TestServeGallery(t *testing.T) {
	address := os.Getenv("MILLWRIGHT_GALLERY_LISTEN")
	if address == "" {
		t.Skip("SKIPPED: set MILLWRIGHT_GALLERY_LISTEN=127.0.0.1:8090 to look at the pages")
	}
	if err := http.ListenAndServe(address, gallery()); err != nil {
		t.Fatal(err)
	}
}
