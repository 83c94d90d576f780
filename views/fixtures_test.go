package views_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/a-h/templ"

	"millwright/static"
	"millwright/views/figure"
	"millwright/views/layout"
	"millwright/views/line"
	"millwright/views/oee"
	"millwright/views/risk"
	"millwright/views/trend"
	"millwright/views/ui"
	"millwright/views/user"
	"millwright/views/wall"
)

// A morning in the demo plant: the figures are made up, their shapes are those of a real one.
var (
	berlin = must(time.LoadLocation("Europe/Berlin"))
	open   = time.Date(2026, 3, 27, 6, 0, 0, 0, berlin)
	now    = time.Date(2026, 3, 27, 10, 42, 7, 0, berlin)
	closes = time.Date(2026, 3, 27, 14, 0, 0, 0, berlin)
	locale = figure.For("en", berlin)
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func frame(title string, theme string) layout.Frame {
	return layout.Frame{
		Title: title, Asset: static.Path, Build: "test", Now: now.UnixMilli(), At: locale.Clock(now), Zone: "Europe/Berlin", Theme: theme,
		Site: "Ulm works",
		Nav: []layout.Item{
			{Link: ui.Link{Name: "Now", Href: "/now"}, Icon: ui.IconNow, Current: title == "Now"},
			{Link: ui.Link{Name: "Lines", Href: "/lines"}, Icon: ui.IconLines, Current: strings.HasPrefix(title, "Filling") || title == "Lines"},
			{Link: ui.Link{Name: "Trends", Href: "/trends"}, Icon: ui.IconTrends, Current: title == "Trends"},
		},
		Shift:  &layout.Shift{Name: "Early", Span: "06:00–14:00", Left: ui.Until(closes, now)},
		Person: &layout.Person{Name: "Ada Weber", Role: "manager"},
		Live:   true, Refresh: 15, Path: "/now",
	}
}

// story makes a shift of segments: tone and minutes, repeated by a seeded dice until now.
func story(seed uint64, words map[ui.Tone]string, odds []ui.Tone, end time.Time) []ui.Segment {
	dice := rand.New(rand.NewPCG(seed, 7))
	var all []ui.Segment
	for at := open; at.Before(end); {
		tone := odds[dice.IntN(len(odds))]
		length := time.Duration(dice.ExpFloat64()*14*60+20) * time.Second
		if tone == ui.Slow {
			length = time.Duration(dice.ExpFloat64()*60+5) * time.Second
		} else if tone != ui.Running && tone != ui.NoData {
			length /= 2
		}
		to := at.Add(length)
		if to.After(end) {
			to = end
		}
		all = append(all, segment(at, to, tone, words[tone]))
		at = to
	}
	return all
}

func segment(from, to time.Time, tone ui.Tone, word string) ui.Segment {
	title := fmt.Sprintf("%s %s–%s, %s", word, locale.Time(from), locale.Time(to), figure.Span(to.Sub(from)))
	return ui.Segment{From: from, To: to, Tone: tone, Title: title}
}

var words = map[ui.Tone]string{
	ui.Running: "Running", ui.Slow: "Micro-stop", ui.Stopped: "Breakdown", ui.Changeover: "Changeover", ui.Material: "Starved",
	ui.NoOrder: "No order", ui.Planned: "Break", ui.Off: "Not scheduled", ui.NoData: "No data",
}

func strip(id string, segments []ui.Segment, hours bool) ui.Strip {
	jobs := []ui.Segment{
		{From: open, To: open.Add(3 * time.Hour), Title: "J-1000 COLA-05"},
		{From: open.Add(3*time.Hour + 10*time.Minute), To: now, Title: "J-1001 WATER-05"},
	}
	return ui.Strip{ID: id, Title: "Shift so far", From: open, To: closes, Now: now, Pace: now.Add(-41 * time.Minute), Segments: segments, Jobs: jobs, Hours: hours, Locale: locale}
}

func factors(a, p, q float64) []oee.Factor {
	one := func(letter, name string, v float64) oee.Factor {
		return oee.Factor{Letter: letter, Name: name, Value: locale.Percent(v, v >= 0), Share: ui.Ratio(v, v >= 0)}
	}
	return []oee.Factor{one("A", "Availability", a), one("P", "Performance", p), one("Q", "Quality", q)}
}

var common = []ui.Tone{ui.Running, ui.Running, ui.Slow, ui.Running, ui.Slow, ui.Running, ui.Stopped, ui.Slow, ui.Running}

// nowRows are five lines in five states, with long names, OEE over 100 % and unknown values.
func nowRows() []oee.Row {
	stop := append(story(1, words, common, now.Add(-12*time.Minute)), segment(now.Add(-12*time.Minute), now, ui.Stopped, "Breakdown"))
	fast := story(2, words, []ui.Tone{ui.Running, ui.Running, ui.Slow}, now)
	change := append(story(3, words, append(common, ui.Material), now.Add(-26*time.Minute)), segment(now.Add(-26*time.Minute), now, ui.Changeover, "Changeover"))
	pack := append(story(4, words, append(common, ui.Material, ui.Planned, ui.NoOrder), now.Add(-95*time.Second)), segment(now.Add(-95*time.Second), now, ui.Material, "Starved"))
	mill := append(story(5, words, []ui.Tone{ui.Running}, open.Add(130*time.Minute)), segment(open.Add(130*time.Minute), now, ui.NoData, "No data"))
	return []oee.Row{
		{
			ID: "filling-1", Name: "Filling 1", Href: "/lines/filling-1", Area: "Filling", Product: "COLA-05",
			State: ui.State{Tone: ui.Stopped, Word: "Breakdown"}, Since: ui.Since(now.Add(-12*time.Minute), now), Cause: "Filler, fault E-107",
			Strip: strip("filling-1", stop, false), OEE: "71.2", Factors: factors(.812, .904, .97),
			Delta: oee.Delta{Text: locale.Signed(-3412), Actual: locale.Whole(20068), Target: locale.Whole(23480), Mood: ui.Alarm},
			Job:   &oee.Job{ID: "J-1001", Product: "COLA-05", Done: locale.Whole(16120), Planned: locale.Whole(28000), Progress: ui.Ratio(.576, true), Due: "13:00", Promise: "ready 13:40", Mood: ui.Alarm, Status: "running"},
			Needs: []oee.Need{{Text: "3 stops without a reason", Mood: ui.Warning, Href: "/lines/filling-1"}, {Text: "J-1001 40 min late", Mood: ui.Alarm}},
		},
		{
			ID: "assembly-1", Name: "Assembly 1", Href: "/lines/assembly-1", Area: "Assembly", Product: "VALVE-B",
			State: ui.State{Tone: ui.Changeover, Word: "Changeover"}, Since: ui.Since(now.Add(-26*time.Minute), now), Cause: "Press",
			Strip: strip("assembly-1", change, false), OEE: "64.9", Factors: factors(.72, .93, .969),
			Delta: oee.Delta{Text: locale.Signed(-310), Actual: locale.Whole(1902), Target: locale.Whole(2212), Mood: ui.Warning},
			Job:   &oee.Job{ID: "J-1014", Product: "VALVE-B", Done: "0", Planned: locale.Whole(1200), Progress: ui.Ratio(0, true), Due: "28 Mar, 06:00", Promise: "on time", Status: "held"},
			Needs: []oee.Need{{Text: "1 stop without a reason", Mood: ui.Warning}},
		},
		{
			ID: "packing-1", Name: "Packing line with a very long name, hall two", Href: "/lines/packing-1", Area: "Assembly", Product: "BOX-L",
			State: ui.State{Tone: ui.Material, Word: "Starved"}, Since: ui.Since(now.Add(-95*time.Second), now), Cause: "Loader waits for Erector",
			Strip: strip("packing-1", pack, false), OEE: "58.3", Factors: factors(.66, .9, .98),
			Delta: oee.Delta{Text: locale.Signed(-1204), Actual: locale.Whole(4196), Target: locale.Whole(5400), Mood: ui.Warning},
		},
		{
			ID: "mill-1", Name: "Mill 1", Href: "/lines/mill-1", Area: "Machining",
			State: ui.State{Tone: ui.NoData, Word: "No data"}, Since: ui.Since(open.Add(130*time.Minute), now),
			Strip: strip("mill-1", mill, false), OEE: figure.Unknown, Factors: factors(-1, -1, -1),
			Delta: oee.Delta{Text: figure.Unknown, Actual: "4", Target: figure.Unknown},
			Needs: []oee.Need{{Text: "Connection cnc is lost", Mood: ui.Alarm}},
		},
		{
			ID: "filling-2", Name: "Filling 2", Href: "/lines/filling-2", Area: "Filling", Product: "WATER-05",
			State: ui.State{Tone: ui.Running, Word: "Running"}, Since: ui.Since(now.Add(-3784*time.Second), now),
			Strip: strip("filling-2", fast, false), OEE: "103.4", Factors: factors(.98, 1.07, .986),
			Delta: oee.Delta{Text: locale.Signed(612), Actual: locale.Whole(19220), Target: locale.Whole(18608), Mood: ui.Well},
			Job:   &oee.Job{ID: "J-1002", Product: "WATER-05", Done: locale.Whole(11220), Planned: locale.Whole(11000), Progress: ui.Ratio(1.02, true), Due: "11:00", Promise: "on time", Status: "running"},
		},
	}
}

func totals() oee.TotalsPanel {
	return oee.TotalsPanel{
		Figures: []ui.Figure{
			{Name: "Lines running", Value: "1", Note: "of 5"},
			{Name: "OEE", Value: "74.6", Unit: "%"},
			{Name: "Good pieces", Value: locale.Whole(45390), Note: "of " + locale.Whole(49700)},
			{Name: "To target", Value: locale.Signed(-4314), Mood: ui.Warning},
			{Name: "Stops without a reason", Value: "4", Mood: ui.Warning},
			{Name: "Jobs at risk", Value: "1", Note: "of 4", Mood: ui.Alarm},
		},
		Newest: ui.AgeOf(now.Add(-1200*time.Millisecond), now), At: locale.Clock(now),
	}
}

func nowPage(theme string) templ.Component {
	axis := ui.Strip{From: open, To: closes, Now: now, Hours: true, Locale: locale}
	return oee.NowPage(oee.Now{Frame: frame("Now", theme), Totals: totals(), Lines: oee.LinesPanel{Axis: axis, Rows: nowRows()}})
}

func emptyPage(theme string) templ.Component {
	return oee.NowPage(oee.Now{
		Frame:  frame("Now", theme),
		Totals: oee.TotalsPanel{Figures: []ui.Figure{{Name: "Lines running", Value: figure.Unknown}, {Name: "OEE", Value: figure.Unknown, Unit: "%"}}, Newest: ui.Timer{Text: figure.Unknown}, At: locale.Clock(now)},
		Lines:  oee.LinesPanel{Empty: &ui.Empty{Title: "No lines yet", Text: "Describe the plant in a file under config/plants and start Millwright with it; its lines appear here.", Next: ui.Link{Name: "How to describe a plant", Href: "/help"}}},
	})
}

func hours() []ui.Hour {
	actual := []int64{4120, 4480, 3010, 4390, 2068}
	var all []ui.Hour
	for i, a := range actual {
		h := ui.Hour{Label: fmt.Sprintf("%02d", 6+i), Actual: locale.Whole(a), Target: "5 000", Fill: ui.Ratio(float64(a)/5500, true), Mark: ui.Ratio(5000./5500, true), Current: i == 4}
		if a < 4000 && i < 4 {
			h.Mood = ui.Warning
		}
		if i < 4 {
			h.Delta = locale.Signed(a - 5000)
		}
		all = append(all, h)
	}
	for i := 11; i < 14; i++ {
		all = append(all, ui.Hour{Label: fmt.Sprintf("%02d", i), Actual: "", Target: "5 000", Fill: ui.Ratio(0, true), Mark: ui.Ratio(5000./5500, true)})
	}
	return all
}

func kpis() line.KPIPanel {
	loss := func(t ui.Tone, word string, minutes, share float64, n string) line.Loss {
		return line.Loss{State: ui.State{Tone: t, Word: word}, Minutes: locale.Number(minutes, 1), Percent: locale.Number(share*100, 1), Share: ui.Ratio(share, true), Count: n}
	}
	return line.KPIPanel{
		Line: "filling-1",
		KPIs: []ui.KPI{
			{ID: "oee", Name: "OEE", Value: "71.2", Unit: "%", Share: ui.Ratio(.712, true), Formula: "Availability × performance × quality", Terms: []ui.Term{{Name: "Availability", Value: "81.2 %"}, {Name: "Performance", Value: "90.4 %"}, {Name: "Quality", Value: "97.0 %"}}, Working: "81.2 % × 90.4 % × 97.0 % = 71.2 %"},
			{ID: "a", Name: "Availability", Value: "81.2", Unit: "%", Share: ui.Ratio(.812, true), Formula: "Run time ÷ planned production time", Terms: []ui.Term{{Name: "Run time", Value: "216.1 min"}, {Name: "Planned production time", Value: "266.1 min"}}, Working: "216.1 min ÷ 266.1 min = 81.2 %", Note: "Known for 98.4 % of the scheduled time."},
			{ID: "p", Name: "Performance", Value: "103.4", Unit: "%", Share: ui.Ratio(1.034, true), Formula: "Ideal cycle × pieces ÷ run time", Terms: []ui.Term{{Name: "Ideal time of all pieces", Value: "223.5 min"}, {Name: "Run time", Value: "216.1 min"}}, Working: "223.5 min ÷ 216.1 min = 103.4 %"},
			{ID: "q", Name: "Quality", Value: figure.Unknown, Unit: "%", Formula: "Good pieces ÷ all pieces", Terms: []ui.Term{{Name: "Good pieces", Value: figure.Unknown}, {Name: "All pieces", Value: figure.Unknown}}},
		},
		Losses: []line.Loss{
			loss(ui.Running, "Running", 204.3, .724, "18"), loss(ui.Slow, "Micro-stops", 11.8, .042, "31"),
			loss(ui.Stopped, "Breakdown", 41.5, .147, "4"), loss(ui.Changeover, "Changeover", 8.5, .03, "1"),
			loss(ui.Planned, "Planned stop", 15, .053, "1"), loss(ui.NoData, "No data", 1, .004, "1"),
		},
		Total: line.Loss{State: ui.State{Word: "Shift so far"}, Minutes: "282.1", Percent: "100"},
	}
}

func units() line.UnitsPanel {
	unit := func(name string, s ui.State, role, speed, fault string) line.Unit {
		return line.Unit{ID: name, Name: name, State: s, Since: ui.Since(now.Add(-12*time.Minute), now), Mode: "Production", Role: role, Good: locale.Whole(20068), Reject: "412", Speed: speed, Fault: fault}
	}
	u := line.UnitsPanel{Line: "filling-1", Units: []line.Unit{
		unit("Depalletizer", ui.State{Tone: ui.Material, Word: "Suspended"}, "", "0 /min", ""),
		unit("Filler", ui.State{Tone: ui.Stopped, Word: "Held"}, "pacer", "0 /min", "E-107"),
		unit("Capper", ui.State{Tone: ui.Material, Word: "Suspended"}, "", "98.4 /min", ""),
		unit("Labeller", ui.State{Tone: ui.Running, Word: "Execute"}, "", "98.4 /min", ""),
		unit("Packer", ui.State{Tone: ui.NoData, Word: "Unknown"}, "output", figure.Unknown, ""),
	}}
	u.Units[1].Product, u.Units[1].Order = "COLA-05", "4711"
	return u
}

func jobs() line.JobsPanel {
	return line.JobsPanel{Line: "filling-1", Jobs: []line.Job{
		{ID: "J-1001", Order: "SO-204", Product: "COLA-05", Good: locale.Whole(16120), Scrap: "402", Planned: locale.Whole(28000), Progress: ui.Ratio(.576, true), Percent: "57.6", Status: "running", Due: "13:00", Promise: "ready 13:40, 40 min late", Mood: ui.Alarm, Current: true, Actions: []line.Action{{Label: "Hold", Path: "/jobs/J-1001/hold"}, {Label: "Complete", Path: "/jobs/J-1001/complete", Primary: true, Fields: []line.Field{{Name: "version", Value: "7"}}}}},
		{ID: "J-1003", Order: "SO-211", Product: "COLA-10", Good: "0", Scrap: "0", Planned: locale.Whole(12000), Progress: ui.Ratio(0, true), Percent: "0", Status: "waiting", Due: "28 Mar, 06:00", Promise: "on time"},
	}}
}

func tags() line.TagsPanel {
	row := func(machine, label, value, unit, quality string, g line.Grade, age time.Duration) line.Tag {
		name := "filling-1/" + strings.ToLower(machine) + "/" + strings.ReplaceAll(strings.ToLower(label), " ", "_")
		return line.Tag{Name: name, Label: label, Machine: machine, Value: value, Unit: unit, Quality: quality, Grade: g, Age: ui.AgeOf(now.Add(-age), now), Trend: "?tag=" + name + "#trend"}
	}
	t := line.TagsPanel{Line: "filling-1"}
	for _, m := range []string{"Depalletizer", "Filler", "Capper"} {
		t.Tags = append(t.Tags,
			row(m, "State", "11", "", "good", line.Good, 12*time.Minute),
			row(m, "Good count", locale.Whole(20068), "pcs", "good", line.Good, 400*time.Millisecond),
			row(m, "Speed", "98.4", "1/min", "uncertain, last usable value", line.Uncertain, 2*time.Minute),
			row(m, "Fault", "107", "", "no communication", line.Bad, 3*time.Hour))
	}
	t.Tags[3].Value = figure.Unknown
	heat := row("Filler", "Temperature setpoint", "82", "°C", "good", line.Good, 26*time.Hour)
	heat.Writable = true
	t.Tags = append(t.Tags, heat)
	return t
}

func points(base, swing float64, seed uint64) []trend.Point {
	dice := rand.New(rand.NewPCG(seed, 3))
	var all []trend.Point
	for i := range 240 {
		mean := base + swing*math.Sin(float64(i)/19) + dice.NormFloat64()*swing/9
		all = append(all, trend.Point{Start: now.Add(time.Duration(i-240) * time.Minute), Mean: mean, Min: mean - swing/6, Max: mean + swing/5, OK: i < 90 || i > 128})
	}
	return all
}

func chart() trend.Chart {
	low, high := 78., 86.
	return trend.Chart{
		ID: "chart", API: "/api/v1/tags/buckets", From: now.Add(-4 * time.Hour), To: now, Now: now, Follow: true, Locale: locale, Span: "27 Mar, 06:42 – 10:42",
		Pens: []trend.Pen{
			{Tag: "filling-1/filler/temperature", Label: "Filler temperature", Unit: "°C", Last: "81.4", Low: &low, High: &high, Points: points(82, 3, 1), Remove: "?tag="},
			{Tag: "filling-1/filler/temperature_setpoint", Label: "Filler temperature setpoint", Unit: "°C", Last: "82", Points: points(82, .001, 2), Remove: "?tag="},
			{Tag: "filling-1/filler/speed", Label: "Filler speed", Unit: "1/min", Last: figure.Unknown, Points: points(12000, 2000, 3), Remove: "?tag="},
		},
		Ranges: []trend.Range{{Link: ui.Link{Name: "1 h", Href: "?range=1h"}}, {Link: ui.Link{Name: "Shift", Href: "?range=shift"}, Current: true}, {Link: ui.Link{Name: "24 h", Href: "?range=24h"}}, {Link: ui.Link{Name: "7 d", Href: "?range=7d"}}},
		Steps:  []ui.Link{{Name: "Earlier", Href: "?a"}, {Name: "Later", Href: "?b"}, {Name: "Zoom in", Href: "?c"}, {Name: "Zoom out", Href: "?d"}},
	}
}

func linePage(theme string) templ.Component {
	f := frame("Filling 1", theme)
	f.Charts = true
	f.Crumbs = []ui.Link{{Name: "Ulm works", Href: "/"}, {Name: "Filling", Href: "/lines#filling"}, {Name: "Filling 1"}}
	return line.Show(line.Page{
		Lack: risk.LackPanel{
			Line: "filling-1", Job: ui.Link{Name: "J-1001", Href: "/work/1"}, Stop: "The line stands since 10:30; that has cost 105.84 EUR; it endangers SO-000007/1, 3 h late.", Mood: ui.Alarm,
			Rows: []risk.Part{{Item: ui.Link{Name: "CAP-28", Href: "/items/1"}, Name: "Cap, 28 mm", There: "4 600", Need: "8 000", Lasts: "38 min", Ends: "until 11:20", Next: "PO-000009/1, 12:00", Mood: ui.Alarm}, {Item: ui.Link{Name: "SYRUP"}, Name: "Cola syrup", There: "900 l", Need: "300 l", Lasts: "9 h", Next: "enough for the job"}},
		},
		Calls: line.CallsPanel{Line: "filling-1", Calls: []line.Call{{Words: "Maintenance, Filler: it leaks", State: "Called by Ben", Mood: ui.Alarm, Since: ui.Since(now.Add(-4*time.Minute), now)}}},
		Frame: f,
		Head: line.Head{
			Line: "filling-1", Name: "Filling 1", State: ui.State{Tone: ui.Stopped, Word: "Breakdown"}, Since: ui.Since(now.Add(-12*time.Minute), now),
			Cause: "Filler, fault E-107", Product: "COLA-05", Order: "J-1001",
			Figures: []ui.Figure{{Name: "Good pieces", Value: locale.Whole(20068)}, {Name: "Target by now", Value: locale.Whole(23480)}, {Name: "To target", Value: locale.Signed(-3412), Mood: ui.Alarm}, {Name: "Reject", Value: "412", Note: "2.0 %"}},
			Newest:  ui.AgeOf(now.Add(-1200*time.Millisecond), now), Wall: ui.Link{Name: "Wall display", Href: "/wall/line/filling-1"},
		},
		Shift: line.ShiftPanel{
			Line: "filling-1", Title: "Early shift, 06:00–14:00", Strip: strip("big", nowRows()[0].Strip.Segments, true), Hours: hours(),
			Stops: []line.Stop{
				{State: ui.State{Tone: ui.Stopped, Word: "Breakdown"}, From: "10:30", To: "now", Length: "12 min", Cause: "Filler, fault E-107"},
				{State: ui.State{Tone: ui.Stopped, Word: "Unexplained"}, From: "08:12", To: "08:31", Length: "19 min 4 s", Cause: ""},
				{State: ui.State{Tone: ui.Changeover, Word: "Changeover"}, From: "09:00", To: "09:10", Length: "10 min", Cause: "COLA-05 to WATER-05"},
			},
		},
		KPIs: kpis(), Units: units(), Jobs: jobs(), Tags: tags(), Trend: chart(),
	})
}

func listPage(theme string) templ.Component {
	rows := nowRows()
	entry := func(r oee.Row) line.Entry {
		return line.Entry{Name: r.Name, Href: r.Href, State: r.State, Product: r.Product, OEE: r.OEE, Wall: ui.Link{Name: "Wall", Href: "/wall/line/" + r.ID}}
	}
	return line.List(line.ListPage{Frame: frame("Lines", theme), Panel: line.ListPanel{Areas: []line.Area{
		{Name: "Filling", Walls: []ui.Link{{Name: "Wall of the hall", Href: "/wall/hall/filling"}, {Name: "Wall of its orders", Href: "/wall/orders/filling"}}, Lines: []line.Entry{entry(rows[0]), entry(rows[4])}},
		{Name: "Assembly", Walls: []ui.Link{{Name: "Wall of the hall", Href: "/wall/hall/assembly"}}, Lines: []line.Entry{entry(rows[1]), entry(rows[2])}},
	}}})
}

func trendPage(theme string) templ.Component {
	f := frame("Trends", theme)
	f.Charts, f.Live, f.Refresh = true, false, 0
	var groups []trend.Group
	for _, m := range []string{"Filling 1, Depalletizer", "Filling 1, Filler", "Filling 1, Capper", "Assembly 1, Press"} {
		g := trend.Group{Name: m}
		for i, l := range []string{"Speed", "Temperature", "Good count", "Energy"} {
			g.Tags = append(g.Tags, trend.Choice{Name: m + l, Label: l, Unit: []string{"1/min", "°C", "pcs", "kWh"}[i], Chosen: i < 2 && strings.HasSuffix(m, "Filler")})
		}
		groups = append(groups, g)
	}
	return trend.Show(trend.Page{Frame: f, Chart: chart(), Picker: groups})
}

func wallFrame() layout.Frame {
	f := frame("Filling 1", "")
	f.Person, f.Nav = nil, nil
	return f
}

func wallPanel(s ui.State, since time.Duration, cause string) wall.LinePanel {
	return wall.LinePanel{
		Tile: wall.Tile{
			Line: "filling-1", Name: "Filling 1", State: s, Since: ui.Since(now.Add(-since), now), Cause: cause, Product: "COLA-05",
			Actual: locale.Whole(20068), Target: locale.Whole(23480), Delta: locale.Signed(-3412), Behind: true, OEE: "71.2",
			Job:   &wall.Job{ID: "J-1001", Product: "COLA-05", Done: locale.Whole(16120), Planned: locale.Whole(28000), Progress: ui.Ratio(.576, true), Due: "13:00", Promise: "ready 13:40", Mood: ui.Alarm},
			Hours: hours(),
		},
		Stops: []wall.Stop{
			{State: ui.State{Tone: ui.Stopped, Word: "Breakdown"}, Cause: "Filler, fault E-107", Length: "31 min"},
			{State: ui.State{Tone: ui.Changeover, Word: "Changeover"}, Cause: "COLA-05 to WATER-05", Length: "10 min"},
			{State: ui.State{Tone: ui.Material, Word: "Starved"}, Cause: "Depalletizer", Length: "6 min"},
		},
		Corner: corner(),
	}
}

func corner() wall.Corner {
	return wall.Corner{Shift: "Early", Left: ui.Until(closes, now), At: locale.Time(now), Zone: "Europe/Berlin", Newest: ui.AgeOf(now.Add(-1200*time.Millisecond), now)}
}

func wallCalls(line string) []wall.Call {
	return []wall.Call{
		{Words: line + "Maintenance, Filler", Who: "nobody yet", Since: ui.Since(now.Add(-4*time.Minute), now)},
		{Words: line + "Material", Who: "Ben Oberhuber comes", Taken: true, Since: ui.Since(now.Add(-11*time.Minute), now)},
	}
}

func wallCalled(theme string) templ.Component {
	f := wallFrame()
	f.Theme = theme
	p := wallPanel(ui.State{Tone: ui.Stopped, Word: "Stopped"}, 724*time.Second, "Filler · reason missing")
	p.Calls, p.More = wallCalls(""), "1 more call"
	p.Turn = wall.Turn{Panel: "wall/turns/x", Words: "2 of 3"}
	return wall.Show(f, wall.Line(p))
}

func orders(theme string) templ.Component {
	f := wallFrame()
	f.Theme = theme
	o := wall.OrdersPanel{Corner: corner(), Place: "ulm", Name: "Ulm works", Sum: "2 late", Mood: ui.Alarm, More: "4 more, none of them late"}
	states := []ui.State{{Tone: ui.Stopped, Word: "Stopped"}, {Tone: ui.Running, Word: "Running"}, {Tone: ui.Changeover, Word: "Changeover"}, {Tone: ui.NoData, Word: "No data"}, {Tone: ui.Off, Word: "Not scheduled"}}
	for i := range 10 {
		one := wall.Order{
			ID: fmt.Sprintf("J-10%02d", i), Line: []string{"Filling 1", "Filling 2", "Assembly 1", "Mill 1", "Labelling and packing 4"}[i%5], State: states[i%5],
			Product: []string{"COLA-05", "WATER-05", "PUMP-200-INOX", "BOX-OP1", "-"}[i%5], Step: []string{"Running", "Next"}[i/5], Progress: ui.Ratio(.576-float64(i)/20, true),
			Done: locale.Whole(int64(16120 - 1500*i)), Planned: locale.Whole(28000), Due: "13:00", Ready: "13:40", Verdict: "In time", Mood: ui.Well,
		}
		switch i {
		case 0, 1:
			one.Verdict, one.Mood = []string{"2 h 40 min late", "40 min late"}[i], ui.Alarm
		case 3, 9:
			one.Due, one.Ready, one.Verdict, one.Mood = "30 Nov, 13:00", figure.Unknown, figure.Unknown, ui.Plain
		}
		o.Orders = append(o.Orders, one)
	}
	return wall.Show(f, wall.Orders(o))
}

func wallLine(tone ui.Tone, word, cause string, since time.Duration) func(string) templ.Component {
	return func(theme string) templ.Component {
		f := wallFrame()
		f.Theme = theme
		p := wallPanel(ui.State{Tone: tone, Word: word}, since, cause)
		switch tone {
		case ui.Running:
			p.Delta, p.Behind, p.OEE, p.Actual = locale.Signed(612), false, "103.4", locale.Whole(24092)
			p.Job.Progress, p.Stops = ui.Ratio(1.02, true), nil
		case ui.NoData:
			p.Delta, p.OEE, p.Target, p.Job, p.Behind = figure.Unknown, figure.Unknown, figure.Unknown, nil, false
		}
		return wall.Show(f, wall.Line(p))
	}
}

func hall(n int) func(string) templ.Component {
	return func(theme string) templ.Component {
		f := wallFrame()
		f.Theme = theme
		h := wall.HallPanel{Area: "filling", Name: "Filling and packing", Corner: corner()}
		if n != 2 {
			h.Calls = wallCalls("Filling 1: ")
		}
		for _, s := range wallPanel(ui.State{}, 0, "").Stops {
			s.Cause = "Filling 1: " + s.Cause
			h.Stops = append(h.Stops, s)
		}
		rows := nowRows()
		for i := range n {
			r := rows[i%len(rows)]
			t := wall.Tile{Line: fmt.Sprintf("%s-%d", r.ID, i), Name: r.Name, State: r.State, Since: r.Since, Cause: r.Cause, Product: r.Product, Actual: r.Delta.Actual, Target: r.Delta.Target, Delta: r.Delta.Text, Behind: strings.HasPrefix(r.Delta.Text, "−"), OEE: r.OEE, Hours: hours()}
			if r.Job != nil {
				t.Job = &wall.Job{ID: r.Job.ID, Done: r.Job.Done, Planned: r.Job.Planned, Progress: r.Job.Progress, Due: r.Job.Due, Promise: r.Job.Promise}
			}
			h.Tiles = append(h.Tiles, t)
		}
		if n == 0 {
			h.Empty = &ui.Empty{Title: "No lines in this hall", Text: "Give the area some lines in the plant's file."}
		}
		return wall.Show(f, wall.Hall(h))
	}
}

func plainFrame(title, theme string) layout.Frame {
	return layout.Frame{Title: title, Asset: static.Path, Build: "test", Now: now.UnixMilli(), Site: "Ulm works", Theme: theme}
}

func signIn(theme string) templ.Component {
	return user.ShowSignIn(user.SignIn{Frame: plainFrame("Sign in", theme), Next: "/"})
}

func signInProvider(theme string) templ.Component {
	return user.ShowSignIn(user.SignIn{Frame: plainFrame("Sign in", theme), Next: "/", Provider: "Keycloak", Href: "/sign-in/provider?next=%2F"})
}

func signInProviderDown(theme string) templ.Component {
	return user.ShowSignIn(user.SignIn{
		Frame: plainFrame("Sign in", theme), Next: "/", Provider: "Konzern-Anmeldung Süd (Beteiligungen)", Href: "/sign-in/provider?next=%2F", Down: true,
	})
}

func signInProviderRefused(theme string) templ.Component {
	return user.ShowSignIn(user.SignIn{
		Frame: plainFrame("Sign in", theme), Next: "/", Provider: "Keycloak", Href: "/sign-in/provider?next=%2F",
		Faults: []ui.Fault{{Text: "None of your groups at Keycloak has a role here; ask an admin."}},
	})
}

func leaving(theme string) templ.Component {
	return user.ShowLeaving(user.Leaving{Frame: plainFrame("Signed out", theme), Provider: "Keycloak", Href: "/signin"})
}

func signInWrong(theme string) templ.Component {
	return user.ShowSignIn(user.SignIn{Frame: plainFrame("Sign in", theme), Name: "ada", Next: "/", Faults: []ui.Fault{{Field: "password", Text: "Name and password do not belong together."}}})
}

func setUp(theme string) templ.Component {
	return user.ShowSetUp(user.SetUp{Frame: plainFrame("Set up", theme), Key: "k", Least: 10, Faults: []ui.Fault{{Field: "password", Text: "The password has 4 characters; it needs 10."}, {Field: "again", Text: "The two passwords differ."}}})
}

func problem(theme string) templ.Component {
	return user.ShowProblem(user.Problem{Frame: plainFrame("Not found", theme), Code: "404", Title: "There is no such page", Text: "The address may be mistyped, or the line may have been renamed.", Reference: "4f2a", Next: ui.Link{Name: "Go to Now", Href: "/"}})
}

// atRisk is the page of the orders at risk.
func atRisk(theme string) templ.Component {
	return risk.Show(risk.Page{Frame: frame("Orders at risk", theme), Panel: risk.Panel{
		At: "10:42:07", Value: "Value, EUR",
		Figures: []ui.Figure{{Name: "Orders at risk", Value: "2", Note: "of 41", Mood: ui.Alarm}, {Name: "Worth", Value: "12 400.00", Unit: "EUR"}, {Name: "Without a date", Value: "1", Mood: ui.Warning}},
		Rows: []risk.Row{
			{
				Order: ui.Link{Name: "SO-000007/1", Href: "/sales/7"}, For: "Ann & Co", What: "8 000 COLA-05", Line: ui.Link{Name: "Filling 1", Href: "/line/filling-1"}, Due: "Fri 27 Mar 2026", Best: "27 Mar, 20:10", Likely: "28 Mar, 03:10",
				Late: "3 h 10 min", Value: "9 600.00", Why: "Filler down 38 min; resin short from 14:10 until PO-000009/1 comes, Sat 28 Mar 12:00", Fixes: []string{"Next on Filling 1: done 13:00, in time"},
			},
			{Order: ui.Link{Name: "WO-000012", Href: "/work/12"}, What: "300 VALVE-A", Due: "Fri 27 Mar 2026", Late: "nobody can say", Value: "2 800.00", Why: "WO-000012 is on no line"},
		},
	}})
}

// pages is every page in every state that looks different.
var pages = map[string]func(theme string) templ.Component{
	"now": nowPage, "empty": emptyPage, "line": linePage, "lines": listPage, "trends": trendPage,
	"signin": signIn, "signin-wrong": signInWrong, "signin-provider": signInProvider, "signin-provider-down": signInProviderDown,
	"signin-provider-refused": signInProviderRefused, "leaving": leaving, "setup": setUp, "problem": problem,
	"wall-stopped":    wallLine(ui.Stopped, "Breakdown", "Filler, fault E-107", 724*time.Second),
	"wall-running":    wallLine(ui.Running, "Running", "", 3784*time.Second),
	"wall-slow":       wallLine(ui.Slow, "Micro-stop", "Labeller", 42*time.Second),
	"wall-changeover": wallLine(ui.Changeover, "Changeover", "COLA-05 to WATER-05", 26*time.Minute),
	"wall-off":        wallLine(ui.Off, "Not scheduled", "", 90*time.Hour),
	"wall-nodata":     wallLine(ui.NoData, "No data", "Connection plc-1 is lost", 42*time.Second),
	"wall-called":     wallCalled, "orders": orders, "risk": atRisk,
	"hall-5": hall(5), "hall-2": hall(2), "hall-12": hall(12), "hall-0": hall(0),
}

func render(c templ.Component) string {
	var b strings.Builder
	if err := c.Render(context.Background(), io.Writer(&b)); err != nil {
		panic(err)
	}
	return b.String()
}

func lineKPIs(k line.KPIPanel) templ.Component { return line.Figures(k) }
