package schedule

// Plan is where everything is placed.
type Plan struct {
	Jobs     [][]Placement // by job and operation
	Makespan Tick          // from the problem's Now to the end of the last operation
	Late     int64         // ticks that jobs are late, times their weights
	Moved    int           // operations on another machine, or at another place in the order, than the kept plan has them
	Cost     int64         // what was made as small as could be
	Bound    int64         // no plan costs less
	Steps    int           // plans that were looked at
}

// Gap is how far the plan may be from the best one, in millionths of the bound; 0 is proven best.
func (p *Plan) Gap() int64 {
	if p.Cost <= p.Bound {
		return 0
	}
	if p.Bound <= 0 {
		return whole
	}
	over := p.Cost - p.Bound
	if over > (1<<62)/whole {
		return over / max(1, p.Bound/whole)
	}
	return over * whole / p.Bound
}

// Placement is where an operation is.
type Placement struct {
	Machine    int
	SetUp      Tick // when its set-up begins; Start where there is none
	Start, End Tick
	Why        Why
}

// Why is what holds an operation where it is: without it, it could begin earlier.
type Why struct {
	Bind  Bind
	Job   int  // of After, Behind and Short: the operation that it waits for
	Op    int  //
	Pool  int  // of Short
	Hours bool // and then it waits until its machine works
}

// Bind is a kind of what holds an operation.
type Bind uint8

// What holds an operation.
const (
	AtOnce   Bind = iota // nothing: it begins now
	Underway             // it has started
	Released             // its job may not begin earlier
	Material             // what it takes is not there earlier
	After                // the operation before it in its job
	Behind               // the operation before it on its machine, and the set-up from that one
	Short                // a pool has nothing left until an operation ends
)

var bindNames = [...]string{"at once", "underway", "released", "material", "after", "behind", "short"}

// String gives the word for it.
func (b Bind) String() string { return bindNames[b] }
