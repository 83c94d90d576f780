package execution

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

var (
	midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	operator = plant.Person{ID: 7, Name: "Ola", Role: plant.Operator}
)

// oneLine is a line of a filler and a packer, its output. The filler paces it.
func oneLine(total bool) (plant.Line, []machine.Signals) {
	line := plant.Line{ID: "l", Units: []plant.Unit{{ID: "filler"}, {ID: "packer"}}, Pacer: "filler", Output: "packer"}
	packer := machine.Signals{Unit: "packer", Good: machine.Counter{Tag: 1}, Reject: machine.Counter{Tag: 2}, Total: machine.Counter{Tag: 3}}
	if total {
		packer.Good.Tag = 0
	}
	return line, []machine.Signals{{Unit: "filler", Reject: machine.Counter{Tag: 4}, Product: 5}, packer}
}

// tags names the line's tags; those that are watched are looked at every so often.
func tags(t testing.TB, every time.Duration) *tag.Registry {
	var all []tag.Tag
	for _, name := range []string{"l/packer/good", "l/packer/reject", "l/packer/total", "l/filler/reject", "l/filler/product"} {
		all = append(all, tag.Tag{Name: name, Interval: every})
	}
	r, err := tag.NewRegistry(all)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// book is what was posted, kept as a store keeps it.
type book struct {
	jobs     map[string]Job
	marks    map[string]Mark
	runs     map[int64]Run
	bookings []Booking
}

func newBook() *book {
	return &book{jobs: map[string]Job{}, marks: map[string]Mark{}, runs: map[int64]Run{}}
}

// post keeps a posting; a mark or a job that is not as the posting says is a conflict.
func (b *book) post(p Posting) error {
	for _, m := range p.Marks {
		if !b.marks[m.Tag].At.Equal(m.Before) {
			return errs.New(errs.Conflict, "the mark of %s is at %s", m.Tag, b.marks[m.Tag].At)
		}
	}
	for _, j := range p.Jobs {
		if b.jobs[j.ID].Version != j.Version {
			return errs.New(errs.Conflict, "job %s has version %d", j.ID, b.jobs[j.ID].Version)
		}
	}
	for _, m := range p.Marks {
		b.marks[m.Tag] = m
	}
	for _, j := range p.Jobs {
		old := b.jobs[j.ID]
		j.counts(&old)
		j.Version++
		b.jobs[j.ID] = j
	}
	for _, r := range p.Runs {
		b.runs[r.From.UnixMicro()] = r
	}
	for _, k := range p.Bookings {
		if j, ok := b.jobs[k.Job]; ok {
			j.takes(k)
			b.jobs[k.Job] = j
		}
	}
	if r := p.Recount; r != nil {
		j := b.jobs[r.Job]
		j.Ahead.Add(r.Good+r.Scrap, plant.Span{To: r.At})
		b.jobs[r.Job] = j
	}
	b.bookings = append(b.bookings, p.Bookings...)
	return nil
}

// load gives everything that is kept.
func (b *book) load(d *Desk) {
	var jobs []Job
	for _, j := range b.jobs {
		jobs = append(jobs, j)
	}
	var marks []Mark
	for _, m := range b.marks {
		marks = append(marks, m)
	}
	var runs []Run
	for _, r := range b.runs {
		runs = append(runs, r)
	}
	d.Load(jobs, runs, marks)
}

// unowned sums what is booked to no job.
func (b *book) unowned() (good, scrap plant.Quantity) {
	for _, k := range b.bookings {
		switch {
		case k.Job != "":
		case k.Scrap:
			scrap += k.Qty
		default:
			good += k.Qty
		}
	}
	return good, scrap
}

// scene is one part of a script. Its words:
//
//	== NAME                        begins a scene
//	watched                        the counters are looked at every second
//	total                          the output counts its total, not its good pieces
//	job ID PRODUCT PLANNED         waits on the line, in this order
//	HH:MM:SS product P             the filler says it makes P ("-" for nothing)
//	HH:MM:SS good|reject|total N   the packer's counter shows N; "from" a first reading: "good N first"
//	HH:MM:SS lost packer           nothing is heard of it
//	HH:MM:SS waste N               the filler's reject counter shows N
//	HH:MM:SS late good N           a reading that arrives after those that are newer
//	HH:MM:SS counted ID GOOD SCRAP people say how many there are in all
//	HH:MM:SS start|hold|resume|complete|abort ID
//	again                          tells the fact before once more
//	weeks N                        later, what is over is forgotten
//	crash                          forgets what is not posted, loads what is kept and hears everything again
//	= ID STATUS GOOD SCRAP         of a job; "= none GOOD SCRAP" of no job
//	~ N                            so many bookings are estimates
//	! WORDS                        the step before was refused with these words
type scene struct {
	t       *testing.T
	desk    *Desk
	book    *book
	told    []machine.Fact
	shown   map[machine.What]machine.Counted
	waste   machine.Counted
	refused error
}

func newScene(t *testing.T, total, watched bool) *scene {
	line, signals := oneLine(total)
	every := time.Duration(0)
	if watched {
		every = time.Second
	}
	return &scene{t: t, desk: NewDesk([]plant.Line{line}, signals, tags(t, every)), book: newBook(), shown: map[machine.What]machine.Counted{}}
}

func TestScenes(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenes: %v", err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(text), "== ")[1:] {
			name, body, _ := strings.Cut(part, "\n")
			t.Run(name, func(t *testing.T) {
				lines := strings.Split(body, "\n")
				s := newScene(t, slices.Contains(lines, "total"), slices.Contains(lines, "watched"))
				for n, l := range lines {
					if w := strings.Fields(l); len(w) > 0 && l != "total" && l != "watched" && !s.play(w) {
						t.Fatalf("line %d: %q is not understood", n+1, l)
					}
				}
			})
		}
	}
}

func (s *scene) play(w []string) bool {
	switch {
	case w[0] == "job" && len(w) == 4:
		j := Job{ID: w[1], Line: "l", Product: w[2], Planned: pieces(w[3]), Status: Waiting, Rank: int64(len(s.book.jobs)), Version: 1}
		s.book.jobs[j.ID] = j
		s.desk.Add(j)
	case w[0] == "again":
		s.desk.Apply(s.told[len(s.told)-1])
		s.post()
	case w[0] == "weeks":
		s.desk.Forget(s.desk.stations["l"].last().From.AddDate(0, 0, 7*int(pieces(w[1])/plant.One)))
	case w[0] == "crash":
		s.book.load(s.desk)
		for _, f := range s.told {
			s.desk.Believe(f)
		}
		s.post()
	case w[0] == "=" || w[0] == "~" || w[0] == "!":
		s.check(w)
	default:
		at, err := time.Parse("15:04:05", w[0])
		return err == nil && len(w) >= 3 && s.happen(midnight.Add(at.Sub(at.Truncate(24*time.Hour))), w[1:])
	}
	return true
}

func pieces(w string) plant.Quantity {
	q, err := plant.ParseQuantity(w)
	if err != nil {
		panic(err)
	}
	return q
}

func (s *scene) happen(at time.Time, w []string) bool {
	whats := map[string]machine.What{"good": machine.Good, "reject": machine.Reject, "total": machine.Total}
	steps := map[string]Status{"start": Running, "hold": Held, "resume": Running, "complete": Completed, "abort": Aborted}
	switch {
	case w[0] == "product":
		s.tell(machine.ProductChanged{Unit: "filler", At: at, Product: strings.Trim(w[1], "-")})
	case w[0] == "lost":
		s.tell(machine.StateChanged{Unit: "packer", At: at, State: machine.Unknown})
	case w[0] == "waste":
		c := machine.Counted{Unit: "filler", What: machine.Reject, Tag: 4, Since: s.waste.At, At: at, From: s.waste.To, To: pieces(w[1])}
		c.Qty = c.To - c.From
		s.waste = c
		s.tell(c)
	case w[0] == "late":
		s.late(at, whats[w[1]], pieces(w[2]))
	case whats[w[0]] != 0:
		s.count(at, whats[w[0]], w[1:])
	case w[0] == "counted" && len(w) == 4:
		j := s.book.jobs[w[1]]
		p, err := s.desk.Count(Count{Job: w[1], Good: pieces(w[2]), Scrap: pieces(w[3]), SeenGood: j.Good, SeenScrap: j.Scrap}, at)
		if s.refused = err; err == nil && s.book.post(p) == nil {
			s.desk.Adopt(p)
		}
	case steps[w[0]] != "":
		var p Posting
		j := s.book.jobs[w[1]]
		if p, s.refused = s.desk.Plan(w[1], j.Version, steps[w[0]], at); s.refused == nil {
			p.By, p.Why = operator, "asked for"
			if s.refused = s.book.post(p); s.refused == nil {
				s.desk.Adopt(p)
				s.post()
			}
		}
	default:
		return false
	}
	return true
}

func (s *scene) count(at time.Time, what machine.What, w []string) {
	last, known := s.shown[what]
	c := machine.Counted{Unit: "packer", What: what, Tag: tag.ID(what), Since: last.At, At: at, From: last.To, To: pieces(w[0])}
	c.Qty = c.To - c.From
	if !known {
		c.Since, c.From, c.Qty, c.Event = at, c.To, 0, machine.Baseline
	}
	if c.Qty < 0 {
		c.Qty, c.Event = c.To, machine.Reset
	}
	s.shown[what] = c
	s.tell(c)
}

func (s *scene) tell(f machine.Fact) {
	s.told = append(s.told, f)
	if !s.desk.Apply(f) {
		s.t.Errorf("%+v does not join on", f)
	}
	s.post()
}

// late cuts a count that was told in two, as the history does for a reading that comes late.
func (s *scene) late(at time.Time, what machine.What, shown plant.Quantity) {
	i := slices.IndexFunc(s.told, func(f machine.Fact) bool {
		c, ok := f.(machine.Counted)
		return ok && c.What == what && c.Unit == "packer" && c.Since.Before(at) && at.Before(c.At)
	})
	a := s.told[i].(machine.Counted)
	b := a
	a.At, a.To, b.Since, b.From = at, shown, at, shown
	a.Qty, b.Qty = a.To-a.From, b.To-b.From
	s.told = slices.Replace(s.told, i, i+1, machine.Fact(a), machine.Fact(b))
	for _, e := range s.desk.Estimates(machine.Late{Unit: "packer", At: at}) {
		s.desk.Refine(e, []machine.Counted{a, b})
	}
	s.post()
}

func (s *scene) post() {
	p, some := s.desk.Posting()
	if !some {
		return
	}
	if err := s.book.post(p); err != nil {
		s.t.Fatalf("post %+v: %v", p, err)
	}
	s.desk.Posted()
}

func (s *scene) check(w []string) {
	s.t.Helper()
	want := strings.Join(w, " ")
	got := ""
	switch w[0] {
	case "=":
		if w[1] == "none" {
			good, scrap := s.book.unowned()
			got = fmt.Sprintf("= none %s %s", good, scrap)
			break
		}
		j := s.book.jobs[w[1]]
		got = fmt.Sprintf("= %s %s %s %s", j.ID, j.Status, j.Good, j.Scrap)
		if mine, err := s.desk.Job(j.ID); err != nil || mine != j {
			s.t.Errorf("the desk has %+v, the book %+v", mine, j)
		}
	case "~":
		n := 0
		for _, k := range s.book.bookings {
			if k.Estimated {
				n++
			}
		}
		got = "~ " + strconv.Itoa(n)
	case "!":
		got = fmt.Sprintf("! %v", s.refused)
		s.refused = nil
	}
	if got != want {
		s.t.Errorf("got  %s\nwant %s", got, want)
		for _, k := range slices.SortedFunc(slices.Values(s.book.bookings), func(a, b Booking) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Job, b.Job)) }) {
			s.t.Logf("  %s–%s %-5s %s scrap %v estimated %v", k.Since.Format("15:04:05"), k.At.Format("15:04:05"), k.Job, k.Qty, k.Scrap, k.Estimated)
		}
	}
}
