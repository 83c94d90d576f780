package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"millwright/internal/access"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

const theQueue = "/line/filling-1/queue"

// queued gives the world's line one more job that waits.
func queued(w *world) {
	w.jobs.all = append(w.jobs.all, execution.Job{ID: "WO-000007/10", Line: "filling-1", Order: "SO-3 <b>", Product: "COLA-05", Planned: plant.Pieces(50), Status: execution.Waiting, Version: 4, Rank: 2})
}

func TestQueueOfALine(t *testing.T) {
	w := newWorld(t)
	queued(w)
	if _, err := w.audit.Append(t.Context(), access.Entry{Who: plant.Person{ID: 9, Name: "Otto"}, What: "job.change", On: "J-1", Old: "waiting", New: "running"}); err != nil {
		t.Fatal(err)
	}
	w.user("Vera", plant.Viewer)
	w.user("Otto", plant.Operator)
	w.user("Mara", plant.Manager)
	page := w.signedIn("Vera").get(theQueue)
	for _, want := range []string{"J-1", "WATER-05", "WO-000007/10", "for SO-3 &lt;b&gt;", "last changed by Otto"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the queue does not say %q", want)
		}
	}
	if strings.Contains(page.body, "Alt with an arrow") || strings.Contains(page.body, ">Start<") {
		t.Error("a viewer is offered what a viewer may not do")
	}
	if body := w.signedIn("Otto").get(theQueue).body; !strings.Contains(body, `action="/jobs/WO-000007%2F10/start"`) || strings.Contains(body, "lineup-move") || strings.Contains(body, "lineup-abort") {
		t.Error("an operator may start jobs, and neither move nor abort them")
	}
	mara := w.signedIn("Mara")
	if body := mara.get(theQueue).body; !strings.Contains(body, "Alt with an arrow") || !strings.Contains(body, `action="/jobs/J-1/abort"`) {
		t.Error("a manager may move jobs and abort them")
	}
	move := func(at, seal, to string) answer {
		return mara.post(theQueue, url.Values{"at": {at}, "seal": {seal}, "to": {to}})
	}
	if a := move("WO-000007/10", "4", "up"); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), theQueue+"#") {
		t.Errorf("moving a job up: %d to %s", a.status, a.header.Get("Location"))
	}
	if !slices.Contains(w.jobs.steps, "WO-000007/10 by -1") || w.jobs.by.Name != "Mara" {
		t.Errorf("what was asked of the desk: %v by %s", w.jobs.steps, w.jobs.by.Name)
	}
	if a := move("WO-000007/10", "4", "up"); a.status != http.StatusConflict || !strings.Contains(a.body, "changed by somebody else") {
		t.Errorf("moving what was changed meanwhile: %d %s", a.status, a.short())
	}
	pia := w.dutiful("Pia", plant.Planner)
	if body := pia.get(theQueue).body; !strings.Contains(body, `action="/queue"`) || strings.Contains(body, ">Start<") {
		t.Error("a planner may move jobs, and not start them")
	}
	if a := pia.post("/queue", url.Values{"at": {"J-2"}, "seal": {"1"}, "to": {"down"}}); a.status != http.StatusSeeOther {
		t.Errorf("a planner moves a job: %d %s", a.status, a.short())
	}
	for _, bad := range [][3]string{{"nobody", "1", "up"}, {"J-2", "x", "up"}} {
		if a := move(bad[0], bad[1], bad[2]); a.status != http.StatusNotFound {
			t.Errorf("moving %v: %d", bad, a.status)
		}
	}
	if a := move("J-2", "1", "sideways"); a.status != http.StatusUnprocessableEntity {
		t.Errorf("moving sideways: %d", a.status)
	}
}

func TestStepsLeadBackToWhereTheyWereTaken(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	a := otto.post("/jobs/J-1/hold", url.Values{"version": {"3"}, "back": {"queue"}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != theQueue {
		t.Errorf("after a step on the queue: %d to %s", a.status, a.header.Get("Location"))
	}
}

func TestQueueByTheAPI(t *testing.T) {
	w := newWorld(t)
	queued(w)
	w.user("Mara", plant.Manager)
	mara := w.signedIn("Mara")
	list := mara.get("/api/v1/lines/filling-1/queue")
	if list.status != http.StatusOK || !strings.Contains(list.body, `"id":"WO-000007/10","place":2`) || !strings.Contains(list.body, `"id":"J-1","place":0,"status":"running"`) {
		t.Errorf("the queue: %d %s", list.status, list.body)
	}
	move := func(b *browser, job, body string) answer {
		return b.do("POST", "/api/v1/jobs/"+url.PathEscape(job)+"/place", strings.NewReader(body), http.Header{"Content-Type": {"application/json"}})
	}
	if a := move(mara, "J-2", `{"version":1,"steps":1}`); a.status != http.StatusOK || !strings.Contains(a.body, `"version":2`) {
		t.Errorf("moving a job: %d %s", a.status, a.body)
	}
	if a := move(mara, "J-2", `{"version":1,"steps":1}`); a.status != http.StatusConflict {
		t.Errorf("moving it as it was: %d %s", a.status, a.body)
	}
	w.user("Otto", plant.Operator)
	if a := move(w.signedIn("Otto"), "J-2", `{"version":2,"steps":1}`); a.status != http.StatusForbidden {
		t.Errorf("an operator moves a job: %d %s", a.status, a.body)
	}
	if a := mara.get("/api/v1/lines/nowhere/queue"); a.status != http.StatusNotFound {
		t.Errorf("the queue of no line: %d", a.status)
	}
}

// The page of a queue follows its jobs, each reader's with what they may do there; nobody watches another's.
func TestAQueueIsKeptOnOpenPages(t *testing.T) {
	w := newWorld(t).running()
	w.jobs.mu.Lock()
	queued(w)
	w.jobs.mu.Unlock()
	w.user("Vera", plant.Viewer)
	w.user("Otto", plant.Operator)
	w.user("Mara", plant.Manager)
	people := map[string]*browser{"Vera": w.signedIn("Vera"), "Otto": w.signedIn("Otto"), "Mara": w.signedIn("Mara"), "Pia": w.dutiful("Pia", plant.Planner)}
	panel := regexp.MustCompile(`data-panel="(line/filling-1/queue[a-z-]*)"`)
	watched := map[string]string{}
	sockets := map[string]*socket{}
	for who, b := range people {
		found := panel.FindStringSubmatch(b.get(theQueue).body)
		if found == nil {
			t.Fatalf("%s's page is not kept", who)
		}
		watched[who] = found[1]
		sockets[who] = b.watch(found[1])
	}
	if watched["Vera"] == watched["Otto"] || watched["Otto"] == watched["Mara"] || watched["Mara"] == watched["Pia"] {
		t.Errorf("different people watch the same drawing: %v", watched)
	}
	w.jobs.mu.Lock()
	w.jobs.all = append(w.jobs.all, execution.Job{ID: "J-99", Line: "filling-1", Product: "COLA-05", Planned: plant.Pieces(50), Status: execution.Waiting, Version: 1, Rank: 9})
	w.jobs.mu.Unlock()
	for who, s := range sockets {
		w.news.Jobs.Publish([]execution.Changed{{Line: "filling-1", Job: "J-99"}})
		seen := s.sees(watched[who], "J-99")
		if starts, moves, aborts := strings.Contains(seen, ">Start<"), strings.Contains(seen, "lineup-move"), strings.Contains(seen, "lineup-abort"); starts != (who == "Otto" || who == "Mara") || moves != (who == "Mara" || who == "Pia") || aborts != (who == "Mara") {
			t.Errorf("%s is sent buttons to start %v, to move %v and to abort %v", who, starts, moves, aborts)
		}
	}
	for _, other := range []string{watched["Mara"], watched["Otto"], watched["Pia"], "line/filling-1/queue-lead", "line/filling-1/queue!", "line/nowhere/queue"} {
		if code := people["Vera"].watch(other).closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("%s: the socket closed with %d", other, code)
		}
	}
}
