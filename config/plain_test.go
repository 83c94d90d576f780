package config

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"millwright/config/plain"
	"millwright/config/strict"
)

// Every plant that comes with the program can be written, and read, in the plain form; what it says stays the same.
func TestPlantsArePlain(t *testing.T) {
	files, err := filepath.Glob("plants/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := ParseDocument(file, text)
		if err != nil {
			t.Fatal(err)
		}
		written, ok := plain.Write(d)
		if !ok {
			t.Errorf("%s is not written in the plain form", file)
		}
		var again, general Document
		if !plain.Read(written, &again) {
			t.Errorf("%s is not read in the plain form", file)
		}
		if err := strict.Decode(file, written, &general); err != nil || !reflect.DeepEqual(again, general) || !reflect.DeepEqual(d.Copy(), d) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
