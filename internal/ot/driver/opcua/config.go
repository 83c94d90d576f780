// Package opcua reads and writes machines that speak OPC UA: one session, its subscription, and its own watchdog.
//
// Services and structures are gopcua's. The secure channel and the decoding of values are ours
// (secure, wire), because a broken or hostile server must never end the program, a dead link must be
// noticed, and a hundred thousand values a second must not cost a core.
package opcua

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"millwright/internal/ot/driver/opcua/jobcontrol"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/session"
)

// Config is one connection. Only Endpoint is needed; zero values are right for a plant.
type Config struct {
	Endpoint string // opc.tcp://host:port; no other address is ever called
	Policy   string // None, Basic256Sha256, Aes128_Sha256_RsaOaep or Aes256_Sha256_RsaPss; "" is None
	Mode     string // None, Sign or SignAndEncrypt; "" is SignAndEncrypt, or None with policy None
	User     User   // the zero User is anonymous

	Certificate string // file of our own certificate; needed with every policy but None (see Identity)
	Key         string // file of its key
	Trust       string // folder with trusted and rejected certificates of machines

	Publishing time.Duration // how often the server delivers; 0 means 50 ms
	Watchdog   time.Duration // silence after which the session counts as lost; 0 means 5 s
	Timeout    time.Duration // of one request; 0 means 8 s
	Connect    time.Duration // of opening a session; 0 means 10 s
	Lifetime   time.Duration // of the channel's keys; 0 means 1 h
	Retry      time.Duration // how often nodes that are not there are looked for; 0 means 10 s
	Batch      int           // items in one request; 0 means 1,000; the server's own limit counts too
	Dialer     *net.Dialer   // how to connect, to keep to allowed networks; nil for the ordinary one
}

// User is who signs in: a name with its password, or a certificate with its key.
type User = session.User

// Driver is one connection to an OPC UA server.
type Driver struct {
	cfg   Config
	login session.Login

	receivers jobcontrol.Receivers // of job orders

	running atomic.Bool
	mu      sync.Mutex
	live    *session.Session // what Run holds; nil between two runs
	follows *subscription    // what Run follows; nil before it does, and between two runs
}

// New makes a driver and makes sure that its settings and files fit together. It connects to nobody.
func New(cfg Config) (*Driver, error) {
	cfg = filled(cfg)
	if _, err := secure.Address(cfg.Endpoint); err != nil {
		return nil, err
	}
	policy, known := session.Policies()[cfg.Policy]
	if !known {
		return nil, fmt.Errorf("there is no security policy %q: use None, Basic256Sha256, Aes128_Sha256_RsaOaep or Aes256_Sha256_RsaPss", cfg.Policy)
	}
	mode, known := session.Modes()[cfg.Mode]
	if !known {
		return nil, fmt.Errorf("there is no security mode %q: use None, Sign or SignAndEncrypt", cfg.Mode)
	}
	if (cfg.Policy == none) != (cfg.Mode == none) {
		return nil, fmt.Errorf("security policy %q does not go with mode %q: None goes only with None", cfg.Policy, cfg.Mode)
	}
	login := session.Login{
		Endpoint: cfg.Endpoint, Policy: policy, Mode: mode, Trust: pki.Store{Dir: cfg.Trust},
		User:    cfg.User,
		Timeout: cfg.Timeout, Connect: cfg.Connect, Lifetime: cfg.Lifetime, Write: min(cfg.Timeout, cfg.Watchdog), Dialer: cfg.Dialer,
	}
	if cfg.User.Name != "" && cfg.User.Pair.Certificate != nil {
		return nil, errors.New("a user signs in by name or by certificate: set one of the two")
	}
	if err := load(&login, cfg); err != nil {
		return nil, err
	}
	return &Driver{cfg: cfg, login: login}, nil
}

// load reads our own certificate, which the settings name.
func load(login *session.Login, cfg Config) (err error) {
	if cfg.Policy == none {
		return nil
	}
	if cfg.Certificate == "" || cfg.Key == "" {
		return fmt.Errorf("security policy %s needs a certificate of our own and its key", cfg.Policy)
	}
	login.Own, err = pki.Load(cfg.Certificate, cfg.Key)
	return err
}

// open opens a session. Our certificate is read anew: it may have been renewed.
func (d *Driver) open(ctx context.Context) (*session.Session, error) {
	login := d.login
	if err := load(&login, d.cfg); err != nil {
		return nil, err
	}
	return login.Open(ctx)
}

// none is the name of no security, as a policy and as a mode.
const none = "None"

func filled(c Config) Config {
	fill := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	fill(&c.Publishing, 50*time.Millisecond)
	fill(&c.Watchdog, 5*time.Second)
	fill(&c.Timeout, 8*time.Second)
	fill(&c.Connect, 10*time.Second)
	fill(&c.Lifetime, time.Hour)
	fill(&c.Retry, 10*time.Second)
	if c.Batch <= 0 {
		c.Batch = 1000
	}
	if c.Policy == "" {
		c.Policy = none
	}
	if c.Mode == "" && c.Policy == none {
		c.Mode = none
	} else if c.Mode == "" {
		c.Mode = "SignAndEncrypt"
	}
	return c
}

// Identity makes our own certificate in a folder on the first start and finds it there afterwards; it
// gives the files for Config. The same folder serves as Config.Trust.
func Identity(dir, applicationURI string) (certificate, key string, err error) {
	return pki.Own(dir, applicationURI, time.Now())
}
