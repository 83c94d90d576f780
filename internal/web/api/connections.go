package api

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/ot/collect"
	"millwright/internal/web/api/operation"
)

// Connections is how the sessions to the machines are doing.
type Connections interface {
	Connections() []collect.Status
}

// Connection is one session to a device.
type Connection struct {
	ID         string     `json:"id"`
	Phase      string     `json:"phase" enum:"starting,active,idle,degraded,waiting,stopped"`
	Since      *time.Time `json:"since"`
	Disabled   bool       `json:"disabled,omitempty" doc:"People have said that no session is to be opened."`
	LastError  string     `json:"lastError,omitempty" doc:"Why the session was lost or could not be opened."`
	LastSample *time.Time `json:"lastSample"`
	RetryAt    *time.Time `json:"retryAt" doc:"When it is tried again; null unless it waits."`
	Samples    uint64     `json:"samples" doc:"Delivered since the start."`
	Skewed     uint64     `json:"skewed" doc:"Stamped out of reason, taken at their arrival and marked uncertain."`
	Retyped    uint64     `json:"retyped" doc:"Times a tag began to send another kind of value, counted once a session; it is kept as it comes."`
	Overflows  uint64     `json:"overflows" doc:"Values that said that the device had to drop others of their tags: at least so many are lost."`
	Losses     uint64     `json:"losses" doc:"Times the session was lost."`
}

type connectionsOut struct {
	Body struct {
		Connections []Connection `json:"connections"`
	}
}

func (a *API) mountConnections(b *operation.Book) {
	operation.Get(b, access.Read, "/api/v1/connections", "List the connections", a.connections)
}

func (a *API) connections(ctx context.Context, _ *struct{}) (*connectionsOut, error) {
	out := &connectionsOut{}
	out.Body.Connections = []Connection{}
	if a.Sessions == nil {
		return out, nil
	}
	talks := a.Floor(ctx).Talks
	for _, s := range a.Sessions.Connections() {
		if !talks(s.Connection) {
			continue
		}
		out.Body.Connections = append(out.Body.Connections, Connection{
			ID: s.Connection, Phase: string(s.Phase), Since: when(s.Since), Disabled: s.Disabled, LastError: s.LastError,
			LastSample: when(s.LastSample), RetryAt: when(s.RetryAt), Samples: s.Samples, Skewed: s.Skewed, Retyped: s.Retyped, Overflows: s.Overflows, Losses: s.Losses,
		})
	}
	return out, nil
}
