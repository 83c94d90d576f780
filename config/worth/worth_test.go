package worth_test

import (
	"strings"
	"testing"

	"millwright/config"
	"millwright/internal/errs"
)

func file(worth string) string {
	return `
sites:
  - id: ulm
    zone: Europe/Berlin
    currency: EUR
    areas:
      - id: hall
        lines:
          - id: l
            units: [{id: u}]
            worth: ` + worth + `
`
}

func TestWorthIsReadExactly(t *testing.T) {
	d, err := config.ParseDocument("plant.yaml", []byte(file("{hour: 1200, margins: {COLA-05: 0.35, BOX: '4.500001'}}")))
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Model("plant.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	w := m.Plant.Lines()[0].Worth
	if w.Hour.String() != "1200" || w.Margins["COLA-05"].String() != "0.35" || w.Margins["BOX"].String() != "4.500001" {
		t.Errorf("read as %+v", w)
	}
	text, err := d.Text()
	if err != nil {
		t.Fatal(err)
	}
	again, err := config.ParseDocument("plant.yaml", text)
	if err != nil || again.Sites[0].Areas[0].Lines[0].Worth.Margins["COLA-05"] != "0.35" {
		t.Errorf("written as\n%s\nand read as %+v, %v", text, again, err)
	}
}

func TestWorthThatIsNoAmountIsTold(t *testing.T) {
	for worth, path := range map[string]string{
		"{hour: -1}": "worth.hour", "{hour: much}": "worth.hour", "{margins: {A: 1e3}}": "worth.margins.A", "{margins: {A: 0.0000001}}": "worth.margins.A", "{hour: 99999999999}": "worth.hour",
	} {
		d, err := config.ParseDocument("plant.yaml", []byte(file(worth)))
		if err == nil {
			_, err = d.Model("plant.yaml", nil)
		}
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want a word about %s", worth, err, path)
		}
	}
}
