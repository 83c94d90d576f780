package oracles

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// databases are those that every case is held against.
func databases() map[string]func(testing.TB) storetest.Database {
	return map[string]func(testing.TB) storetest.Database{"sqlite": storetest.SQLite, "postgres": storetest.NewPostgres}
}

// Items, bills, stock and work orders are made, samples are posted, and progress, components and lots are read: all by the API.
func TestCountsBecomeProductionByTheOracles(t *testing.T) {
	for name, fresh := range databases() {
		t.Run(name, func(t *testing.T) {
			h := open(t, fresh(t).DSN, plantText())
			all := rows()
			for i := range all {
				h.prepare(&all[i])
			}
			two := row{id: "L12", planned: 2000}
			h.prepare(&two)
			h.prepare(&row{id: "P1", planned: 100})
			h.begins(append(rows(), two))
			for n := range 2 {
				for i := range all {
					h.tells(&all[i], n)
				}
				if n == 0 { // what a late reading changes was there before
					h.until("L8 is divided by time", func() string { return h.differs("L8", map[string]float64{"good": 2}) })
					h.twoWriters("L12")
				}
			}
			for i := range all {
				r := &all[i]
				t.Run(r.id, func(t *testing.T) { h.of(t).holds(r) })
			}
			t.Run("L12", func(t *testing.T) {
				g := h.of(t)
				g.until("two writers' readings", func() string { return g.differs("L12", map[string]float64{"good": 1000, "scrap": 0}) })
			})
			t.Run("L15", func(t *testing.T) { h.of(t).reverses() })
			t.Run("people", func(t *testing.T) { h.of(t).peopleSay() })
		})
	}
}

type object = map[string]any

// prepare makes a case's item, bill, stock and work order.
func (h *hall) prepare(r *row) {
	h.t.Helper()
	line := strings.ToLower(r.id)
	h.post("/api/v1/items", object{"number": r.id, "name": r.id, "kind": "make", "product": r.id})
	bill := object{"item": r.id, "batch": 10}
	if len(r.kilos) > 0 {
		h.post("/api/v1/items", object{"number": "RESIN-" + r.id, "name": "Resin", "kind": "buy", "unit": "KGM", "tracking": "lot", "valuation": "fifo"})
		for i, kilos := range r.kilos {
			h.post("/api/v1/stock/moves", object{"moves": []object{{
				"item": "RESIN-" + r.id, "lot": fmt.Sprintf("R%d", i+1), "from": "SUPPLIER", "to": "STOCK", "quantity": kilos, "paid": kilos, "expires": time.Now().Add(time.Duration(i+1) * 1000 * time.Hour),
			}}})
		}
		bill["lines"] = []object{{"item": "RESIN-" + r.id, "quantity": 2.5, "scrap": 4}}
	}
	if r.steps {
		var operations []object
		for _, at := range []string{line + "a", line} {
			h.post("/api/v1/work-centres", object{"code": at, "name": at, "place": at})
			operations = append(operations, object{"name": at, "centre": at, "runSeconds": 1})
		}
		bill["operations"] = operations
	}
	if len(bill) > 2 {
		draft := h.post("/api/v1/bills", bill)
		h.post(fmt.Sprintf("/api/v1/bills/%.0f/release", draft["id"]), object{"version": draft["version"]})
	}
	h.order(r.id, line, r.planned)
	if r.second != "" {
		h.post("/api/v1/items", object{"number": r.second, "name": r.second, "kind": "make", "product": r.second})
		h.order(r.second, line, r.planned)
	}
}

// begins lets the lines report the products, once they know their jobs.
func (h *hall) begins(all []row) {
	h.t.Helper()
	h.until("the lines know their jobs", func() string {
		jobs, err := h.ask(http.MethodGet, "/api/v1/jobs", nil)
		if err != nil {
			return err.Error()
		}
		if n := len(jobs["jobs"].([]any)); n < len(h.orders)+1 { // L13 has two
			return fmt.Sprintf("there are %d jobs", n)
		}
		return ""
	})
	for _, r := range all {
		line := strings.ToLower(r.id)
		h.samples(line, []said{product(-1, r.id)})
		if r.steps {
			h.samples(line+"a", []said{product(-1, r.id), good(0, 0), good(60, 100)})
		}
	}
}

// order releases a work order on a line.
func (h *hall) order(item, line string, planned int64) {
	h.t.Helper()
	o := h.post("/api/v1/work", object{"item": item, "quantity": planned, "due": time.Now().AddDate(0, 0, 7).Format(time.DateOnly), "line": line})
	h.orders[item] = o["number"].(string)
	h.post("/api/v1/work/"+h.orders[item]+"/steps/release", object{"version": o["version"]})
}

func (h *hall) tells(r *row, round int) {
	h.t.Helper()
	if round < len(r.rounds) {
		h.samples(strings.ToLower(r.id), r.rounds[round])
	}
}

func (h *hall) samples(line string, all []said) {
	h.t.Helper()
	if err := h.say(line, all); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) say(line string, all []said) error {
	var samples []object
	for _, s := range all {
		o := object{"tag": line + "/m/" + s.tag, "time": h.start.Add(s.after), "value": s.value}
		if s.bad {
			o["quality"] = 0x80000000
		}
		samples = append(samples, o)
	}
	answer, err := h.ask(http.MethodPost, "/api/v1/samples", object{"samples": samples})
	if refused, _ := answer["refused"].([]any); err == nil && len(refused) > 0 {
		err = fmt.Errorf("samples are refused: %v", refused)
	}
	return err
}

// twoWriters send 500 readings of one counter each, at once.
func (h *hall) twoWriters(id string) {
	h.t.Helper()
	h.samples(strings.ToLower(id), []said{good(0, 0)})
	var wait sync.WaitGroup
	for w := range 2 {
		wait.Go(func() {
			for n := 0; n < 1000; n += 100 {
				var all []said
				for i := n + w; i < n+100; i += 2 {
					all = append(all, good(float64(i+1)/60, int64(i+1)))
				}
				if err := h.say(strings.ToLower(id), all); err != nil {
					h.t.Error(err)
				}
			}
		})
	}
	wait.Wait()
}

// differs says what of a case's work order is not as it should be.
func (h *hall) differs(id string, want map[string]float64) (wrong string) {
	o, err := h.ask(http.MethodGet, "/api/v1/work/"+h.orders[id], nil)
	if err != nil {
		return err.Error()
	}
	if parts, _ := o["components"].([]any); len(parts) == 1 {
		for _, name := range []string{"issued", "short"} {
			o[name] = parts[0].(object)[name]
		}
	}
	for name, n := range want {
		if have, _ := o[name].(float64); math.Abs(have-n) > 1e-9 {
			wrong += fmt.Sprintf("%s is %v, want %v; ", name, o[name], n)
		}
	}
	return wrong
}

// holds waits until a case's order, material and lots are as they should be.
func (h *hall) holds(r *row) {
	h.t.Helper()
	want := map[string]float64{"good": r.good, "scrap": r.scrap, "between": r.between}
	if len(r.kilos) > 0 {
		want["issued"], want["short"] = r.issued, r.short
	}
	h.until("the order", func() string { return h.differs(r.id, want) })
	if r.second != "" {
		h.until("the next order", func() string { return h.differs(r.second, map[string]float64{"good": r.good2}) })
	}
	if state := h.get("/api/v1/work/" + h.orders[r.id])["lifecycle"]; r.lifecycle != "" && state != r.lifecycle {
		h.t.Errorf("the order is %v, want %s", state, r.lifecycle)
	}
	if scraps := fmt.Sprint(h.get("/api/v1/work/" + h.orders[r.id])["scraps"]); r.scrap > 0 && scraps != fmt.Sprintf("[map[quantity:%v reason:rejected at %s/m]]", r.scrap, strings.ToLower(r.id)) {
		h.t.Errorf("it was scrapped for %s", scraps)
	}
	h.lots(r.id, r.left)
	made := 0.0
	for _, b := range h.get("/api/v1/stock/balances?item=" + r.id)["balances"].([]any) {
		made += b.(object)["quantity"].(float64)
	}
	if made != r.good {
		h.t.Errorf("%v of it are in stock, want %v", made, r.good)
	}
}

// lots holds what is left of each lot of a case's resin against what should be.
func (h *hall) lots(id string, left []float64) {
	h.t.Helper()
	if len(left) == 0 {
		return
	}
	have := make([]float64, len(left))
	for _, b := range h.get("/api/v1/stock/balances?item=RESIN-" + id)["balances"].([]any) {
		var n int
		if _, err := fmt.Sscanf(b.(object)["lot"].(string), "R%d", &n); err != nil {
			h.t.Fatal(err)
		}
		have[n-1] += b.(object)["quantity"].(float64)
	}
	for i, want := range left {
		if math.Abs(have[i]-want) > 1e-9 {
			h.t.Errorf("lot R%d has %v, want %v", i+1, have[i], want)
		}
	}
}

// reverses takes 7 of the 37 back: their resin goes back into the lot it came from, by moves that say what they reverse.
func (h *hall) reverses() {
	h.t.Helper()
	h.post("/api/v1/work/"+h.orders["L14"]+"/reports", object{"good": -7, "why": "counted twice"})
	h.until("the order", func() string {
		return h.differs("L14", map[string]float64{"good": 30, "issued": 7.8, "short": 0})
	})
	h.lots("L14", []float64{0, 17.2})
	back := 0.0
	for _, m := range h.get("/api/v1/stock/moves?item=RESIN-L14&limit=1000")["moves"].([]any) {
		if reverses, _ := m.(object)["reverses"].(float64); reverses > 0 {
			back += m.(object)["quantity"].(float64)
		}
	}
	if math.Abs(back-1.82) > 1e-9 {
		h.t.Errorf("%v are put back by moves that are linked, want 1.82", back)
	}
}

// peopleSay whose the pieces are that were counted before a job owned the line, and what there is in all: what the machine
// counted and what people say is reconciled, and never added.
func (h *hall) peopleSay() {
	h.t.Helper()
	job := h.orders["P1"]
	becomes := func(what string, good, scrap float64) {
		h.t.Helper()
		h.until(what, func() string { return h.differs("P1", map[string]float64{"good": good, "scrap": scrap}) })
	}
	h.samples("p1", []said{good(0, 0), good(10, 4), product(11, "P1"), good(11, 4), good(60, 10)})
	becomes("what was counted for the job", 6, 0)
	all := h.get("/api/v1/parked?line=p1")["parked"].([]any)
	if len(all) != 1 || all[0].(object)["good"] != 4.0 {
		h.t.Fatalf("parked are %v", all)
	}
	decision := all[0].(object)
	decision["job"], decision["why"] = job, "the first pallet"
	h.post("/api/v1/parked", decision)
	becomes("with what was parked", 10, 0)
	if _, err := h.ask(http.MethodPost, "/api/v1/parked", decision); err == nil {
		h.t.Error("it was decided twice")
	}
	h.until("the line knows of it", func() string {
		all := h.get("/api/v1/jobs?line=p1")["jobs"].([]any)
		return strings.TrimPrefix(fmt.Sprintf("it has %v", all[0].(object)["good"]), "it has 10")
	})
	h.post("/api/v1/jobs/"+job+"/count", object{"good": 9, "scrap": 1, "seenGood": 10, "seenScrap": 0, "why": "one is dented"})
	becomes("as people counted", 9, 1)
	h.samples("p1", []said{good(70, 12)})
	becomes("with what the machine counts on", 11, 1)
}
