package mail

import (
	"context"
	"time"

	"millwright/internal/plant"
)

// State is what became of a letter.
type State string

// The states of a Letter: a waiting one is tried, again and again for a day; the others stay as they are.
const (
	Waiting State = "waiting"
	Sending State = "sending" // it is being handed to the mail server
	Sent    State = "sent"
	Failed  State = "failed" // the server refused it, or could not be reached for a day
	Unsure  State = "unsure" // nobody knows whether the server has taken it: it is not sent twice by itself
)

// Letter is one mail of a subscription about one period.
type Letter struct {
	ID           int64
	Subscription int64
	Period       string
	Due          time.Time
	State        State
	Attempts     int
	Next         time.Time // of a waiting one: when it is tried
	Until        time.Time // whoever works on it has it until then
	Sent         time.Time
	Fault        string // why it waits or failed
	Version      int64  // grows with each change
}

// Book keeps subscriptions, letters, and the server they go by. The store proves it fits.
type Book interface {
	Servers
	// Subscriptions gives all of them by name.
	Subscriptions(ctx context.Context) ([]Subscription, error)
	// Keep keeps a subscription: a new one, with ID 0, or in the place of the version it was read at. From then on it sends.
	Keep(ctx context.Context, s Subscription, by plant.Person) (Subscription, error)
	// Remove removes one with its letters.
	Remove(ctx context.Context, id int64, by plant.Person, why string) error
	Outbox
}

// Servers keeps the one mail server.
type Servers interface {
	Server(ctx context.Context) (Server, error) // the zero Server when none was set
	SetServer(ctx context.Context, s Server, by plant.Person) error
}

// Outbox is the letters.
type Outbox interface {
	// Put adds letters; of one subscription and period there is one, whoever adds it again.
	Put(ctx context.Context, letters []Letter) error
	// Claim gives a waiting letter whose time has come to one who works on it until then; ok is false when there is none.
	// Letters whose sending nobody ended in their time become unsure.
	Claim(ctx context.Context, now, until time.Time) (l Letter, ok bool, err error)
	// Settle keeps what became of a letter, from the version that was claimed.
	Settle(ctx context.Context, l Letter) (Letter, error)
	// Letters gives the newest.
	Letters(ctx context.Context, limit int) ([]Letter, error)
	// Again lets one that failed, or of which nobody knows, wait to be sent once more.
	Again(ctx context.Context, id int64, now time.Time, by plant.Person) error
}
