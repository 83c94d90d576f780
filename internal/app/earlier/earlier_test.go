package earlier_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/app/earlier"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/store/storetest"
)

// text is a plant whose line has a name, and says its state or not.
func text(name, signals string, disabled bool) string {
	return fmt.Sprintf(`enterprise: Works
connections: [{id: plc, driver: opcua, endpoint: "opc.tcp://127.0.0.1:1", policy: None, mode: None, disabled: %t}]
machines: {m: {tags: {good: {address: "ns=1;s=good"}, state: {address: "ns=1;s=state"}, run: {expr: "good > 5 ? 6 : 4"}}, signals: {%s good: {tag: good}}}}
sites: [{id: ulm, zone: UTC, areas: [{id: hall, lines: [{id: one, name: %s, units: [{id: press, connection: plc, machines: [m]}]}]}]}]
`, disabled, signals, name)
}

func understand(text string, known *tag.Registry) (config.Model, error) {
	d, err := config.ParseDocument("the plant", []byte(text))
	if err != nil {
		return config.Model{}, err
	}
	return d.Model("the plant", known)
}

func TestALineBeginsWithTheRevisionThatItsTagsCameWith(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	ago := func(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }
	for name, c := range map[string]struct {
		texts []string // of revisions, oldest first
		ages  []int    // in hours
		boot  bool     // it is the plant that the program starts with
		want  time.Time
	}{
		"came now":             {texts: []string{"enterprise: Works\n", text("One", "", false)}, ages: []int{3, 0}, want: ago(0)},
		"is the first":         {texts: []string{text("One", "", false)}, ages: []int{2}, want: ago(2)},
		"only its name is":     {texts: []string{"enterprise: Works\n", text("One", "", false), text("Two", "", false)}, ages: []int{5, 3, 1}, want: ago(3)},
		"its signals are new":  {texts: []string{text("One", "", false), text("One", "state: state,", false)}, ages: []int{5, 1}, want: ago(5)},
		"its state is derived": {texts: []string{"enterprise: Works\n", text("One", "state: run,", false)}, ages: []int{3, 1}, want: ago(1)},
		"is there for long":    {texts: []string{text("One", "", false), text("Two", "", false)}, ages: []int{90, 60}},
		"is told by others":    {texts: []string{text("One", "", true)}, ages: []int{1}},
		"was there at start":   {texts: []string{text("One", "", false)}, ages: []int{1}, boot: true},
		"before is no plant":   {texts: []string{"sites: [{id: 1 2}]", text("One", "", false)}, ages: []int{5, 1}, want: ago(5)},
	} {
		t.Run(name, func(t *testing.T) {
			book := storetest.SQLite(t).Open().Revisions()
			var head revision.Revision
			for i, s := range c.texts {
				var err error
				if head, err = book.Publish(t.Context(), revision.Revision{Parent: head.Number, At: ago(c.ages[i]), Text: s, By: plant.Program(), Why: "test"}); err != nil {
					t.Fatal(err)
				}
			}
			model, err := understand(head.Text, nil)
			if err != nil {
				t.Fatal(err)
			}
			p := earlier.New(earlier.Options{
				Book: book, Number: head.Number, Model: model, Running: !c.boot, Understand: understand, Log: slog.New(slog.DiscardHandler),
				History: func(config.Model) timeline.Source { return nil },
			})
			got, err := p.Begin(t.Context(), "one")
			if err != nil || !got.Equal(c.want) {
				t.Errorf("it begins at %s, want %s (%v)", got, c.want, err)
			}
			if got, err := p.Begin(t.Context(), "none"); err != nil || !got.IsZero() {
				t.Errorf("a line that there is not begins at %s (%v)", got, err)
			}
		})
	}
}
