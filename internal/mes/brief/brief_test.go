package brief_test

import (
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/brief"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

func TestWhatIsStillOpen(t *testing.T) {
	t.Parallel()
	at := func(h int) time.Time { return time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC) }
	read := brief.Sheet{ID: 1, Version: 2, Kind: brief.Instruction, Line: "L", Title: "Read"}
	ask := brief.Sheet{ID: 2, Version: 1, Kind: brief.Checklist, Product: "P", Title: "Ask", Words: "Guard closed?\n\nNozzle 4?"}
	old := brief.Sheet{ID: 3, Version: 1, Kind: brief.Instruction, Title: "Old", Retired: true}
	otto, mara := plant.Person{ID: 7, Name: "Otto"}, plant.Person{ID: 8, Name: "Mara"}
	job := execution.Job{ID: "J-1", Line: "L", Product: "P"}
	for _, c := range []struct {
		name  string
		marks []brief.Mark
		want  string
	}{
		{"nothing was done yet", nil, "Read Ask"},
		{"the version before was read", []brief.Mark{{Sheet: 1, Version: 1, Who: otto, At: at(1)}}, "Read Ask"},
		{"somebody else has read it", []brief.Mark{{Sheet: 1, Version: 2, Who: mara, At: at(1)}}, "Read Ask"},
		{"it was read", []brief.Mark{{Sheet: 1, Version: 2, Who: otto, At: at(1)}}, "Ask"},
		{"somebody else has answered: it is about the job", []brief.Mark{{Sheet: 2, Version: 1, Job: "J-1", Who: mara, Answers: []string{"yes", "yes"}, At: at(1)}}, "Read"},
		{"answered for another job", []brief.Mark{{Sheet: 2, Version: 1, Job: "J-0", Who: otto, Answers: []string{"yes", "yes"}, At: at(1)}}, "Read Ask"},
		{"one answer is not yes", []brief.Mark{{Sheet: 2, Version: 1, Job: "J-1", Who: otto, Answers: []string{"yes", "nozzle 3 is in"}, At: at(1)}}, "Read Ask"},
		{"the newest answer counts", []brief.Mark{
			{Sheet: 2, Version: 1, Job: "J-1", Who: mara, Answers: []string{"yes", "yes"}, At: at(2)},
			{Sheet: 2, Version: 1, Job: "J-1", Who: otto, Answers: []string{"no"}, At: at(1)},
		}, "Read"},
	} {
		var titles []string
		for _, s := range brief.Open([]brief.Sheet{read, ask, old}, c.marks, job, otto.ID) {
			titles = append(titles, s.Title)
		}
		if got := strings.Join(titles, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if q := ask.Questions(); len(q) != 2 || q[1] != "Nozzle 4?" {
		t.Errorf("questions: %q", q)
	}
}

func TestASheetIsChecked(t *testing.T) {
	t.Parallel()
	s := brief.Sheet{Kind: "poem", Words: strings.Repeat("x", brief.MostWords+1)}
	if err := s.Check(); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a poem: %v", err)
	}
	s = brief.Sheet{Kind: brief.Checklist, Title: " Set up ", Words: "a?\r\nb?"}
	if err := s.Check(); err != nil || s.Title != "Set up" || len(s.Questions()) != 2 {
		t.Errorf("%+v: %v", s, err)
	}
}
