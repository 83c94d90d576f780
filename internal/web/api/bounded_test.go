package api

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestBoundedReaderEndsWithAnError(t *testing.T) {
	b := &bounded{from: strings.NewReader(strings.Repeat("x", 100)), left: 10}
	buf := make([]byte, 64)
	n, err := b.Read(buf)
	if n != 10 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	var tooLong *http.MaxBytesError
	if _, err = b.Read(buf); !errors.As(err, &tooLong) {
		t.Errorf("%v", err)
	}
}
