package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Safe keeps the secrets of hooks.
type Safe interface {
	Open(ctx context.Context, name, mark string) (string, error)
}

// SecretName is under which the secret of a hook is kept.
func SecretName(hook int64) string { return fmt.Sprintf("webhook/%d", hook) }

// Sender tells what waits to be told.
type Sender struct {
	Book  Book
	Safe  Safe
	May   Allowed
	Log   *slog.Logger
	Now   func() time.Time
	Every time.Duration // between two looks; 0 means 2 s
}

const (
	oneTry = 10 * time.Second
	lease  = time.Minute
	atOnce = 100 // deliveries in one look
	most   = 64 << 10
)

// Run sends until ctx ends.
func (s *Sender) Run(ctx context.Context) error {
	every := s.Every
	if every == 0 {
		every = 2 * time.Second
	}
	look := time.NewTicker(every)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		if err := s.Look(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("webhooks could not be looked after; it is tried again", "err", err)
		}
	}
}

// Look sends what is due.
func (s *Sender) Look(ctx context.Context) error {
	for range atOnce {
		now := s.Now()
		d, ok, err := s.Book.Claim(ctx, now, now.Add(lease))
		if err != nil || !ok {
			return err
		}
		if err := s.Book.Settle(ctx, s.send(ctx, d)); err != nil {
			return err
		}
	}
	return nil
}

// send tries once, and tells what came of it.
func (s *Sender) send(ctx context.Context, d Delivery) Delivery {
	began := s.Now()
	err := s.post(ctx, &d)
	now := s.Now()
	d.Took = now.Sub(began)
	if err != nil {
		d.Fault = shortened(err.Error())
	}
	return d.After(now, err == nil)
}

func (s *Sender) post(ctx context.Context, d *Delivery) error {
	d.Status, d.Answer = 0, ""
	h := Hook{Name: d.Name, URL: d.URL}
	if err := h.Check(s.May); err != nil {
		return err
	}
	secret, err := s.Safe.Open(ctx, SecretName(d.Hook), d.Mark)
	if err != nil {
		return fmt.Errorf("the secret cannot be read: %w", err)
	}
	body, err := json.Marshal(map[string]any{"id": d.ID, "event": d.Event, "on": d.On, "at": d.At.UTC().Format(time.RFC3339Nano), "data": json.RawMessage(d.Payload)})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, oneTry)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	at := s.Now()
	for name, value := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "Millwright", "X-Millwright-Event": d.Event, "X-Millwright-Delivery": strconv.FormatInt(d.ID, 10),
		"X-Millwright-Time": strconv.FormatInt(at.Unix(), 10), "X-Millwright-Signature": Sign(secret, at, body),
	} {
		r.Header.Set(name, value)
	}
	answer, err := s.client(r.URL).Do(r)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			return u.Err
		}
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	words, _ := io.ReadAll(io.LimitReader(answer.Body, most)) // what came is enough to tell
	d.Status, d.Answer = answer.StatusCode, shortened(string(words))
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("the answer was %s", answer.Status)
	}
	return nil
}

// client calls one address: it follows nobody elsewhere, goes through no proxy, and calls no machine of our own networks
// unless the settings name it. What a name means is looked at when it is called, so that no name can mean another then.
func (s *Sender) client(to *url.URL) *http.Client {
	named := s.May.names(to.Hostname(), port(to))
	dialer := &net.Dialer{Timeout: oneTry, Control: func(_, address string, _ syscall.RawConn) error {
		if named {
			return nil
		}
		at, err := netip.ParseAddrPort(address)
		if err != nil || !public(at.Addr().Unmap()) {
			return fmt.Errorf("%s is on a network of one's own; name the host under webhooks.allow in the settings", to.Hostname())
		}
		return nil
	}}
	return &http.Client{
		Timeout:       oneTry,
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: oneTry, MaxResponseHeaderBytes: most},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// public tells whether an address is one of the internet.
func public(a netip.Addr) bool {
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64, 0, 0}), 10) // of carriers, RFC 6598
	nat64 := netip.MustParsePrefix("64:ff9b::/96")                          // stands for an address of IPv4
	return a.IsGlobalUnicast() && !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !shared.Contains(a) && !nat64.Contains(a)
}

func shortened(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}
