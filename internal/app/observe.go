package app

import (
	"context"

	"millwright/internal/access"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/collect"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Site takes the port and gives the address at which browsers reach the program.
func (a *App) Site() (string, error) { return a.web.Open() }

// Samples is where everything that arrives is published.
func (a *App) Samples() *bus.Topic[tag.Sample] { return &a.samples }

// Connections says how the sessions are doing.
func (a *App) Connections() []collect.Status { return a.crew.Status() }

// Received is how many samples the sessions have delivered since the start.
func (a *App) Received() uint64 { return a.sessions().Samples }

// Pages is how many live pages are open.
func (a *App) Pages() int { return a.web.Hub().Stats().Clients }

// Sent is how many messages were sent to live pages.
func (a *App) Sent() uint64 { return a.web.Hub().Stats().Sent }

// NewToken makes an API token and gives its secret.
func (a *App) NewToken(ctx context.Context, name string, role plant.Role) (string, error) {
	secret, _, err := access.AddToken(ctx, a.store.Vault(), access.NewToken{Name: name, Role: role}, plant.Program())
	return secret, err
}

// Revision is the number of the plant in use.
func (a *App) Revision() int64 { return a.floor.Load().revision }
