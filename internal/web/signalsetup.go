package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// typeOf is what the machine types of a unit say: its tags, and what they mean.
func (p place) typeOf() (map[string]config.TagEntry, config.SignalsEntry) {
	all, _ := p.doc.Combined(p.unit.Machines) // what there is not is told when the draft is kept
	return all.Tags, all.Signals
}

// usesOf says of each tag what it is used as.
func usesOf(e config.SignalsEntry) map[string][]string {
	all := map[string][]string{}
	for _, u := range []struct{ tag, use string }{
		{e.State, "state"},
		{e.Mode, "mode"},
		{e.Good.Tag, "good"},
		{e.Reject.Tag, "reject"},
		{e.Total.Tag, "total"},
		{e.Speed, "speed"},
		{e.Product, "product"},
		{e.Order, "order"},
		{e.Fault, "fault"},
		{e.Command, "command"},
	} {
		if u.tag != "" {
			all[u.tag] = append(all[u.tag], u.use)
		}
	}
	return all
}

// The two numberings of PackML states: that of PackTags (ISA-TR88.00.02, and OPC 30050), and that of the
// StateEnumeration of OPC 30060, 11.9.
const (
	packTags = "packtags"
	opc30060 = "opc30060"
)

// numbering is the map of states of a preset; nil for none.
func numbering(preset string) map[string]string {
	all := map[string]string{}
	switch preset {
	case packTags:
		for n := machine.Clearing; n <= machine.Complete; n++ {
			all[strconv.Itoa(int(n))] = n.String()
		}
	case opc30060:
		for n, state := range []machine.State{
			machine.Stopped, machine.Resetting, machine.Idle, machine.Starting, machine.Execute, machine.Completing, machine.Complete, machine.Aborting, machine.Aborted,
			machine.Stopping, machine.Clearing, machine.Suspending, machine.Suspended, machine.Unsuspending, machine.Holding, machine.Held, machine.Unholding,
		} {
			all[strconv.Itoa(n)] = state.String()
		}
	default:
		return nil
	}
	return all
}

// unitSignals is the form of the signals of a unit.
func unitSignals(p place, now []equipment.Value) equipment.Form {
	tags, from := p.typeOf()
	ask := askTags(tags, now, tagsHref(tagsHome, p.line.ID+"/"+p.id()+"/", "", 0))
	f := signalsForm(p.unit.Signals, from, ask)
	f.Action = "/admin/lines/" + p.line.ID + "/unit/" + p.id() + "/signals"
	f.Lead = "Which tag tells what. What is left open is as the machine type says. One count of good pieces is enough for OEE."
	ask.lead(&f)
	return f
}

// signalsForm asks which tag tells what, over what is said where the form is silent.
func signalsForm(e, from config.SignalsEntry, ask tagAsk) equipment.Form {
	tag := ask.field
	preset, states := "typed", pairsText(e.States)
	for _, p := range []string{packTags, opc30060} {
		if len(e.States) > 0 && maps.Equal(e.States, numbering(p)) {
			preset = p
		}
	}
	return equipment.Form{
		ID: "signals", Title: "Signals", Seal: seal(e), Button: "Keep in the draft", Offers: ask.offers(),
		Groups: slices.Concat([]equipment.Group{
			{Title: "State", Fields: []equipment.Field{
				tag("state", "State tag", "Without one, whether the machine runs is told from its counts.", e.State, from.State),
				choose("preset", "Its values mean", "", preset,
					ui.Choice{Value: "typed", Name: "What is written below"},
					ui.Choice{Value: packTags, Name: "PackML numbers of PackTags and OPC 30050: 1 Clearing … 6 Execute … 17 Complete"},
					ui.Choice{Value: opc30060, Name: "PackML numbers of OPC 30060: 0 Stopped … 4 Execute … 16 Unholding"}),
				lines("states", "Values", "One a line: READY = Idle. The meanings are Idle, Execute, Held, Suspended, Stopped, Aborted, Complete and the other states of PackML. Empty: "+inheritedPairs(from.States)+".", states),
				tag("mode", "Mode tag", "Production, Maintenance, ChangeOver …", e.Mode, from.Mode),
				lines("modes", "Values of the mode", "One a line: AUTO = Production. Empty: "+inheritedPairs(from.Modes)+".", pairsText(e.Modes)),
			}},
		},
			counterGroups("Good pieces", e.Good, tag("good", "Counter", "Counts up as pieces are made.", e.Good.Tag, from.Good.Tag)),
			counterGroups("Rejected pieces", e.Reject, tag("reject", "Counter", "", e.Reject.Tag, from.Reject.Tag)),
			counterGroups("All pieces", e.Total, tag("total", "Counter", "Needed only where good or rejected pieces are not counted.", e.Total.Tag, from.Total.Tag)),
			[]equipment.Group{{Title: "And", Fields: []equipment.Field{
				tag("speed", "Speed", "", e.Speed, from.Speed),
				tag("product", "Product", "Names what is made; chooses the ideal cycle.", e.Product, from.Product),
				tag("order", "Order", "Names the order that is worked on. Where a job runs on the line, that is the order.", e.Order, from.Order),
				tag("fault", "Fault code", "", e.Fault, from.Fault),
				tag("command", "Command", "Takes the commands of PackML: 2 Start, 3 Stop … A tag that may be written.", e.Command, from.Command),
			}}},
		),
	}
}

// tagChoices are the tags of a unit, each with what it reads now. Where the machine type names one, that there is
// none can be chosen too.
func tagChoices(now []equipment.Value, inherited, chosen string) []ui.Choice {
	all := []ui.Choice{{Name: "None"}}
	if inherited != "" || chosen == config.None {
		all = []ui.Choice{{Name: "As the machine type says: " + cmp.Or(inherited, "none")}, {Value: config.None, Name: "None, whatever the machine type says"}}
	}
	for _, v := range now {
		name := fmt.Sprintf("%s (%s)", v.Label, v.Name)
		if v.Value != "" {
			name += ": " + v.Value
		}
		if v.Read {
			name += ", " + v.Age.Text + " old"
		}
		all = append(all, ui.Choice{Value: v.Name, Name: name})
	}
	return all
}

// counterGroups ask for the tag of a counter, and, folded away, for what is odd about it.
func counterGroups(title string, e config.CounterEntry, tag equipment.Field) []equipment.Group {
	id, modulus, lifetime := tag.ID, "", ""
	if e.Modulus > 0 {
		modulus = strconv.FormatUint(e.Modulus, 10)
	}
	if e.Lifetime {
		lifetime = "on"
	}
	return []equipment.Group{
		{Title: title, Fields: []equipment.Field{tag}},
		{Fold: "If this counter rolls over, jumps back, or does not count single pieces", Fields: []equipment.Field{
			optional(text(id+"-modulus", "Rolls over at", "65536 for 16 bits. Empty: never.", modulus)),
			optional(text(id+"-deadband", "A fall by no more is jitter", "In counts. Empty: none.", e.Deadband)),
			inUnit(id+"-glitch", "A fall that comes back within this time is a glitch", "Empty: 5 s.", secondsText(e.Glitch), "s"),
			optional(text(id+"-per", "Pieces per count", "Cavities that make a piece each. Empty: 1.", e.Per)),
			{Kind: equipment.Tick, Input: ui.Input{ID: id + "-lifetime", Label: "Counts since the machine was built", Help: "Then a 0 is no reset: the machine just does not know.", Value: lifetime, Optional: true}},
		}},
	}
}

func lines(id, label, help, value string) equipment.Field {
	return equipment.Field{Kind: equipment.Lines, Input: ui.Input{ID: id, Label: label, Help: help, Value: value, Rows: 4, Optional: true}}
}

func inheritedPairs(m map[string]string) string {
	if len(m) == 0 {
		return "the PackML numbers of PackTags"
	}
	return "as the machine type says, " + strings.ReplaceAll(pairsText(m), "\n", ", ")
}

// pairsText writes a map as lines of "value = meaning".
func pairsText(m map[string]string) string {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		x, errX := strconv.Atoi(a)
		y, errY := strconv.Atoi(b)
		if errX == nil && errY == nil {
			return x - y
		}
		return strings.Compare(a, b)
	})
	rows := make([]string, len(keys))
	for i, k := range keys {
		rows[i] = k + " = " + m[k]
	}
	return strings.Join(rows, "\n")
}

// pairs reads what pairsText wrote, and checks each meaning.
func pairs(w *wrong, field, text string, check func(string) error) map[string]string {
	var all map[string]string
	for _, row := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if strings.TrimSpace(row) == "" {
			continue
		}
		i := strings.LastIndex(row, "=") // a value may hold one, a meaning never does
		if i < 0 {
			w.add(field, "%q has no =; write value = meaning.", errs.Clip(row))
			continue
		}
		value, meaning := strings.TrimSpace(row[:i]), strings.TrimSpace(row[i+1:])
		if err := check(meaning); err != nil {
			w.add(field, "%s.", upper(err.Error()))
		}
		if _, twice := all[value]; twice {
			w.add(field, "%q stands here twice; keep one of them.", errs.Clip(value))
		}
		if all == nil {
			all = map[string]string{}
		}
		all[value] = meaning
	}
	return all
}

// readSignals reads the form over the signals of a machine that has the tags.
func readSignals(c echo.Context, tags map[string]config.TagEntry, into *config.SignalsEntry) error {
	var w wrong
	value := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	e := config.SignalsEntry{
		State: value("state"), Mode: value("mode"), Speed: value("speed"), Product: value("product"), Order: value("order"), Fault: value("fault"), Command: value("command"),
		Good: readCounter(c, &w, "good"), Reject: readCounter(c, &w, "reject"), Total: readCounter(c, &w, "total"),
	}
	if e.States = numbering(c.FormValue("preset")); e.States == nil {
		e.States = pairs(&w, "states", c.FormValue("states"), func(word string) error { _, err := machine.ParseState(word); return err })
	}
	e.Modes = pairs(&w, "modes", c.FormValue("modes"), func(word string) error { _, err := machine.ParseMode(word); return err })
	w.take(knownTags(tags, *into, e))
	*into = e
	return w.err()
}

func readCounter(c echo.Context, w *wrong, id string) config.CounterEntry {
	value := func(name string) string { return strings.TrimSpace(c.FormValue(id + "-" + name)) }
	e := config.CounterEntry{Tag: strings.TrimSpace(c.FormValue(id)), Lifetime: value("lifetime") == "on", Deadband: value("deadband"), Per: value("per")}
	if text := value("modulus"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || n < 2 {
			w.add(id+"-modulus", "Write a whole number such as 65536, or nothing.")
		}
		e.Modulus = n
	}
	if q, err := plant.ParseQuantity(e.Per); err == nil && q == 0 {
		w.add(id+"-per", "Write how many pieces a count is, such as 4, or nothing.")
	}
	if text := value("glitch"); text != "" {
		f, ok := number(text)
		if !ok || f <= 0 || f > 3600 {
			w.add(id+"-glitch", "Write seconds greater than 0 and up to 3600, or nothing.")
		}
		e.Glitch = seconds(f)
	}
	return e
}

// signalNames say where the form of the signals shows what is wrong with them.
func signalNames(p place) []renamed {
	at := p.path + ".signals."
	var all []renamed
	for _, counter := range []string{"good", "reject", "total"} {
		all = append(all, renamed{at + counter + ".deadband", counter + "-deadband"}, renamed{at + counter + ".per", counter + "-per"}, renamed{at + counter, counter})
	}
	for _, field := range []string{"states", "state", "modes", "mode", "product", "order", "fault", "speed"} {
		all = append(all, renamed{at + field, field})
	}
	return all
}
