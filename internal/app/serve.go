package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/access/provider"
	"millwright/internal/app/amend"
	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
	"millwright/internal/run"
	"millwright/internal/web"
)

// patience is how long the parts may take to stop: each keeps what it has, which takes a slow disk its time.
const patience = time.Minute

// Serve runs the plant of the settings' plant file until ctx ends; without a file, what was published last.
func Serve(ctx context.Context, cfg config.Config, out io.Writer) error {
	plan, err := planOf(cfg)
	if err != nil {
		return err
	}
	return serve(ctx, cfg, plan, out, nil)
}

// planOf reads the plant file that the settings name.
func planOf(cfg config.Config) (Plan, error) {
	p := Plan{Name: "the empty plant", Endpoints: cfg.Endpoints}
	if cfg.Plant == "" {
		return p, nil
	}
	text, err := config.ReadPlant(cfg.Plant)
	p.Name, p.Text = cfg.Plant, text
	return p, err
}

// serve runs a program with more parts that need it running, and again whenever it is to start again.
func serve(ctx context.Context, cfg config.Config, plan Plan, out io.Writer, more func(*App) ([]run.Part, error)) error {
	for {
		err := serveOnce(ctx, cfg, plan, out, more)
		if !errors.Is(err, run.ErrAgain) || errors.Is(err, run.ErrRunning) || ctx.Err() != nil {
			return err
		}
		cfg.Log.Logger(os.Stderr).Info("the program has stopped, and starts again", "why", err)
	}
}

// serveOnce puts a program together and runs it.
func serveOnce(ctx context.Context, cfg config.Config, plan Plan, out io.Writer, more func(*App) ([]run.Part, error)) (err error) {
	a, err := New(ctx, cfg, plan, cfg.Log.Logger(os.Stderr))
	if err != nil {
		return err
	}
	defer func() {
		if !errors.Is(err, run.ErrRunning) { // else somebody still writes: what is not kept is derived again at the next start
			err = errors.Join(err, a.Close())
		}
	}()
	site, err := a.web.Open()
	if err != nil {
		return err
	}
	if err := os.WriteFile(inFolder(cfg.Data, siteFile), []byte(site+"\n"), 0o600); err != nil {
		return err
	}
	parts := a.Parts()
	if more != nil {
		added, err := more(a)
		if err != nil {
			return err
		}
		parts = append(parts, added...)
	}
	if _, _, err := a.machines.Own(); err != nil { // made on the first start; without it machines can still be read that ask for none
		a.log.Warn("the program's own certificate cannot be used", "err", err)
	}
	if err := a.greet(ctx, site, out); err != nil {
		return err
	}
	return run.Group{Limit: patience}.Run(ctx, parts...)
}

// greet says where the program is reached and, on the first start, how the first admin comes in.
func (a *App) greet(ctx context.Context, site string, out io.Writer) error {
	if _, err := fmt.Fprintf(out, "Millwright is at %s\n", site); err != nil {
		return err
	}
	open, err := a.gate.Open(ctx)
	if err != nil || open {
		return err
	}
	key, err := a.gate.Invite(ctx, time.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "First start: become the first admin, once and within the hour, at\n  %s/setup/%s\n", site, key)
	return err
}

// openWeb makes the site from the parts.
func (a *App) openWeb() (*web.Server, error) {
	guests, err := a.guests()
	if err != nil {
		return nil, err
	}
	return web.New(web.Deps{
		Floor: a.floor.Load().shown(), Latest: a.latest, Archive: a.archive, Sums: a.store.Rollups(), Crew: a.store.Crew(), Sessions: a,
		Ingest: a.ingest, Corrections: amend.Door{Corrections: a.store.Corrections(), Make: a.correct}, Setup: web.Setup{Book: a.store.Revisions(), Use: a.UseHead, Seal: a.machines.Seal, Shape: a.plan.here, Desk: a.store.Requests(), Access: a.store.Access(), Notary: consent.Notary{Ring: a.store.Keys(), Safe: a.safe}},
		Machines: a.machines, System: a.system(), Vault: a.store.Vault(), Chain: a.store.Audit(), Gate: a.gate, Guests: guests, Calls: andon.NewBoard(a.store.Calls(), time.Now), Turns: a.store.Counts(), Mail: a.mail, Planning: a.planning(), Promises: a.outlook, Trade: a.trade(), Records: a.records(), Dispatch: a.dispatch(),
		News:  web.News{Samples: &a.samples, Facts: &a.facts, Lines: &a.changed, Jobs: &a.booked},
		Ready: a.ready, Metrics: a.meters(), Listen: a.cfg.Listen, PublicURL: a.cfg.PublicURL, Build: Version, Log: a.log,
	})
}

// guests is the way in by a provider of identities; nil when the settings name none.
func (a *App) guests() (*web.Guests, error) {
	o := a.cfg.OIDC
	if o.Issuer == "" {
		return nil, nil
	}
	asked, err := asks(o)
	if err != nil {
		return nil, err
	}
	p, err := provider.New(asked)
	if err != nil {
		return nil, err
	}
	return &web.Guests{Provider: p, Reception: access.Reception{Vault: a.store.Vault(), Adds: o.AddPeople, Note: a.store.Audit().Append}}, nil
}

// asks is how the provider is asked.
func asks(o config.OIDC) (provider.Settings, error) {
	secret, err := o.Secret()
	roles := make(map[string]plant.Role, len(o.Roles))
	for group, name := range o.Roles {
		roles[group], _ = plant.ParseRole(name) // what is no role is refused with the rest
	}
	return provider.Settings{
		Issuer: o.Issuer, Client: o.ClientID, Secret: secret, Name: o.Name, Scopes: o.Scopes,
		Called: o.NameClaim, Groups: o.GroupsClaim, Roles: roles, Redirect: o.RedirectURL,
	}, err
}

// Faults tells what is wrong with the settings of the sign-in by a provider, where one is named.
func Faults(c config.Config) []errs.Field {
	if c.OIDC.Issuer == "" {
		return nil
	}
	s, err := asks(c.OIDC)
	wrong := s.Faults()
	if err != nil {
		wrong = append(wrong, errs.Field{Path: "oidc.client_secret", Message: err.Error()})
	}
	return wrong
}

// ready says why the program cannot work yet; nil when it can.
func (a *App) ready(ctx context.Context) error {
	select {
	case <-a.floor.Load().machines.CaughtUp():
	default:
		return errors.New("the history is still being read")
	}
	_, err := a.gate.Open(ctx)
	return err
}
