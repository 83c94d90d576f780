// How long samples are kept and when backups are made: the page on which that is said while the program runs.

package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/figure"
	"millwright/views/ui"
)

// Upkeep is how long samples are kept, and when backups are made.
type Upkeep struct {
	Said    config.Upkeep // in the browser
	File    config.Config // what holds where that says nothing
	Version int64         // of what is said
}

// Keeper is where it is said.
type Keeper interface {
	Upkeep(ctx context.Context) (Upkeep, error)
	Change(ctx context.Context, u Upkeep, by plant.Person, why string) error
}

const (
	systemHome = "/admin/system"
	upkeepHome = systemHome + "/upkeep"
)

// upkeep shows what is said, and what holds.
func (s *Server) upkeep(c echo.Context) error { return s.upkeepPage(c, refusal{}) }

func (s *Server) upkeepPage(c echo.Context, r refusal) error {
	if s.System.Keeper == nil {
		return errs.New(errs.NotFound, "what this program keeps is not said here")
	}
	u, err := s.System.Keeper.Upkeep(c.Request().Context())
	if err != nil {
		return err
	}
	return s.onePage(c, ui.Link{Name: "System", Href: systemHome}, "What is kept", upkeepForm(u), r)
}

func upkeepForm(u Upkeep) equipment.Form {
	days, keep := "", ""
	if u.Said.History.Retention > 0 {
		days = plain(u.Said.History.Retention.Hours() / 24)
	}
	if u.Said.Backup.Keep > 0 {
		keep = strconv.Itoa(u.Said.Backup.Keep)
	}
	size, at := u.File.History.Size, u.File.Backup.At
	if u.File.History.Bytes() == 0 {
		size = "no limit"
	}
	if at == "" {
		at = config.Never
	}
	samples := []equipment.Field{
		inUnit("retention", "Samples are kept for", "Older ones are dropped, whole blocks of up to a month at a time. "+heldBy(days, figure.Age(u.File.History.Retention)), days, "d"),
		optional(text("size", "Samples take up to", "Of the disk, such as 50GB or 500MB; beyond that the oldest are dropped. 0 is no limit. "+heldBy(u.Said.History.Size, size), u.Said.History.Size)),
		{Kind: equipment.Tick, Input: ui.Input{ID: "less", Label: "Drop what is too much, for good", Help: "Only asked when less is kept than now. What is dropped comes back by a backup alone.", Optional: true}},
	}
	backups := []equipment.Field{
		optional(text("at", "A backup is made every day at", "A time of day by this computer's clock, such as 02:30, or never. "+heldBy(u.Said.Backup.At, at), u.Said.Backup.At)),
		optional(text("keep", "Backups that are kept", "The oldest make room when one is made. "+heldBy(keep, strconv.Itoa(u.File.Backup.Keep)), keep)),
	}
	return equipment.Form{
		ID: "upkeep", Title: "Samples and backups", Action: upkeepHome, Seal: strconv.FormatInt(u.Version, 10), Button: "Save", Reason: true,
		Lead:   "It holds at once, and after a restart. A field that is left empty is as the file of settings says it.",
		Groups: []equipment.Group{{Title: "Samples", Fields: samples}, {Title: "Backups", Fields: backups}},
	}
}

// heldBy tells which of both holds: what is said here, or what the file says.
func heldBy(said, file string) string {
	if said == "" {
		return "Now as the file says: " + file + "."
	}
	return "Now as said here; the file says " + file + "."
}

// changeUpkeep keeps what was said.
func (s *Server) changeUpkeep(c echo.Context) error {
	if s.System.Keeper == nil {
		return errs.New(errs.NotFound, "what this program keeps is not said here")
	}
	now, err := s.System.Keeper.Upkeep(c.Request().Context())
	if err != nil {
		return err
	}
	wanted, why, err := readUpkeep(c, now)
	if err == nil {
		err = s.System.Keeper.Change(c.Request().Context(), wanted, by(c), why)
	}
	r := refusal{Seal: c.FormValue("seal")}
	if errs.KindOf(err) == errs.Conflict {
		r.Seal = strconv.FormatInt(now.Version, 10)
		if r.Theirs, _ = now.Said.Text(); r.Theirs == "" {
			r.Theirs = "All is as the file of settings says it."
		}
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		for i, f := range wrong {
			if strings.HasPrefix(f.Text, "is ") { // said of a key of the settings file
				wrong[i].Text = "This " + f.Text
			}
		}
		r.Faults = inForm(wrong, []renamed{{"history.retention", "retention"}, {"history.size", "size"}, {"backup.at", "at"}, {"backup.keep", "keep"}})
		return s.upkeepPage(c, r)
	}); shown {
		return err
	}
	return done(c, upkeepHome, "saved")
}

// readUpkeep reads the form. That less is to be kept than now must be agreed to.
func readUpkeep(c echo.Context, now Upkeep) (wanted Upkeep, why string, err error) {
	var w wrong
	wanted = Upkeep{File: now.File}
	wanted.Version, _ = strconv.ParseInt(c.FormValue("seal"), 10, 64) // what is no number is no version
	said := &wanted.Said
	said.History.Retention = time.Duration(bounded(c, &w, "retention", 1, 36_500) * 24 * float64(time.Hour))
	said.History.Size = strings.TrimSpace(c.FormValue("size"))
	said.Backup.At = strings.ToLower(strings.TrimSpace(c.FormValue("at")))
	said.Backup.Keep = int(bounded(c, &w, "keep", 1, 1000))
	why, err = whyOf(c)
	w.take(err)
	before, _ := now.File.With(now.Said)
	after, err := now.File.With(wanted.Said)
	w.take(err)
	if len(w) == 0 && less(before, after) && c.FormValue("less") != "on" {
		w.add("less", "Less is kept than now: tick this, or keep as much as before.")
	}
	return wanted, why, w.err()
}

// less tells whether samples or backups would be dropped that were kept before.
func less(before, after config.Config) bool {
	was, is := before.History.Bytes(), after.History.Bytes()
	return after.History.Retention < before.History.Retention || is > 0 && (was == 0 || is < was) || after.Backup.Keep < before.Backup.Keep
}
