package app

import (
	"context"

	"millwright/config"
	"millwright/internal/plant"
)

// Plan is the plant that the program is told to run: the text of a plant file, and what is different here.
type Plan struct {
	Name      string                           // of the file, for people: "plants/demo.yaml"
	Text      []byte                           // nil when there is no file: whatever was published last
	Endpoints map[string]string                // where connections are reached from here, in place of what the plant says
	Up        map[string]func(context.Context) // returns once the machine of a connection is there, or its context ends
	Shape     func(*config.Model)
}

// here makes a model fit this place. A connection that the plant no longer has needs no endpoint.
func (p Plan) here(m *config.Model) {
	for i := range m.Connections {
		if e, ok := p.Endpoints[m.Connections[i].ID]; ok {
			m.Connections[i].Endpoint = e
		}
	}
	if p.Shape != nil {
		p.Shape(m)
	}
}

// document reads and checks the file.
func (p Plan) document() (config.Document, error) {
	d, err := config.ParseDocument(p.Name, p.Text)
	if err != nil {
		return d, err
	}
	m, err := d.Model(p.Name, nil)
	if err != nil {
		return d, err
	}
	if err := m.Endpoint(p.Endpoints); p.Text != nil && err != nil {
		return d, err
	}
	return d, nil
}

// planText is the file's text as the program would write it, so that later revisions differ in what they change only.
// Its passwords are moved to the safe.
func (a *App) planText(ctx context.Context) (string, error) {
	d, err := a.plan.document()
	if err == nil {
		err = a.machines.Seal(ctx, &d, plant.Program())
	}
	if err != nil {
		return "", err
	}
	text, err := d.Text()
	return string(text), err
}
