package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"millwright/internal/mes/labour"
	"millwright/internal/plant"
)

func idOf(n int64) string { return strconv.FormatInt(n, 10) }

const theWork = "/operator/filling-1/work"

func TestWhoLacksASkillCannotStart(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	otto := w.user("Otto", plant.Operator)
	mara, ben := w.signedIn("Mara"), w.signedIn("Otto")
	keep := func(v url.Values) answer { return mara.post("/skills", v) }
	if a := keep(url.Values{"do": {"add"}, "skill": {"Forklift <b>"}}); a.status != http.StatusSeeOther {
		t.Fatalf("adding a skill: %d %s", a.status, a.short())
	}
	if a := keep(url.Values{"do": {"add"}, "skill": {" "}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Give it a name") {
		t.Errorf("a skill without a name: %d", a.status)
	}
	if a := keep(url.Values{"do": {"require"}, "needs": {"1"}, "line": {"filling-1"}, "product": {"WATER-05"}, "operation": {"x"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("an operation that is no number: %d", a.status)
	}
	if a := keep(url.Values{"do": {"require"}, "needs": {"1"}, "line": {"filling-1"}, "product": {"WATER-05"}}); a.status != http.StatusSeeOther {
		t.Fatalf("requiring it: %d %s", a.status, a.short())
	}
	start := func(b *browser, why string) answer {
		return b.post("/jobs/J-2/start", url.Values{"version": {"1"}, "why": {why}, "back": {"work"}})
	}
	if a := start(ben, ""); a.status != http.StatusForbidden || !strings.Contains(a.body, "missing skill: Forklift &lt;b&gt;") {
		t.Errorf("who lacks it starts: %d %s", a.status, a.short())
	}
	if body := ben.get(theWork).body; !strings.Contains(body, "Missing skill: Forklift &lt;b&gt;") || strings.Contains(body, "Start nevertheless") {
		t.Error("the terminal does not say what is lacking, or offers what an operator may not do")
	}
	if a := start(mara, ""); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "say why") || !strings.Contains(a.body, `id="why-job-J-2-fault"`) {
		t.Errorf("a manager starts without a reason, and is not asked for one beside its field: %d %s", a.status, a.short())
	}
	if body := mara.get(theWork).body; !strings.Contains(body, "Start nevertheless") {
		t.Error("a manager is not offered to start it nevertheless")
	}
	if a := start(mara, "the lift is not used today"); a.status != http.StatusSeeOther || a.header.Get("Location") != theWork {
		t.Errorf("a manager starts with a reason: %d %s", a.status, a.short())
	}
	expired := url.Values{"do": {"grant"}, "who": {idOf(otto.ID)}, "has": {"1"}, "until": {"2020-02-29"}}
	if a := keep(expired); a.status != http.StatusSeeOther {
		t.Fatalf("granting: %d %s", a.status, a.short())
	}
	if body := mara.get("/skills").body; !strings.Contains(body, "2020-02-29, expired") {
		t.Error("the page does not say that it is expired")
	}
	if a := ben.post("/jobs/J-2/hold", url.Values{"version": {"2"}}); a.status != http.StatusSeeOther {
		t.Errorf("to hold a job takes no skill: %d %s", a.status, a.short())
	}
	resume := url.Values{"version": {"3"}}
	if a := ben.post("/jobs/J-2/resume", resume); a.status != http.StatusForbidden || !strings.Contains(a.body, "(expired 2020-03-01)") {
		t.Errorf("resuming with an expired skill: %d %s", a.status, a.short())
	}
	expired.Set("until", "")
	if a := keep(expired); a.status != http.StatusSeeOther {
		t.Fatalf("granting for good: %d %s", a.status, a.short())
	}
	if a := ben.post("/jobs/J-2/resume", resume); a.status != http.StatusSeeOther {
		t.Errorf("resuming with the skill: %d %s", a.status, a.short())
	}
	for _, v := range []url.Values{{"do": {"release"}, "need": {"1"}}, {"do": {"withdraw"}, "skill": {"1"}, "who": {idOf(otto.ID)}}} {
		if a := keep(v); a.status != http.StatusSeeOther {
			t.Errorf("%v: %d %s", v, a.status, a.short())
		}
	}
}

func TestWhatIsReadAndAnsweredBeforeAJobStarts(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	w.user("Otto", plant.Operator)
	mara, otto := w.signedIn("Mara"), w.signedIn("Otto")
	for _, v := range []url.Values{
		{"kind": {"instruction"}, "title": {"Wear gloves"}, "words": {"Always.\n<i>Both.</i>"}, "line": {"filling-1"}},
		{"kind": {"checklist"}, "title": {"Set-up"}, "words": {"Guard closed?\nNozzle 4?"}, "product": {"WATER-05"}},
	} {
		if a := mara.post("/instructions", v); a.status != http.StatusSeeOther {
			t.Fatalf("%v: %d %s", v, a.status, a.short())
		}
	}
	if a := mara.post("/instructions", url.Values{"kind": {"instruction"}, "words": {"untitled"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "untitled") {
		t.Errorf("one without a title: %d, or what was typed is gone", a.status)
	}
	page := otto.get(theWork).body
	for _, want := range []string{"Wear gloves", "&lt;i&gt;Both.&lt;/i&gt;", "I have read it", "Nozzle 4?", "Keep the answers"} {
		if !strings.Contains(page, want) {
			t.Errorf("the work at the line does not show %q", want)
		}
	}
	start := func() answer { return otto.post("/jobs/J-2/start", url.Values{"version": {"1"}}) }
	if a := start(); a.status != http.StatusForbidden || !strings.Contains(a.body, "instruction Wear gloves is not read") || !strings.Contains(a.body, "checklist Set-up is not answered") {
		t.Errorf("starting without either: %d %s", a.status, a.short())
	}
	read := func(v url.Values) answer { return otto.post(theWork+"/read", v) }
	if a := read(url.Values{"job": {"J-2"}, "sheet": {"1"}, "version": {"1"}}); a.status != http.StatusSeeOther {
		t.Fatalf("reading: %d %s", a.status, a.short())
	}
	answers := url.Values{"job": {"J-2"}, "sheet": {"2"}, "version": {"1"}, "answer-job-J-2-2-0": {"yes"}}
	if a := read(answers); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="answer-job-J-2-2-1-fault"`) || strings.Contains(a.body, `id="answer-job-J-2-2-0-fault"`) {
		t.Errorf("half the answers: %d, or the other half is not asked for beside its field", a.status)
	}
	answers.Set("answer-job-J-2-2-1", "no")
	answers.Set("remark-job-J-2-2", "nozzle 3 is in")
	if a := read(answers); a.status != http.StatusSeeOther {
		t.Fatalf("answering no: %d %s", a.status, a.short())
	}
	if a := start(); a.status != http.StatusForbidden || strings.Contains(a.body, "Wear gloves") {
		t.Errorf("starting with a no: %d %s", a.status, a.short())
	}
	answers.Set("answer-job-J-2-2-1", "yes")
	if a := read(answers); a.status != http.StatusSeeOther {
		t.Fatalf("answering yes: %d %s", a.status, a.short())
	}
	if a := start(); a.status != http.StatusSeeOther {
		t.Errorf("starting when all is done: %d %s", a.status, a.short())
	}
	next := url.Values{"id": {"1"}, "version": {"1"}, "kind": {"instruction"}, "title": {"Wear gloves"}, "words": {"And goggles."}}
	if a := mara.post("/instructions", next); a.status != http.StatusSeeOther {
		t.Fatalf("the next version: %d %s", a.status, a.short())
	}
	if a := mara.post("/instructions", next); a.status != http.StatusConflict {
		t.Errorf("the next version once more: %d", a.status)
	}
	if a := mara.post("/instructions", url.Values{"id": {"2"}, "version": {"1"}, "retire": {"true"}}); a.status != http.StatusSeeOther || !strings.Contains(mara.get("/instructions/2").body, "It is retired") {
		t.Errorf("retiring: %d", a.status)
	}
	if body := otto.get("/instructions/1").body; !strings.Contains(body, "And goggles.") || strings.Contains(body, "Write the next version") {
		t.Error("an operator reads the new version, and does not write one")
	}
}

func TestClockingOnAndOff(t *testing.T) {
	w := newWorld(t)
	user := w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	clock := func(v url.Values) answer { return otto.post(theWork+"/clock", v) }
	on := url.Values{"job": {"J-1"}, "field": {"who-J-1"}, "who-J-1": {idOf(user.ID)}}
	for range 2 { // pressed twice is once
		if a := clock(on); a.status != http.StatusSeeOther {
			t.Fatalf("clocking on: %d %s", a.status, a.short())
		}
	}
	there, err := w.kept.Labour().Of(t.Context(), "J-1")
	if err != nil || len(there) != 1 || there[0].Who.Name != "Otto" {
		t.Fatalf("%+v %v", there, err)
	}
	if body := otto.get(theWork).body; !strings.Contains(body, "Clock off") || strings.Contains(body, "Nobody has clocked on to J-1") {
		t.Error("the page does not offer to clock off")
	}
	on.Set("who-J-1", "999")
	if a := clock(on); a.status != http.StatusUnprocessableEntity || strings.Count(a.body, "Choose an operator") != 2 {
		t.Errorf("clocking nobody on: %d", a.status)
	}
	if a := clock(url.Values{"job": {"J-99"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("on a job that is not there: %d", a.status)
	}
	if a := clock(url.Values{"off": {idOf(there[0].ID)}}); a.status != http.StatusSeeOther {
		t.Fatalf("clocking off: %d %s", a.status, a.short())
	}
	due, err := w.kept.Labour().Due(t.Context())
	if err != nil || !slices.ContainsFunc(due, func(x labour.Stint) bool { return x.Left }) {
		t.Errorf("%+v %v", due, err)
	}
}

// Who is operator of one line and sees nothing else of the plant opens the files of its instructions there, and says whose
// its parked counts are.
func TestAnOperatorOfOneLineHasAllOfItsWork(t *testing.T) {
	w := newWorld(t)
	w.made()
	w.user("Mara", plant.Manager)
	mara, ola := w.signedIn("Mara"), w.granted("Ola", plant.Grant{At: "ulm/filling/filling-1", Role: plant.Operator})
	if a := mara.post("/instructions", url.Values{"kind": {"instruction"}, "title": {"Wear gloves"}, "words": {"Always."}, "line": {"filling-1"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if a := mara.sent("/folio/brief/1/file", url.Values{"key": {"k"}}, map[string][]byte{"file": []byte("both hands")}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	file := theWork + "/1/file/1"
	if body := ola.get(theWork).body; !strings.Contains(body, `href="`+file+`"`) {
		t.Error("the instruction's file is not on the page of the work")
	}
	if a := ola.get(file); a.status != http.StatusOK || a.body != "both hands" {
		t.Errorf("the file of the instruction: %d %s", a.status, a.short())
	}
	if a := ola.get("/folio/brief/1/file/1"); a.status != http.StatusForbidden {
		t.Errorf("files of any document are open: %d", a.status)
	}
	if body := ola.get("/line/filling-1/queue").body; strings.Contains(body, `href="/skills"`) {
		t.Error("the queue leads to what is not open")
	}
	if a := ola.get("/work/parked"); a.status != http.StatusOK || strings.Contains(a.body, `href="/work"`) {
		t.Errorf("the parked counts: %d, or they lead to what is not open", a.status)
	}
	for line, status := range map[string]int{"filling-1": http.StatusConflict, "packing-1": http.StatusForbidden} {
		if a := ola.post("/work/parked", url.Values{"key": {line}, "pick": {line + "|1|2|3|4|5"}, "why": {"seen"}}); a.status != status {
			t.Errorf("whose the counts of %s are: %d %s", line, a.status, a.short())
		}
	}
}
