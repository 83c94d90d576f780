package line

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// QueuePage is the jobs of a line in the order in which they are to run.
//
// Component: ShowQueue(p QueuePage).
type QueuePage struct {
	Frame    layout.Frame
	Line     string
	Name     string
	CanMove  bool
	Terminal bool // the reader may use the line's terminal
	Whole    bool // and sees the whole plant
	Faults   []ui.Fault
	Queue    QueuePanel
}

// QueuePanel is the jobs themselves, the panel "line/<id>/queue…".
//
// Component: Queue(q QueuePanel).
type QueuePanel struct {
	Name      string     // of the panel
	Action    string     // where a move is posted to
	Receivers []Receiver // machines that take job orders
	Running   []QueueJob
	Next      []QueueJob
	Ended     []QueueJob // lately, the newest first
	Empty     *ui.Empty  // when nothing waits
}

// Receiver is a machine that takes job orders.
type Receiver struct {
	Name    string
	State   string
	Trouble string // "" when all is well
}

// QueueJob is a job with where it stands in the queue.
type QueueJob struct {
	Job
	Mark     string // the id of its element
	Place    string // "1": the next
	Moved    string // "by Otto, 10:42"; "" when nobody knows
	Machine  string // how the machine that was given it says that it stands; "" when none was
	Trouble  string // why job and machine do not agree; "" when they do
	At, Seal string // of a move; At is "" when the reader may not move it
	Up, Down bool   // whether there is a place above or below
	Abort    *Action
}
