package config

import (
	"embed"
	"io/fs"
)

//go:embed millwright.yaml
var documented []byte

//go:embed plants
var plants embed.FS

// Documented is the text of millwright.yaml, with every key and its default.
func Documented() []byte { return documented }

// Bundled is the folder of plant files and logs that the program brings along.
func Bundled() fs.FS {
	sub, err := fs.Sub(plants, "plants")
	if err != nil {
		return plants // cannot be: the folder is embedded
	}
	return sub
}

// BundledText is the text of one of the plant files that the program brings along.
func BundledText(name string) ([]byte, error) { return fs.ReadFile(Bundled(), name) }

// BundledPlant reads one of the plant files that the program brings along: "demo.yaml", "mill.yaml".
func BundledPlant(name string) (Model, error) {
	text, err := BundledText(name)
	if err != nil {
		return Model{}, err
	}
	return ParsePlant("plants/"+name, text)
}

// Demo is the demo plant.
func Demo() (Model, error) { return BundledPlant("demo.yaml") }
