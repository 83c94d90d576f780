package web

import (
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/sheet"
	"millwright/views/admin/audit"
	"millwright/views/figure"
)

// How many changes stand on one page, and are read at once for an export.
const (
	changesShown = 100
	changesAhead = 1000
	changesRead  = 20_000 // on one page, when words are looked for
)

// audit shows who changed what.
func (s *Server) audit(c echo.Context) error { return s.auditPage(c, nil) }

func (s *Server) auditPage(c echo.Context, verdict *audit.Verdict) error {
	page, err := s.admin(c, "/admin/audit", "Audit", "Every change, who made it and why. Nothing here can be changed unnoticed.")
	if err != nil {
		return err
	}
	filter, search, err := s.searchOf(c)
	p := audit.Page{Page: page, Filter: filter, Verdict: verdict}
	status := http.StatusOK
	if err != nil {
		p.Filter.Faults, p.Export, status = faults(err), "/admin/audit/export", http.StatusUnprocessableEntity
		return s.showAs(c, status, audit.Show(p))
	}
	ctx := c.Request().Context()
	if search.Words() {
		if search.Down, err = s.Chain.Reach(ctx, search, changesRead); err != nil {
			return err
		}
	}
	search.Limit = changesShown + 1 // one more tells whether there is an older page
	list, err := s.Chain.Find(ctx, search)
	if err != nil {
		return err
	}
	p.Export = auditHref("/admin/audit/export", filter, 0)
	if search.Before > 0 {
		p.Newer = auditHref("/admin/audit", filter, 0)
	}
	if len(list) > changesShown {
		list = list[:changesShown]
		p.Older = auditHref("/admin/audit", filter, list[changesShown-1].Seq)
	} else if search.Down > 0 {
		p.Further = auditHref("/admin/audit", filter, search.Down)
		p.Read = fmt.Sprintf("%s changes were looked through, down to row %d.", figure.Locale{}.Whole(changesRead), search.Down)
	}
	for _, e := range list {
		p.Rows = append(p.Rows, audit.Row{
			Number: strconv.FormatInt(e.Seq, 10), At: e.At.In(s.zone()).Format("2006-01-02 15:04:05"), Who: e.Who.Name, Role: e.Who.Role.String(),
			What: e.What, On: e.On, Old: e.Old, New: e.New, Href: newHref(e), Why: e.Why,
		})
	}
	return s.showAs(c, status, audit.Show(p))
}

// newHref is the address of what an entry tells is new; "" for none.
func newHref(e access.Entry) string {
	var number int64
	if e.What != "plant.publish" {
		return ""
	}
	if _, err := fmt.Sscanf(e.New, "revision %d,", &number); err != nil {
		return ""
	}
	return "/admin/plant/revision/" + strconv.FormatInt(number, 10)
}

// auditHref is the address of a page of what a filter finds.
func auditHref(path string, f audit.Filter, before int64) string {
	q := url.Values{}
	for name, value := range map[string]string{"who": f.Who, "on": f.On, "text": f.Text, "from": f.From, "to": f.To} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if before > 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// searchOf reads what an address asks for.
func (s *Server) searchOf(c echo.Context) (audit.Filter, access.Search, error) {
	ask := func(name string) string { return errs.Clip(strings.TrimSpace(c.QueryParam(name))) }
	f := audit.Filter{Who: ask("who"), On: ask("on"), Text: ask("text"), From: ask("from"), To: ask("to")}
	search := access.Search{Who: f.Who, On: f.On, Text: f.Text}
	search.Before, _ = strconv.ParseInt(ask("before"), 10, 64) // what is no number begins at the newest
	var wrong []errs.Field
	for _, m := range []struct {
		name, typed string
		into        *time.Time
	}{{"from", f.From, &search.From}, {"to", f.To, &search.To}} {
		at, ok := s.momentOf(m.typed)
		if !ok {
			wrong = append(wrong, errs.Field{Path: m.name, Message: "Give a date and a time: 2026-11-28 14:05."})
		}
		*m.into = at
	}
	if wrong == nil && !search.From.IsZero() && !search.To.IsZero() && !search.From.Before(search.To) {
		wrong = append(wrong, errs.Field{Path: "to", Message: "The end must come after the beginning."})
	}
	if wrong != nil {
		return f, search, &errs.Error{Kind: errs.Invalid, Words: "this cannot be looked for", Fields: wrong}
	}
	return f, search, nil
}

// momentOf reads a time of the plant; "" is none.
func (s *Server) momentOf(typed string) (at time.Time, ok bool) {
	if typed == "" {
		return at, true
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, typed, s.zone()); err == nil && t.Year() > 1900 && t.Year() < 2300 {
			return t, true
		}
	}
	return at, false
}

// zone is that of the plant.
func (s *Server) zone() *time.Location {
	if z := s.painter().site().Zone; z != nil {
		return z
	}
	return time.UTC
}

// auditFile gives all that a filter finds as a CSV file, the newest first.
func (s *Server) auditFile(c echo.Context) error {
	_, search, err := s.searchOf(c)
	if err != nil {
		return err
	}
	search.Before, search.Limit = 0, changesAhead
	list, err := s.Chain.Find(c.Request().Context(), search)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="audit-%s.csv"`, s.Now().In(s.zone()).Format(time.DateOnly)))
	c.Response().WriteHeader(http.StatusOK)
	if err := s.writeOut(c, search, list); err != nil {
		s.Log.Warn("an export of the audit broke off", slog.Any("err", err))
		panic(http.ErrAbortHandler) // the download fails where it is read: half a file must not look whole
	}
	return nil
}

// writeOut writes list, and all that a search finds after it.
func (s *Server) writeOut(c echo.Context, search access.Search, list []access.Entry) error {
	if _, err := c.Response().Write([]byte("\ufeff")); err != nil { // without it spreadsheets take it for another alphabet
		return err
	}
	out := csv.NewWriter(c.Response())
	err := out.Write([]string{"row", "when", "who", "role", "what", "on", "old", "new", "why", "sha256"})
	for err == nil && len(list) > 0 {
		rows := make([][]string, len(list))
		for i, e := range list {
			rows[i] = rowOf(e)
		}
		if err = out.WriteAll(rows); err != nil {
			break
		}
		search.Before = list[len(list)-1].Seq
		list, err = s.Chain.Find(c.Request().Context(), search)
	}
	out.Flush()
	return errors.Join(err, out.Error())
}

func rowOf(e access.Entry) []string {
	return []string{
		strconv.FormatInt(e.Seq, 10), e.At.Format(time.RFC3339Nano), sheet.Inert(e.Who.Name), e.Who.Role.String(), sheet.Inert(e.What), sheet.Inert(e.On),
		sheet.Inert(e.Old), sheet.Inert(e.New), sheet.Inert(e.Why), hex.EncodeToString(e.Hash[:]),
	}
}

// verifyAudit recomputes the chain and says what came of it.
func (s *Server) verifyAudit(c echo.Context) error {
	ctx := c.Request().Context()
	n, err := s.Chain.Verify(ctx)
	var broken *access.Broken
	if errors.As(err, &broken) {
		s.Log.Error("the audit chain is broken", slog.Int64("sound", n), slog.Any("err", err))
		return s.auditPage(c, &audit.Verdict{Words: upper(broken.Error()) + fmt.Sprintf(". The %d rows before are as they were written. Keep the database as it is and compare it with a backup.", n)})
	}
	if err != nil {
		return err
	}
	words := fmt.Sprintf("All %d changes are as they were written.", n)
	last, err := s.Chain.Find(ctx, access.Search{Limit: 1})
	if err != nil {
		return err
	}
	if len(last) > 0 {
		words += fmt.Sprintf(" Row %d ends with %s: noted elsewhere, it proves later that nobody wrote the chain anew.", last[0].Seq, hex.EncodeToString(last[0].Hash[:]))
	}
	return s.auditPage(c, &audit.Verdict{Sound: true, Words: words})
}
