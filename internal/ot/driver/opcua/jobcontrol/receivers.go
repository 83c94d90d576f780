package jobcontrol

import (
	"context"
	"fmt"
	"sync"

	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/session"
)

// Receivers are those of one connection, by their addresses. What was found in a session is remembered as long as that
// lasts. It may be used from several goroutines.
type Receivers struct {
	mu sync.Mutex
	in *session.Session
	at map[string]*Receiver
}

// Asked is what a machine is asked to do with a job order, and why.
type Asked struct {
	Do    driver.JobCommand
	Order driver.JobOrder
	Why   string
}

// Orders gives the job orders that a receiver has.
func (r *Receivers) Orders(ctx context.Context, s *session.Session, addr string) ([]driver.JobStanding, error) {
	x, err := r.find(ctx, s, addr)
	if err != nil {
		return nil, err
	}
	return x.Orders(ctx)
}

// Became asks what became of an order.
func (r *Receivers) Became(ctx context.Context, s *session.Session, addr, order string) (driver.JobState, error) {
	x, err := r.find(ctx, s, addr)
	if err != nil {
		return driver.JobUnknown, err
	}
	return x.Became(ctx, order)
}

// Command asks for something to be done with a job order.
func (r *Receivers) Command(ctx context.Context, s *session.Session, addr string, a Asked) error {
	x, err := r.find(ctx, s, addr)
	if err != nil {
		return err
	}
	return x.Command(ctx, a)
}

func (r *Receivers) find(ctx context.Context, s *session.Session, addr string) (*Receiver, error) {
	a, err := session.ParseAddress(addr)
	if err != nil {
		return nil, errs.New(errs.Invalid, "receiver of job orders: %w", err)
	}
	if x := r.known(s, addr); x != nil {
		return x, nil
	}
	node, known := a.Node(s.Namespaces())
	if !known {
		return nil, errs.New(errs.NotFound, "receiver of job orders %s: the server has no namespace %q", addr, a.URI)
	}
	x, err := Find(ctx, s, node)
	if err != nil {
		return nil, fmt.Errorf("receiver of job orders %s: %w", addr, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.in != s {
		r.in, r.at = s, map[string]*Receiver{}
	}
	r.at[addr] = x
	return x, nil
}

func (r *Receivers) known(s *session.Session, addr string) *Receiver {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.in != s {
		return nil
	}
	return r.at[addr]
}
