package web

import (
	"fmt"
	"net/url"
	"time"

	"millwright/internal/live"
	"millwright/internal/ot/collect"
	"millwright/views/admin/system"
	"millwright/views/figure"
	"millwright/views/ui"
)

// reader puts what the parts count into words, and says what to do where it is not well.
type reader struct {
	figure.Locale
	now time.Time
}

// read is a reading that is well unless bad.
func read(name, value, note string) system.Reading {
	return system.Reading{Name: name, Value: value, Note: note}
}

// bad says of a reading what to do, if it is so.
func bad(is bool, mood ui.Mood, r system.Reading, do string) system.Reading {
	if is {
		r.Mood, r.Do = mood, do
	}
	return r
}

func (r reader) count(n uint64) string { return r.Whole(int64(n)) } //nolint:gosec // no counter comes near

func (r reader) samples(s Samples, n collect.Tally) system.Group {
	why := s.LastError
	if why == "" {
		why = "Make room on the disk, or look into the log."
	}
	return system.Group{ID: "samples", Name: "Samples since the start", Readings: []system.Reading{
		read("Received", r.count(s.Received), "What the sessions delivered."),
		bad(s.LastError != "", ui.Alarm, read("Written", r.count(s.Written), "What the history keeps of it."), "The history cannot be written: "+why),
		bad(s.Waiting > 100_000, ui.Warning, read("Waiting", r.Whole(int64(s.Waiting)), "Samples that wait to be written; a million at most."), "The history is slower than the machines. Look at the disk before samples are lost."),
		bad(s.Refused > 0, ui.Warning, read("Refused", r.count(s.Refused), "What the history would not keep: too far ahead of the clock, or another value at the same time."), "Set the clocks of machine and computer; below stands which samples these were."),
		bad(s.Lost > 0, ui.Alarm, read("Lost", r.count(s.Lost), "Dropped from the full queue while the history was down."), "These samples are gone. Find in the log why the history could not be written."),
		bad(n.Down > 0, ui.Alarm, read("Connections down", fmt.Sprintf("%d of %d", n.Down, n.All), "Connections that should deliver and cannot. Idle and disabled ones are not among them."), "Look at the connection's last error under Connections, or GET /api/v1/connections."),
		bad(n.Degraded > 0, ui.Warning, read("Connections degraded", fmt.Sprintf("%d of %d", n.Degraded, n.All), "They deliver, but not all: tags are bad, or more comes than their limit lets through."), "Look under Connections at what the connection lacks."),
		read("Sessions lost", r.count(n.Losses), "Times that a session to a machine ended and was opened anew."),
	}}
}

// few is how many days of room a warning, and an alarm, is due at.
const few, fewest = 30, 7

func (r reader) disk(d Disk, h History) system.Group {
	left, mood := figure.Unknown, ui.Plain
	if days := daysLeft(d); days >= 3650 {
		left = "more than 10 years"
	} else if days >= 0 {
		left = fmt.Sprintf("%d\u00a0d", days)
		if days < fewest {
			mood = ui.Alarm
		} else if days < few {
			mood = ui.Warning
		}
	}
	oldest, most := figure.Unknown, "It is not bounded by size."
	if !h.Oldest.IsZero() {
		oldest = r.Date(h.Oldest) + ", " + r.Time(h.Oldest)
	}
	if h.Most > 0 {
		most = "The oldest are dropped beyond " + r.size(h.Most) + "."
	}
	return system.Group{ID: "disk", Name: "History and disk", Readings: []system.Reading{
		bad(mood != ui.Plain, mood, read("Days left", left, "How long the disk lasts at the growth of the last day."), "Make room on the disk, or keep less: say so under What is kept."),
		bad(d.Free < 2*d.Reserve, ui.Alarm, read("Disk free", r.size(int64(min(d.Free, 1<<62))), "Below "+r.size(int64(d.Reserve))+" no sample is kept any more."), "Make room at once: soon no sample can be kept."), //nolint:gosec // bounded
		read("History", r.size(h.Bytes), fmt.Sprintf("%s blocks, %s texts. %s", r.Whole(int64(h.Blocks)), r.Whole(int64(h.Texts)), most)),
		read("Growth", r.growth(d.PerDay), "Of the history in the last day."),
		read("Oldest sample", oldest, "Samples are dropped after "+figure.Age(h.Retention)+"."),
	}}
}

// daysLeft is less than 0 while it cannot be told.
func daysLeft(d Disk) int64 {
	if d.PerDay <= 0 {
		return -1
	}
	room := uint64(0)
	if d.Free > d.Reserve {
		room = d.Free - d.Reserve
	}
	return int64(min(room/uint64(d.PerDay), 1<<40)) //nolint:gosec // bounded
}

func (r reader) growth(perDay int64) string {
	if perDay <= 0 {
		return figure.Unknown
	}
	return r.size(perDay)
}

// old is the age at which the newest backup is no comfort any more.
const old = 8 * 24 * time.Hour

func (r reader) database(d Database, b Backups) system.Group {
	last, age := "never", time.Duration(0)
	if len(b.Kept) > 0 {
		age = r.now.Sub(b.Kept[0].At)
		last = figure.Ago(age)
	}
	kept := read("Last backup", last, "Of those in the data folder's backups.")
	kept = bad(len(b.Kept) == 0 || age > old, ui.Warning, kept, "Back up now, and under What is kept have one made every day.")
	kept = bad(b.Failed != "", ui.Alarm, kept, "The last attempt failed: "+b.Failed)
	kind := map[string]string{"sqlite": "SQLite", "postgres": "PostgreSQL"}[d.Kind]
	return system.Group{ID: "database", Name: "Ledgers", Readings: []system.Reading{
		kept,
		read("Database", kind, "Where users, jobs, ledgers, the plant and the audit are."),
		read("Size", r.size(d.Bytes), "Of the database on its disk."),
		bad(d.Schema != d.Known, ui.Alarm, read("Schema", r.Whole(d.Schema), fmt.Sprintf("This program knows %d.", d.Known)), "Another version of the program has changed the database meanwhile: start only one version on it."),
	}}
}

func (r reader) pages(s live.Stats) system.Group {
	return system.Group{ID: "pages", Name: "Live pages", Readings: []system.Reading{
		read("Open", r.Whole(int64(s.Clients)), fmt.Sprintf("They show %s different panels.", r.Whole(int64(s.Panels)))),
		bad(s.Failed > 0, ui.Warning, read("Not drawn", r.count(s.Failed), "Panels that ended in an error since the start."), "The log tells why; please report it."),
		bad(s.Refused > 0, ui.Warning, read("Refused", r.count(s.Refused), "Connections beyond what one address, or all, may open."), "Look for a page that is opened over and over, or a proxy without X-Forwarded-For."),
		read("Given up", r.count(s.Slow), "Pages that took nothing any more: mostly a laptop that was closed."),
	}}
}

func (r reader) program(build string, h Health) system.Group {
	return system.Group{ID: "program", Name: "Program", Readings: []system.Reading{
		read("Version", build, "Built with "+h.Go+"."),
		read("Running for", figure.Span(r.now.Sub(h.Started)), "Since "+r.Date(h.Started)+", "+r.Time(h.Started)+"."),
	}}
}

func (r reader) backups(b Backups) system.Backups {
	keys := "Keys are left out of them: keep certificates/own and secret.key elsewhere, or set backup.passphrase_file."
	if b.Sealing {
		keys = "Keys are in them, sealed by your passphrase."
	}
	when := "None is made by itself: say under What is kept when one is to be."
	if b.At != "" {
		when = "One is made every day at " + b.At + "."
	}
	out := system.Backups{Lead: fmt.Sprintf("%s The newest %d are kept, on the disk of the data folder: copy them to another. %s", when, b.Keep, keys)}
	if !b.Begun.IsZero() {
		out.Making = "One is being made, since " + r.Clock(b.Begun) + ". This page looks again by itself."
	}
	for _, k := range b.Kept {
		out.Kept = append(out.Kept, system.Kept{
			At: r.Date(k.At) + ", " + r.Time(k.At), Age: figure.Age(r.now.Sub(k.At)), Size: r.size(k.Bytes), Name: k.Name,
			Href: "/admin/system/backup/" + url.PathEscape(k.Name),
		})
	}
	return out
}

// size writes bytes as people do: "12 kB", "3.4 GB".
func (r reader) size(n int64) string {
	f, unit := float64(n), "B"
	for _, u := range []string{"kB", "MB", "GB", "TB"} {
		if f < 1000 {
			break
		}
		f, unit = f/1000, u
	}
	places := 0
	if unit != "B" && f < 100 {
		places = 1
	}
	return r.Number(f, places) + "\u00a0" + unit
}
