// Package web is everything that is reached by HTTP: the pages, their live panels, the way in.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/live"
	"millwright/internal/mail"
	"millwright/internal/mes/andon"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/crew"
	"millwright/internal/mes/oee/health"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/internal/web/api/edits"
	"millwright/static"
)

// Deps is what the pages are made from. Everything must be there but Metrics, Ready, PublicURL, Build and Log.
type Deps struct {
	Floor
	Latest  api.Latest
	Archive history.Archive
	Sums    rollup.Book // of the lines' time
	Crew    crew.Book   // who stands at the lines; nil when nobody signs on
	// Sessions are the connections to the machines; nil when there are none.
	Sessions api.Connections
	// Ingest takes samples that were sent to us: when it returns they are kept, and everybody will hear of them.
	Ingest      func(ctx context.Context, batch []tag.Sample) ([]history.Refusal, error)
	Corrections api.Corrections // of what is kept; nil where none are made
	Setup       Setup
	// Machines is how connections are tried out and looked through before they are used.
	Machines Machines
	System   System
	Vault    access.Vault
	Chain    access.Chain
	Gate     *access.Gate
	Guests   *Guests // nil when no provider of identities vouches for people
	News     News
	Calls    *andon.Board // nil means that nobody can call for help
	Mail     *mail.Desk   // nil means that no report is mailed
	Turns    Turns        // nil means that nothing is known of earlier jobs
	Trade    Trade
	Records
	Planning Planning
	Dispatch Dispatch
	Promises Promises // nil means that nothing is foretold

	Ready     func(ctx context.Context) error // why we cannot work; nil means that we can
	Metrics   []prometheus.Collector          // of the other parts, for /metrics
	Listen    string                          // "127.0.0.1:8080"
	Farewell  time.Duration                   // how long open requests may take to end before their connections are closed; 0 means 5 s
	PublicURL string                          // "https://millwright.example" when a proxy stands before us
	Build     string                          // version of the program
	Log       *slog.Logger
	Now       func() time.Time // nil means the wall clock
}

// Floor is what changes when another revision of the plant is put into use.
type Floor struct {
	Revision int64
	Plant    *plant.Plant
	Tags     *tag.Registry
	Signals  []machine.Signals
	Units    api.Units
	Alone    *workunit.Units // the time of single machines; nil where it is not known
	Lines    api.Lines       // with what people say laid over them
	Logbook  edits.Book      // where they say it
	Shifts   Shifts          // the same, by its shifts
	Health   *health.Keeper
	Jobs     api.Jobs
	Told     JobMachines // nil means that no machine takes job orders
	Queues   []Queue
	Orders   func(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.OrderChanged, error) // nil means that none are known
}

// News is where the parts say that something changed. A topic that is nil says nothing.
type News struct {
	Samples *bus.Topic[tag.Sample]
	Facts   *bus.Topic[machine.Fact]
	Lines   *bus.Topic[oee.Changed]
	Jobs    *bus.Topic[execution.Changed]
}

// Server answers HTTP requests and pushes panels.
type Server struct {
	Deps
	build    string   // of program and static files
	public   *url.URL // nil without a proxy
	echo     *echo.Echo
	hub      *live.Hub
	paint    atomic.Pointer[painter]
	desk     *desk
	drafts   *drafts
	ahead    chan struct{} // the plant is to be read before somebody asks for it
	imports  *imports
	baskets  *baskets
	records  recordTables // tables of business records
	meters   *meters
	cross    *http.CrossOriginProtection
	table    map[string]guarded // by method and path
	listener net.Listener
}

// New makes a server; Run starts it.
func New(d Deps) (*Server, error) {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Farewell == 0 {
		d.Farewell = 5 * time.Second
	}
	s := &Server{Deps: d, build: d.Build + "-" + static.Digest(), cross: http.NewCrossOriginProtection(), drafts: &drafts{}, ahead: make(chan struct{}, 1), imports: newImports(), baskets: newBaskets()}
	if err := s.readPublicURL(); err != nil {
		return nil, err
	}
	s.Floor = Floor{} // pages ask the painter, whose floor is the one in use
	s.paint.Store(newPainter(d))
	s.desk = newDesk(d, s.public != nil && s.public.Scheme == "https")
	s.hub = live.New(s.drawPanel, live.Options{Now: d.Now, Build: s.buildNow, Every: pace, Origins: s.origins(), Log: d.Log})
	s.meters = newMeters(s.hub, func() []Queue { return s.painter().Queues }, d.Metrics)
	s.echo = s.routes()
	return s, nil
}

func (s *Server) readPublicURL() error {
	if s.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" {
		return errs.New(errs.Invalid, "public_url %q is no address of a site: write https://millwright.example", s.PublicURL)
	}
	s.public = u
	if err := s.cross.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
		return errs.New(errs.Invalid, "public_url %q is no address of a site: %w", s.PublicURL, err)
	}
	return nil
}

func (s *Server) origins() []string {
	if s.public == nil {
		return nil
	}
	return []string{s.public.Host}
}

// Adopt shows another floor from now on. Open pages load themselves anew, since what stands on them may have changed.
func (s *Server) Adopt(f Floor) {
	d := s.Deps
	d.Floor = f
	s.paint.Store(newPainter(d))
	s.LookAhead()
}

// painter draws the floor in use.
func (s *Server) painter() *painter { return s.paint.Load() }

// buildNow names what pages are made from: the program, the static files, the plant.
func (s *Server) buildNow() string {
	return s.build + "-" + strconv.FormatInt(s.painter().Revision, 10)
}

// Handler gives the whole site.
func (s *Server) Handler() http.Handler { return s.echo }

// Hub gives the hub that pushes panels.
func (s *Server) Hub() *live.Hub { return s.hub }

// Open takes the port and gives the address at which browsers reach the site.
func (s *Server) Open() (site string, err error) {
	if s.listener != nil {
		return s.site(), nil
	}
	l, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return "", errs.New(errs.Unavailable, "cannot listen on %s; end what uses that port, or name an address of this computer and a port that is free with --listen, such as 127.0.0.1:8080: %w", s.Listen, err)
	}
	s.listener = l
	if !loopback(l.Addr()) && s.public == nil {
		s.Log.Warn("the site is open to the network without TLS; put a proxy with TLS before it and set public_url", slog.String("listen", s.Listen))
	}
	return s.site(), nil
}

func (s *Server) site() string {
	if s.public != nil {
		return s.public.Scheme + "://" + s.public.Host
	}
	return s.Near()
}

// Near gives the address at which programs on this machine reach the site, past any proxy; Open comes first.
func (s *Server) Near() string {
	at, err := netip.ParseAddrPort(s.listener.Addr().String())
	if err != nil || !at.Addr().IsUnspecified() {
		return "http://" + s.listener.Addr().String()
	}
	return "http://" + netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port()).String()
}

func loopback(a net.Addr) bool {
	at, err := netip.ParseAddrPort(a.String())
	return err == nil && at.Addr().Unmap().IsLoopback()
}

// The times that a client has for each step, so that slow ones cannot hold connections.
const (
	headerTime = 5 * time.Second
	readTime   = 60 * time.Second
	writeTime  = 60 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 32 << 10
)

// Run serves until ctx ends: then open requests are finished, and every live page is told goodbye. It returns when the
// last of them has.
func (s *Server) Run(ctx context.Context) error {
	if _, err := s.Open(); err != nil {
		return err
	}
	var answering sync.RWMutex // held for reading by each request: whoever closes a connection does not end its handler
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !answering.TryRLock() {
				http.Error(w, "the server stops; it will be back", http.StatusServiceUnavailable)
				return
			}
			defer answering.RUnlock()
			s.echo.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	var parts sync.WaitGroup
	parts.Go(func() { _ = s.hub.Run(inner) }) // it has no error to tell
	parts.Go(func() { s.readAhead(inner) })
	s.LookAhead()
	s.follow(inner, &parts)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(s.listener) }()
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-ended:
		failed = fmt.Errorf("serve %s: %w", s.Listen, failed)
	}
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), s.Farewell)
	defer stop()
	cancel()
	if err := server.Shutdown(last); err != nil {
		_ = server.Close()
	}
	answering.Lock()
	parts.Wait()
	s.imports.end()
	if failed == nil {
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			failed = err
		}
	}
	return failed
}
