package mail_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mail"
	"millwright/internal/plant"
	"millwright/internal/report"
)

func fine() mail.Subscription {
	return mail.Subscription{Name: "Round", Kind: mail.Shift, Delay: 15 * time.Minute, Format: report.PDF, To: []string{"mara@example.com"}}
}

func fieldsOf(err error) (all []string) {
	var e *errs.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			all = append(all, f.Path)
		}
	}
	return all
}

func TestWhatIsNoSubscriptionIsRefused(t *testing.T) {
	good := fine()
	good.To = []string{" mara@example.com ", "mara@example.com", "o'neil+x@sub.example.org"}
	if err := good.Check(); err != nil || len(good.To) != 2 || good.To[0] != "mara@example.com" {
		t.Errorf("%q, %v", good.To, err)
	}
	for path, change := range map[string]func(*mail.Subscription){
		"name": func(s *mail.Subscription) { s.Name = " " }, "kind": func(s *mail.Subscription) { s.Kind = "moon" }, "delay": func(s *mail.Subscription) { s.Delay = -1 },
		"time": func(s *mail.Subscription) { s.At = 24 * 60 }, "weekday": func(s *mail.Subscription) { s.Weekday = 7 }, "format": func(s *mail.Subscription) { s.Format = "doc" },
		"to": func(s *mail.Subscription) { s.To = nil },
	} {
		s := fine()
		change(&s)
		if err := s.Check(); errs.KindOf(err) != errs.Invalid || strings.Join(fieldsOf(err), " ") != path {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestNoAddressEndsAHeader(t *testing.T) {
	for _, a := range []string{
		"", "mara", "mara@", "@example.com", "a@b\r\nBcc: c@d", "a@b\nX: y", "Mara <mara@example.com>", "a@b, c@d", "a@b c@d", "\"a b\"@c.d", "a@[127.0.0.1]", "a@b>", "<a@b>", "a(x)@b", "ä@example.com", "a@exämple.com",
		strings.Repeat("a", 250) + "@b.de", "a@b\x00", "a;b@c.d", "a@b:25", "\ta@b\tc",
	} {
		if got, err := mail.Address(a); err == nil {
			t.Errorf("%q is taken as %q", a, got)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("mara@example.com")
	f.Add("a@b\r\nBcc: c@d")
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := mail.Address(s); err == nil && (strings.ContainsAny(a, "\r\n \t,;<>\"()") || strings.Count(a, "@") != 1) {
			t.Errorf("%q is taken as %q", s, a)
		}
	})
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func aLine(zone *time.Location) plant.Line {
	return plant.Line{ID: "filling-1", Name: "Filling 1", Calendar: plant.Calendar{Zone: zone, Shifts: []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: 14 * 60}, {Name: "Night", Start: 22 * 60, End: 6 * 60}}}}
}

func TestLettersAreDueByTheClocksOfThePlace(t *testing.T) {
	zone := berlin(t)
	at := func(text string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for name, c := range map[string]struct {
		s        mail.Subscription
		from, to string
		want     string
	}{
		"each shift, its delay after the end":      {mail.Subscription{Kind: mail.Shift, Delay: time.Hour}, "2026-03-02 06:30", "2026-03-02 15:00", "07:00 15:00"},
		"what was due before is not due again":     {mail.Subscription{Kind: mail.Shift, Delay: time.Hour}, "2026-03-02 07:00", "2026-03-02 14:59", ""},
		"a night in which the clocks go forward":   {mail.Subscription{Kind: mail.Shift}, "2026-03-29 00:00", "2026-03-29 12:00", "06:00"},
		"each day":                                 {mail.Subscription{Kind: mail.Day, At: 7 * 60}, "2026-03-01 12:00", "2026-03-03 12:00", "07:00 days/2026-03-01/2026-03-01 07:00 days/2026-03-02/2026-03-02"},
		"the day on which the clocks go forward":   {mail.Subscription{Kind: mail.Day, At: 7 * 60}, "2026-03-28 12:00", "2026-03-29 12:00", "07:00 days/2026-03-28/2026-03-28"},
		"an hour that is not there comes after it": {mail.Subscription{Kind: mail.Day, At: 2*60 + 30}, "2026-03-28 12:00", "2026-03-29 12:00", "03:30 days/2026-03-28/2026-03-28"},
		"the week before, on Monday":               {mail.Subscription{Kind: mail.Week, At: 6 * 60, Weekday: time.Monday}, "2026-03-01 00:00", "2026-03-10 00:00", "06:00 days/2026-02-23/2026-03-01 06:00 days/2026-03-02/2026-03-08"},
		"the week before, on Sunday":               {mail.Subscription{Kind: mail.Week, At: 6 * 60, Weekday: time.Sunday}, "2026-03-07 00:00", "2026-03-09 00:00", "06:00 days/2026-02-23/2026-03-01"},
		"nothing when it is off":                   {mail.Subscription{Kind: mail.Day, Off: true}, "2026-03-01 12:00", "2026-03-03 12:00", ""},
	} {
		var got []string
		for _, o := range c.s.Due([]plant.Line{aLine(zone)}, at(c.from), at(c.to)) {
			got = append(got, o.At.In(zone).Format("15:04"))
			if c.s.Kind != mail.Shift {
				got = append(got, o.String())
			}
			back, err := mail.ParsePeriod(o.String())
			if err != nil || back != o.Period {
				t.Errorf("%s: %s reads back as %+v, %v", name, o, back, err)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, " "), c.want)
		}
	}
}

// However time is cut into looks, each occasion comes in one of them.
func TestNoOccasionIsMissedOrComesTwice(t *testing.T) {
	zone := berlin(t)
	begin := time.Date(2026, 10, 20, 3, 7, 0, 0, time.UTC)
	for _, s := range []mail.Subscription{{Kind: mail.Shift, Delay: 17 * time.Minute}, {Kind: mail.Day, At: 30}, {Kind: mail.Week, At: 1439, Weekday: time.Sunday}} {
		seen := map[string]int{}
		for at := begin; at.Before(begin.AddDate(0, 0, 14)); at = at.Add(37 * time.Minute) {
			for _, o := range s.Due([]plant.Line{aLine(zone)}, at, at.Add(37*time.Minute)) {
				seen[o.String()]++
			}
		}
		all := s.Due([]plant.Line{aLine(zone)}, begin, begin.Add(time.Duration(len(seen)+600)*37*time.Minute))
		for period, n := range seen {
			if n != 1 {
				t.Errorf("%s: %d times", period, n)
			}
		}
		if want := map[mail.Kind]int{mail.Shift: 28, mail.Day: 14, mail.Week: 2}[s.Kind]; len(seen) != want || len(all) < want {
			t.Errorf("%s: %d, want %d", s.Kind, len(seen), want)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	f.Add("shift/filling-1/1772431200000000")
	f.Add("days/2026-03-02/2026-03-08")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := mail.ParsePeriod(s); err == nil {
			if again, err := mail.ParsePeriod(p.String()); err != nil || again != p {
				t.Errorf("%q reads as %+v, and that as %+v, %v", s, p, again, err)
			}
		}
	})
}

func TestTheProgramSpeaksOnlyToMailServers(t *testing.T) {
	server := func(host string, port int) mail.Server {
		return mail.Server{Host: host, Port: port, Security: mail.StartTLS, From: "reports@example.com"}
	}
	for name, c := range map[string]struct {
		s    mail.Server
		may  mail.Allowed
		want string
	}{
		"any host on a port of mail":      {server("smtp.example.com", 587), nil, ""},
		"not on others":                   {server("127.0.0.1", 8080), nil, "host"},
		"one that is named":               {server("mail", 8025), mail.Allowed{"mail"}, ""},
		"one that is named with its port": {server("mail", 8025), mail.Allowed{"mail:8025"}, ""},
		"no other when some are named":    {server("smtp.example.com", 587), mail.Allowed{"mail:8025"}, "host"},
		"no name":                         {server("a b\r\n", 25), nil, "host"},
		"no port":                         {server("mail", 0), nil, "port"},
		"no password in the open":         {mail.Server{Host: "mail", Port: 25, Security: mail.Open, User: "u", From: "a@b.c"}, nil, "security"},
		"nobody's letters":                {mail.Server{Host: "mail", Port: 25, Security: mail.Open, From: "a@b\r\nTo: c"}, nil, "from"},
	} {
		if got := strings.Join(fieldsOf(c.s.Check(c.may)), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
