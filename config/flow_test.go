package config

import (
	"strings"
	"testing"

	"millwright/internal/plant"
)

const twoPresses = `
sites:
  - id: ulm
    zone: Europe/Berlin
    areas:
      - id: a
        lines:
          - id: l
            units:
              - {id: one, buffer: 200}
              - {id: two, beside: one}
              - {id: three, beside: two}
`

func TestUnitsSideBySideNameTheFirst(t *testing.T) {
	model := func(text string) (Model, error) {
		d, err := ParseDocument("p", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return d.Model("p", nil)
	}
	_, err := model(twoPresses)
	if err == nil || !strings.Contains(err.Error(), `units[2].beside: "two" works beside "one" itself`) {
		t.Errorf("%v", err)
	}
	m, err := model(strings.Replace(twoPresses, "beside: two", "beside: one", 1))
	if err != nil {
		t.Fatal(err)
	}
	line := m.Plant.Lines()[0]
	if stage := line.Stage("l/two"); len(stage) != 3 || line.Units[0].Buffer != 200*plant.One {
		t.Errorf("%v %+v", stage, line.Units)
	}
	for _, wrong := range []string{"beside: four", "beside: three", "buffer: -1", "buffer: 2000000"} {
		if _, err := model(strings.Replace(twoPresses, "beside: two", wrong, 1)); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
