package config

import (
	"millwright/config/joborders"
	"millwright/config/strict"
	"millwright/internal/errs"
	"millwright/internal/ot/derive"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Model is a plant file understood: the equipment, its tags, what they mean, and how they are reached.
type Model struct {
	Plant       plant.Plant
	Tags        *tag.Registry
	Signals     []machine.Signals
	Derived     []derive.Formula // each behind those it reads
	Connections []Connection
	Receivers   []joborders.Receiver // of job orders
}

// ReadPlant reads the text of a plant file; errs.Invalid when it cannot be read or is no such file by its size.
func ReadPlant(path string) ([]byte, error) { return readFile(path) }

// LoadPlant reads and checks a plant file. Every mistake is reported at once (errs.Invalid).
func LoadPlant(path string) (Model, error) {
	text, err := readFile(path)
	if err != nil {
		return Model{}, err
	}
	return ParsePlant(path, text)
}

// ParsePlant understands the text of a plant file; path only names it in errors.
func ParsePlant(path string, text []byte) (Model, error) {
	d, err := ParseDocument(path, text)
	if err != nil {
		return Model{}, err
	}
	m, err := d.Model(path, nil)
	return m, strict.Lined(text, err)
}

// Endpoint puts other endpoints in the place of those in the file, by connection id.
func (m *Model) Endpoint(others map[string]string) error {
	for id, endpoint := range others {
		found := false
		for i := range m.Connections {
			if m.Connections[i].ID == id {
				m.Connections[i].Endpoint, found = endpoint, true
			}
		}
		if !found {
			return errs.New(errs.Invalid, "endpoints.%s: the plant file has no connection of that id", id)
		}
	}
	return nil
}
