package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"go.uber.org/goleak"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/app/machines"
	"millwright/internal/erp/hook"
	"millwright/internal/errs"
	"millwright/internal/mail"
	"millwright/internal/mail/post"
	"millwright/internal/mes/andon"
	slate "millwright/internal/mes/board"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/health"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/mes/trace"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/secret"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const password = "four wet otters sing"

// world is a small plant behind a real server: users and sessions in a real store, samples in a real archive.
// The engines are played by hand.
type world struct {
	t        testing.TB
	log      *syncBuffer
	book     revision.Book
	vault    access.Vault
	chain    access.Chain
	audit    store.Audit
	kept     *store.Store
	ledger   oee.Ledger
	gate     *access.Gate
	archive  *embedded.Archive
	tags     *tag.Registry
	latest   *bus.Latest
	lines    *lines
	jobs     *jobs
	calls    *andon.Board
	units    *units
	news     web.News
	site     *web.Server
	http     *httptest.Server
	clock    *clock
	health   *health.Keeper
	machines *machines.Machines
	folder   string // of certificates
	trade    web.Trade
	outlook  *outlook.Outlook
	queues   queues
	slate    *slate.Board

	ledgers string // the database's file

	unready error
}

// clock is a wall clock that tests can push ahead, or stop.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
	still time.Time // where it was stopped
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.still.IsZero() {
		return c.still.Add(c.ahead)
	}
	return time.Now().Add(c.ahead)
}

// stop lets it stand, where it matters how much comes in a time.
func (c *clock) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.still = time.Now()
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// The plant: one line of two machines in each of two halls.
func thePlant(t testing.TB) *plant.Plant {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	all := round(zone, begun(zone))
	line := func(id, area string) plant.Line {
		unit := func(u string) plant.Unit {
			return plant.Unit{ID: plant.UnitID(id + "/" + u), Name: strings.ToUpper(u[:1]) + u[1:], Line: plant.LineID(id)}
		}
		return plant.Line{
			ID: plant.LineID(id), Name: strings.ToUpper(id[:1]) + id[1:], Site: "ulm", Area: area, Calendar: all,
			Units: []plant.Unit{unit("filler"), unit("packer")}, Pacer: plant.UnitID(id + "/filler"), Output: plant.UnitID(id + "/packer"),
			Rates: []plant.Rate{{Product: "COLA-05", IdealCycle: 600 * time.Millisecond}},
		}
	}
	return &plant.Plant{Enterprise: "Test", Reasons: reason.NewBook(reason.Tree{
		{ID: "technical", Name: "Technical", Loss: "breakdown", Parts: []reason.Reason{{ID: "jam", Name: "Film jam"}, {ID: "sensor", Name: "Sensor"}}},
		{ID: "cleaning", Name: "Cleaning", Loss: "planned stop"},
	}, reason.Tree{{ID: "dented", Name: "Dented"}}), Sites: []plant.Site{{
		ID: "ulm", Name: "Ulm works", Zone: zone, Currency: "EUR",
		Areas: []plant.Area{
			{ID: "filling", Name: "Filling", Lines: []plant.Line{line("filling-1", "filling")}},
			{ID: "packing", Name: "Packing", Lines: []plant.Line{line("packing-1", "packing")}},
		},
	}}}
}

// plantText is the same plant as a file.
const plantText = `enterprise: Test
machines:
  packml:
    tags:
      good: {label: Good count}
      product: {label: Product}
      speed: {label: Speed, unit: 1/min}
    signals: {good: {tag: good}, product: product, speed: speed}
sites:
  - id: ulm
    name: Ulm works
    zone: Europe/Berlin
    currency: EUR
    shifts:
      - {name: Early, start: "06:00", end: "14:00"}
      - {name: Late, start: "14:00", end: "22:00"}
      - {name: Night, start: "22:00", end: "06:00"}
    areas:
      - id: filling
        name: Filling
        lines:
          - {id: filling-1, name: Filling-1, rates: {COLA-05: 600ms}, units: [{id: filler, name: Filler, machines: [packml]}, {id: packer, name: Packer, machines: [packml]}]}
      - id: packing
        name: Packing
        lines:
          - {id: packing-1, name: Packing-1, rates: {COLA-05: 600ms}, units: [{id: filler, name: Filler, machines: [packml]}, {id: packer, name: Packer, machines: [packml]}]}
`

func theTags(t testing.TB) (*tag.Registry, []machine.Signals) {
	t.Helper()
	var all []tag.Tag
	for _, unit := range []string{"filling-1/filler", "filling-1/packer", "packing-1/filler", "packing-1/packer"} {
		for _, s := range []tag.Tag{{Name: "speed", Label: "Speed", Unit: "1/min"}, {Name: "good", Label: "Good count"}, {Name: "product", Label: "Product"}} {
			s.Name = unit + "/" + s.Name
			if unit == "packing-1/packer" {
				s.Connection = "gateway"
			}
			all = append(all, s)
		}
	}
	all = append(all, tag.Tag{Name: "connection/plc/alive", Label: "Connection plc"})
	r, err := tag.NewRegistry(all)
	if err != nil {
		t.Fatal(err)
	}
	speed, _ := r.Find("filling-1/filler/speed")
	return r, []machine.Signals{{Unit: "filling-1/filler", Speed: speed}}
}

// option changes what the server is made of.
type option func(*web.Deps)

func newWorld(t testing.TB, options ...option) *world {
	t.Helper()
	w := &world{t: t, log: &syncBuffer{}, clock: &clock{}}
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	db := storetest.SQLite(t)
	kept, err := store.Open(t.Context(), db.DSN, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	var signals []machine.Signals
	w.tags, signals = theTags(t)
	if w.archive, err = embedded.Open(t.TempDir(), w.tags, log, embedded.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.archive.Close() })
	w.vault, w.book, w.audit, w.ledger = kept.Vault(), kept.Revisions(), kept.Audit(), kept.Ledger()
	w.chain, w.ledgers = w.audit, db.Path()
	w.gate = access.NewGate(w.vault)
	w.latest = bus.NewLatest(w.tags.Len())
	w.units = &units{}
	w.calls = andon.NewBoard(kept.Calls(), w.clock.now)
	p := thePlant(t)
	w.lines, w.jobs = newLines(p, w.clock), newJobs()
	w.news = web.News{Samples: &bus.Topic[tag.Sample]{}, Facts: &bus.Topic[machine.Fact]{}, Lines: &bus.Topic[oee.Changed]{}, Jobs: &bus.Topic[execution.Changed]{}}
	if _, err := kept.Revisions().Publish(t.Context(), revision.Revision{Text: plantText, By: plant.Program(), Why: "the first start", Origin: "file plant.yaml"}); err != nil {
		t.Fatal(err)
	}
	book := logbook.New(logbook.Options{
		Plant: p, Lines: w.lines, Edits: kept.Edits(), News: w.news.Lines, Now: w.clock.now,
		Said: func(l plant.LineID, of plant.Span) { w.health.Forget(l, of) },
	})
	safe := secret.New(filepath.Join(t.TempDir(), "secret.key"), kept.Secrets())
	w.folder = t.TempDir()
	w.machines = machines.New(machines.Options{Certificates: w.folder, Safe: safe, Audit: kept.Audit().Append, Networks: config.Default().OPCUA.Prefixes()})
	t.Cleanup(w.machines.Close)
	w.trade = web.Trade{
		Items: kept.Items(), Bills: kept.Bills(), Centres: kept.Centres(), Tools: kept.Tools(), Stock: kept.Stock(), Places: kept.Places(), Partners: kept.Partners(), Orders: kept.Orders(),
		Material: web.Material{Ledger: kept.Stock(), Store: kept.Places(), Meant: kept.Reservations(), Counts: kept.Stocktakes(), Accounts: kept.Accounts()},
		Trace:    trace.Desk{Ledger: kept.Traces(), Floor: kept.TraceFloor(), Names: kept.TraceNames()},
	}
	w.outlook = outlook.New(outlook.Options{
		Book: kept.Promises(), Floor: func() outlook.Floor { return outlook.Floor{Plant: p, Lines: book, Queues: w.jobs} }, Told: func() { w.site.Foretold() }, Now: w.clock.now, Log: log,
	})
	d := web.Deps{
		Trade: w.trade, Promises: w.outlook,
		Floor:   web.Floor{Plant: p, Tags: w.tags, Signals: signals, Units: w.units, Lines: book, Logbook: book, Shifts: book, Jobs: w.jobs},
		Latest:  w.latest,
		Archive: w.archive, Sums: kept.Rollups(), Crew: kept.Crew(), Ingest: w.ingest, Vault: w.vault, Chain: w.chain, Dispatch: web.Dispatch{Moves: kept.Audit(), Skills: kept.Skills(), Briefs: kept.Briefs(), Labour: kept.Labour(), Note: kept.Audit().Append}, Setup: web.Setup{Book: kept.Revisions(), Use: func(context.Context) error { return nil }, Seal: w.machines.Seal, Desk: kept.Requests(), Access: kept.Access(), Notary: consent.Notary{Ring: kept.Keys(), Safe: safe}}, Machines: w.machines, Gate: w.gate, News: w.news,
		Calls: w.calls, Turns: kept.Counts(),
		Records: web.Records{Folio: kept.Folio(), Names: kept.Names(), Hooks: hook.Desk{Book: kept.Hooks(), Safe: safe, May: hook.Allowed{"127.0.0.1"}}, Lists: kept.Lists(), Importers: w.importers(kept)},
		Mail:    &mail.Desk{Book: kept.Mail(), Safe: safe, Post: post.Client{}.Send, May: mail.Allowed{"127.0.0.1"}, Now: w.clock.now},
		Ready:   func(context.Context) error { return w.unready },
		Listen:  "127.0.0.1:0", Build: "test", Log: log, Now: w.clock.now,
		Planning: w.planning(kept),
	}
	for _, o := range options {
		o(&d)
	}
	w.health = health.New(health.Options{Plant: p, Book: book, Archive: w.archive, Tags: w.tags, Signals: signals, Now: w.clock.now, Log: log})
	d.Health = w.health
	if w.site, err = web.New(d); err != nil {
		t.Fatal(err)
	}
	w.http = httptest.NewServer(w.site.Handler())
	t.Cleanup(func() {
		w.http.Close()
		if err := w.site.Kept(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// running starts what moves the panels.
func (w *world) running() *world {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.site.Run(ctx) }()
	w.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Errorf("the server ended with %v", err)
		}
	})
	return w
}

func (w *world) ingest(ctx context.Context, batch []tag.Sample) ([]history.Refusal, error) {
	refused, err := w.archive.Append(ctx, w.clock.now(), batch)
	if err == nil {
		w.latest.Put(w.clock.now(), batch)
		w.news.Samples.Publish(batch)
	}
	return refused, err
}

// user adds a person whose password costs little to check: tests sign in by the dozen.
func (w *world) user(name string, role plant.Role) access.User {
	w.t.Helper()
	cheap := &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	hash, err := argon2id.CreateHash(password, cheap)
	if err != nil {
		w.t.Fatal(err)
	}
	u, err := w.vault.AddUser(w.t.Context(), access.User{Name: name, Hash: hash, Role: role}, plant.Program(), "")
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

func (w *world) token(role plant.Role, page string) string {
	w.t.Helper()
	secret, _, err := access.AddToken(w.t.Context(), w.vault, access.NewToken{Name: "program", Role: role, Page: page}, plant.Program())
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// browser is a client that keeps cookies and follows no redirects.
type browser struct {
	w      *world
	client *http.Client
	header http.Header
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	client := &http.Client{
		Jar:           jar,
		Transport:     &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	w.t.Cleanup(client.CloseIdleConnections)
	return &browser{w: w, client: client, header: http.Header{}}
}

// program is a browser that sends a token instead.
func (w *world) program(secret string) *browser {
	b := w.browser()
	b.header.Set("Authorization", "Bearer "+secret)
	return b
}

// signedIn is a browser whose person has come in by the front door.
func (w *world) signedIn(name string) *browser {
	w.t.Helper()
	b := w.browser()
	a := b.post("/sign-in", url.Values{"name": {name}, "password": {password}})
	if a.status != http.StatusSeeOther {
		w.t.Fatalf("%s cannot sign in: %d %s", name, a.status, a.body)
	}
	return b
}

// answer is a response that was read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

func (b *browser) do(method, path string, body io.Reader, header http.Header) answer {
	b.w.t.Helper()
	r, err := http.NewRequest(method, b.w.http.URL+path, body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	maps.Copy(r.Header, b.header)
	maps.Copy(r.Header, header)
	resp, err := b.client.Do(r)
	if err != nil {
		b.w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.w.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

func (b *browser) get(path string) answer { return b.do(http.MethodGet, path, nil, nil) }

func (b *browser) post(path string, form url.Values) answer {
	return b.do(http.MethodPost, path, strings.NewReader(form.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

func (b *browser) send(path, text string) answer {
	return b.do(http.MethodPost, path, strings.NewReader(text), http.Header{"Content-Type": {"application/json"}})
}

// cookie gives a cookie that the browser holds, by its name.
func (b *browser) cookie(name string) string {
	u, _ := url.Parse(b.w.http.URL)
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// lines plays the time ledger.
type lines struct {
	mu     sync.Mutex
	clock  *clock
	snaps  map[plant.LineID]oee.Snapshot
	begins map[plant.LineID]time.Time // where ledgers begin
	fail   error
}

func newLines(p *plant.Plant, c *clock) *lines {
	l := &lines{clock: c, snaps: map[plant.LineID]oee.Snapshot{}, begins: map[plant.LineID]time.Time{}}
	for _, line := range p.Lines() {
		l.snaps[line.ID] = morning(line, c.now())
	}
	return l
}

// round is a calendar of three shifts of eight hours.
func round(zone *time.Location, early plant.Clock) plant.Calendar {
	late, night := (early+8*60)%(24*60), (early+16*60)%(24*60)
	return plant.Calendar{Zone: zone, Shifts: []plant.ShiftPattern{{Name: "Early", Start: early, End: late}, {Name: "Late", Start: late, End: night}, {Name: "Night", Start: night, End: early}}}
}

// begun is the minute of the day at which the shift has begun that runs while the tests do: what they tell of its last two
// hours is within it at whatever time they run.
func begun(zone *time.Location) plant.Clock { return plant.Clock((now.In(zone).Hour() + 20) % 24 * 60) }

// now is when the tests began.
var now = time.Now()

// morning is two hours of a shift: run, a stop with a fault, run.
func morning(line plant.Line, now time.Time) oee.Snapshot {
	from := now.Add(-2 * time.Hour).UTC().Truncate(time.Second)
	to := from.Add(2 * time.Hour)
	date := from.Format(time.DateOnly)
	if shift, ok := line.Calendar.At(now); ok {
		date = shift.Date // that on which it began, at night the day before
	}
	seg := func(a, b int, c oee.Category, good int64) oee.Segment {
		return oee.Segment{
			Line: line.ID, From: from.Add(time.Duration(a) * time.Minute), To: from.Add(time.Duration(b) * time.Minute), Category: c, State: machine.Execute,
			Product: "COLA-05", Good: plant.Pieces(good), Ideal: time.Duration(good) * 600 * time.Millisecond, Shift: "Early", Date: date,
		}
	}
	stop := seg(60, 75, oee.Breakdown, 0)
	stop.Unit, stop.Fault, stop.State = line.Pacer, "E-107", machine.Held
	segments := []oee.Segment{seg(0, 60, oee.Running, 5400), stop, seg(75, 120, oee.Running, 4200)}
	segments[2].Reject, segments[2].Order = plant.Pieces(200), "J-7001"
	segments[2].Ideal += 200 * 600 * time.Millisecond
	window := plant.Span{From: from, To: to}
	return oee.Snapshot{
		Line: line.ID, At: to, Shift: plant.Shift{Name: "Early", Date: date, From: from, To: from.Add(8 * time.Hour)}, Window: window,
		Segments: segments, Classic: oee.Measure(window, segments), Target: plant.Pieces(12000), Now: oee.Running, State: machine.Execute,
		Cause: line.Pacer, Since: segments[2].From, Product: "COLA-05", Order: "J-7001", Open: 1,
	}
}

func (l *lines) Snapshot(id plant.LineID) (oee.Snapshot, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.snaps[id]
	return s, ok
}

func (l *lines) Begin(id plant.LineID) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.begins[id]
}

func (l *lines) Segments(_ context.Context, id plant.LineID, from, to time.Time) ([]oee.Segment, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []oee.Segment
	for _, s := range l.snaps[id].Segments {
		if s.From.Before(to) && s.To.After(from) {
			all = append(all, s)
		}
	}
	return all, l.fail
}

func (l *lines) change(id plant.LineID, with func(*oee.Snapshot)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.snaps[id]
	s.Segments = slices.Clone(s.Segments) // somebody may be reading them
	with(&s)
	l.snaps[id] = s
}

// units plays the machines.
type units struct {
	mu  sync.Mutex
	all []machine.Status
}

func (u *units) Units() []machine.Status {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.all)
}

func (u *units) change(id plant.UnitID, with func(*machine.Status)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	i := slices.IndexFunc(u.all, func(s machine.Status) bool { return s.Unit == id })
	if i < 0 {
		i, u.all = len(u.all), append(u.all, machine.Status{Unit: id})
	}
	with(&u.all[i])
}

// jobs plays the work on the lines.
type jobs struct {
	mu    sync.Mutex
	all   []execution.Job
	added int
	steps []string
	by    plant.Person
}

func newJobs() *jobs {
	return &jobs{all: []execution.Job{
		{ID: "J-1", Line: "filling-1", Product: "COLA-05", Planned: plant.Pieces(20_000), Good: plant.Pieces(9_600), Status: execution.Running, Version: 3, Started: time.Now().Add(-time.Hour)},
		{ID: "J-2", Line: "filling-1", Product: "WATER-05", Planned: plant.Pieces(100), Status: execution.Waiting, Version: 1},
	}}
}

func (j *jobs) Jobs(line plant.LineID) []execution.Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(j.all), func(o execution.Job) bool { return o.Line != line })
}

func (j *jobs) Current(line plant.LineID) (execution.Job, bool) {
	for _, o := range j.Jobs(line) {
		if o.Status == execution.Running || o.Status == execution.Held {
			return o, true
		}
	}
	return execution.Job{}, false
}

func (j *jobs) Add(_ context.Context, n execution.Job, by plant.Person, _ string) (execution.Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if slices.ContainsFunc(j.all, func(o execution.Job) bool { return o.ID == n.ID }) {
		return n, errs.New(errs.Conflict, "there is a job %s already", n.ID)
	}
	if n.ID == "" {
		n.ID = fmt.Sprintf("J-%d", 1000+j.added)
	}
	n.Version = 1
	j.all = append(j.all, n)
	j.added++
	j.by = by
	return n, nil
}

func (j *jobs) Job(id string) (execution.Job, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := slices.IndexFunc(j.all, func(o execution.Job) bool { return o.ID == id })
	if i < 0 {
		return execution.Job{}, false
	}
	return j.all[i], true
}

func (j *jobs) step(id string, version int64, by plant.Person, to execution.Status) (execution.Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range j.all {
		o := &j.all[i]
		if o.ID != id {
			continue
		}
		if o.Version != version {
			return *o, errs.New(errs.Conflict, "job %s was changed by somebody else; look again", id)
		}
		o.Status, o.Version = to, o.Version+1
		j.steps, j.by = append(j.steps, id+" "+string(to)), by
		return *o, nil
	}
	return execution.Job{}, errs.New(errs.NotFound, "there is no job %s", id)
}

func (j *jobs) Start(_ context.Context, id string, v int64, by plant.Person, _ string) (execution.Job, error) {
	return j.step(id, v, by, execution.Running)
}

func (j *jobs) Counted(_ context.Context, c execution.Count, _ plant.Person, _ string) (execution.Job, error) {
	job, ok := j.Job(c.Job)
	if !ok {
		return job, errs.New(errs.NotFound, "there is no open job %s", c.Job)
	}
	job.Good, job.Scrap = c.Good, c.Scrap
	return job, nil
}

func (j *jobs) Hold(_ context.Context, id string, v int64, by plant.Person, _ string) (execution.Job, error) {
	return j.step(id, v, by, execution.Held)
}

func (j *jobs) Resume(_ context.Context, id string, v int64, by plant.Person, _ string) (execution.Job, error) {
	return j.step(id, v, by, execution.Running)
}

func (j *jobs) Complete(_ context.Context, id string, v int64, by plant.Person, _ string) (execution.Job, error) {
	return j.step(id, v, by, execution.Completed)
}

func (j *jobs) Place(_ context.Context, id string, v int64, steps int, by plant.Person) (execution.Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.steps, j.by = append(j.steps, fmt.Sprintf("%s by %d", id, steps)), by
	for i := range j.all {
		if o := &j.all[i]; o.ID == id && o.Version == v {
			o.Rank += int64(steps)
			o.Version++
			return *o, nil
		}
	}
	return execution.Job{}, errs.New(errs.Conflict, "job %s was changed by somebody else; look again", id)
}

func (j *jobs) Abort(_ context.Context, id string, v int64, by plant.Person, _ string) (execution.Job, error) {
	return j.step(id, v, by, execution.Aborted)
}

// id finds a tag.
func (w *world) id(name string) tag.ID {
	w.t.Helper()
	id, ok := w.tags.Find(name)
	if !ok {
		w.t.Fatalf("there is no tag %s", name)
	}
	return id
}

// says puts a reading where the machines' readings go.
func (w *world) says(name string, v tag.Value) {
	w.t.Helper()
	s := tag.Sample{Tag: w.id(name), Time: w.clock.now(), Value: v}.Clean()
	if _, err := w.ingest(w.t.Context(), []tag.Sample{s}); err != nil {
		w.t.Fatal(err)
	}
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("this did not come true: %s", what)
}
