package oracles

import "time"

// row is one case: a line of its own, what its machine says, and what comes of the work order that is made there.
type row struct {
	id, signals   string // of the good counter in the plant file; "" for a plain one
	planned       int64
	rounds        [][]said
	good, scrap   float64
	lifecycle     string
	between       float64
	issued, short float64 // of the only component
	kilos         []int64 // of its lots, in the order in which they expire
	left          []float64
	second        string // another order whose product follows on the same line
	good2         float64
	steps         bool // of two operations, the first of which makes 100 on a line of its own
}

// said is a sample of the line's machine; after begins with the case's first moment.
type said struct {
	after time.Duration
	tag   string
	value any
	bad   bool
}

func good(minutes float64, n int64) said {
	return said{after: time.Duration(minutes * float64(time.Minute)), tag: "good", value: n}
}

func reject(minutes float64, n int64) said {
	return said{after: time.Duration(minutes * float64(time.Minute)), tag: "reject", value: n}
}

func bad(s said) said { s.bad = true; return s }

func product(minutes float64, code string) said {
	return said{after: time.Duration(minutes * float64(time.Minute)), tag: "product", value: code}
}

// rows are ORACLES L1 to L16 but L12 and L15, which are done beside them.
func rows() []row {
	once := func(all ...said) [][]said { return [][]said{all} }
	return []row{
		{id: "L1", planned: 100, rounds: once(good(0, 0), good(60, 7)), good: 7},
		{id: "L2", planned: 100, rounds: once(good(0, 1000), good(60, 1003)), good: 3},
		{id: "L3", planned: 100, rounds: once(good(0, 1000), bad(good(1, 0)), good(26*60, 1040)), good: 40},
		{id: "L4", planned: 100, rounds: once(good(0, 1000), good(60, 0), good(120, 5), good(180, 5)), good: 5},
		{id: "L5", planned: 100, rounds: once(good(0, 1000), bad(good(60, 0)), good(120, 1000), good(150, 0), good(150.05, 1000), good(180, 1001)), good: 1},
		{id: "L6", planned: 100, signals: "{tag: good, modulus: 65536}", rounds: once(good(0, 65530), good(60, 4)), good: 10},
		{id: "L6b", planned: 100, signals: "{tag: good, modulus: 4294967296}", rounds: once(good(0, 4294967290), good(60, 4)), good: 10},
		{id: "L7", planned: 100, rounds: [][]said{{good(0, 0), good(60, 10)}, {good(0, 0), good(60, 10), good(120, 11)}}, good: 11},
		{id: "L8", planned: 100, second: "L8b", rounds: [][]said{{good(60, 10), product(61, "L8b"), good(62, 14)}, {good(61, 13)}}, good: 3, good2: 1},
		{id: "L9", planned: 100, signals: `{tag: good, per: "3"}`, rounds: once(good(0, 0), good(60, 5)), good: 15},
		{id: "L10", planned: 200, signals: "total", rounds: once(said{tag: "total", value: 0}, reject(0, 0), said{after: time.Hour, tag: "total", value: 100}, reject(60, 3)), good: 97, scrap: 3},
		{id: "L11", planned: 100, rounds: [][]said{{good(0, 0), good(60, 98)}, {good(120, 103)}}, good: 103, lifecycle: "completed"},
		{id: "L13", planned: 200, steps: true, rounds: once(good(0, 0), reject(0, 0), good(120, 95), reject(120, 2)), good: 95, scrap: 2, between: 3},
		{id: "L14", planned: 200, kilos: []int64{5, 20}, rounds: once(good(0, 0), good(60, 37)), good: 37, issued: 9.62, left: []float64{0, 15.38}},
		{id: "L16", planned: 200, kilos: []int64{3}, rounds: once(good(0, 0), good(60, 37)), good: 37, issued: 3, short: 6.62, left: []float64{0}},
	}
}
