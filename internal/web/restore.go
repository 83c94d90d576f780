package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/admin/system"
	"millwright/views/figure"
	"millwright/views/ui"
)

const (
	restoreHome = systemHome + "/restore"
	restoreSend = restoreHome + "/file"
	againHome   = systemHome + "/restart"
)

// maxBackup is the longest file that is taken; the disk's room bounds it too.
const maxBackup = 64_000_000_000

// longestRest is how long what is left of a file that is not taken may go on coming.
const longestRest = 10 * time.Minute

// restorePages are what is done on the page on which a backup is put back.
func (s *Server) restorePages() []route {
	return []route{
		post(restoreHome, plant.Admin, s.chooseBackup),
		post(restoreSend, plant.Admin, s.sendBackup),
		post(restoreHome+"/stage", plant.Admin, s.stageBackup),
		post(restoreHome+"/back", plant.Admin, s.leaveBackup),
		get(againHome, plant.Admin, func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, systemHome) }), // where its page looks for the program
		post(againHome, plant.Admin, s.restart),
	}
}

// restoration tells how a backup is put back, and how far that has come.
func (s *Server) restoration(r reader, database string, b Backups) (system.Restore, error) {
	out := restoring(s.System.Data, database, b)
	if s.System.Restore == nil || database != "sqlite" {
		return out, nil
	}
	st, err := s.System.Restore.Standby()
	if err != nil {
		return out, err
	}
	out.Href, out.Begin = restoreHome, "Restore a backup"
	if w := st.Waiting; w != nil {
		out.Begin = "Go on with it"
		out.Told = w.Name + " has been looked through and is right. It is not staged yet."
		if w.Staged {
			out.Begin = "See it, or take it back"
			out.Told = fmt.Sprintf("%s is staged: the next start of the program puts it in place. %s staged it on %s (%s).", w.Name, w.By, r.Moment(w.At), w.Why)
		}
	}
	if st.Checking != "" {
		out.Told = st.Checking + " is being looked through."
	}
	if out.Told == "" && st.Last != nil {
		out.Told = fmt.Sprintf("On %s the program began to run on %s, staged by %s (%s).", r.Moment(st.Last.Placed), st.Last.Name, st.Last.By, st.Last.Why)
	}
	if len(st.Before) > 0 {
		out.Told = strings.TrimSpace(out.Told + " What was there before lies in " + strings.Join(st.Before, ", ") + ": remove it once nobody needs it.")
	}
	return out, nil
}

// restorer is who restores; errs.NotFound without one.
func (s *Server) restorer() (Restorer, error) {
	if s.System.Restore == nil || s.System.Backups == nil {
		return nil, errs.New(errs.NotFound, "this program restores nothing in the browser")
	}
	return s.System.Restore, nil
}

// restorePage is where a backup is chosen, and what was found in it is agreed to.
func (s *Server) restorePage(c echo.Context) error { return s.restoreAs(c, "", refusal{}) }

func (s *Server) restoreAs(c echo.Context, form string, refused refusal) error {
	desk, err := s.restorer()
	if err != nil {
		return err
	}
	st, err := desk.Standby()
	if err != nil {
		return err
	}
	b, err := s.System.Backups()
	if err != nil {
		return err
	}
	page, err := s.admin(c, systemHome, "Restore a backup", "The program goes on as it is until the next start.")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "System", Href: systemHome}, {Name: "Restore"}}
	r := reader{Locale: figure.Locale{Zone: s.painter().site().Zone}, now: s.Now()}
	p := system.Restoring{Page: page, Refused: st.Refused, Waiting: r.waiting(st.Waiting)}
	again := func(f equipment.Form) *equipment.Form {
		if f.ID == form {
			f = refused.again(c, f)
		}
		return &f
	}
	switch {
	case st.Checking != "":
		p.Checking = fmt.Sprintf("%s is being looked through, since %s: every file against its checksum, then the ledgers.", st.Checking, r.Moment(st.Since))
		if form == "" { // else who reads why theirs was not taken goes on by themselves
			p.Checking += " This page follows."
			p.Frame.Refresh = 3
		}
	case st.Waiting == nil:
		p.Send = sendForm(form, refused)
		if p.None = len(b.Kept) == 0; !p.None {
			p.Choose = again(chooseForm(r, b))
		} else if form == "choose" {
			p.Refused = "The backup that you chose is not kept here any more."
		}
	case st.Waiting.Staged:
		p.Back, p.Again = again(backForm(st.Waiting.ID, "Take it back", "Nothing is restored then, and everything stays as it is.")), again(restartForm())
	default:
		p.Stage, p.Back = again(stageForm(*st.Waiting)), again(backForm(st.Waiting.ID, "Let it go", "Then another can be chosen. A backup that is kept here stays where it is."))
	}
	status := refused.status()
	if len(refused.Faults) > 0 && (form == "send" && p.Send == nil || form == "choose" && p.Choose == nil && p.Refused == "") {
		status, p.Refused = http.StatusConflict, refused.Faults[0].Text // the form is not there any more
	}
	return s.showAs(c, status, system.ShowRestoring(p))
}

// chooseBackup has a backup that is kept looked through.
func (s *Server) chooseBackup(c echo.Context) error {
	desk, err := s.restorer()
	if err != nil {
		return err
	}
	err = desk.CheckKept(c.Request().Context(), c.FormValue("name"), RestoreWish{aside(c), c.FormValue("passphrase"), c.FormValue("without") == "on"}, by(c))
	if errs.KindOf(err) == errs.NotFound {
		err = wrongField("name", "Choose one of the backups; this one may have made room for newer ones.")
	}
	return s.restoreDone(c, "choose", err, restoreHome, "checking")
}

// sendBackup keeps a file as it comes, however long that takes, and has it looked through.
func (s *Server) sendBackup(c echo.Context) error {
	desk, err := s.restorer()
	if err != nil {
		return err
	}
	control := http.NewResponseController(c.Response().Writer)
	s.within(control, time.Time{})
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return errs.New(errs.Invalid, "the request cannot be read")
	}
	file, w, err := untilFile(parts)
	if err == nil {
		err = desk.CheckSent(context.WithoutCancel(c.Request().Context()), filepath.Base(file.FileName()), file, w, by(c))
	}
	if err != nil { // a browser looks for the answer once all is sent, and finds none when we hang up before
		s.within(control, time.Now().Add(longestRest))
		_, _ = io.Copy(io.Discard, c.Request().Body) // who stops sending needs no answer
		s.within(control, time.Time{})
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), patience) // that may have taken longer
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
	}
	return s.restoreDone(c, "send", err, restoreHome, "checking")
}

// within says until when a request must have come and be answered; the zero time is whenever.
func (s *Server) within(control *http.ResponseController, until time.Time) {
	if err := errors.Join(control.SetReadDeadline(until), control.SetWriteDeadline(until)); err != nil {
		s.Log.Debug("an upload keeps its deadline", "err", err)
	}
}

// untilFile reads the fields of a form up to its file, which comes last and is not read.
func untilFile(parts *multipart.Reader) (file *multipart.Part, w RestoreWish, err error) {
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, w, wrongField("file", "Choose the file of a backup.")
		}
		if err != nil {
			return nil, w, err
		}
		if p.FormName() == "file" {
			if p.FileName() == "" {
				return nil, w, wrongField("file", "Choose the file of a backup.")
			}
			return p, w, nil
		}
		value, err := io.ReadAll(io.LimitReader(p, longestPassword+1))
		if err != nil {
			return nil, w, err
		}
		switch p.FormName() {
		case "sent-passphrase":
			w.Passphrase = string(value)
		case "sent-without":
			w.Without = string(value) == "on"
		}
	}
}

// stageBackup has the next start put in place what was looked through.
func (s *Server) stageBackup(c echo.Context) error {
	desk, err := s.restorer()
	if err != nil {
		return err
	}
	st, err := desk.Standby()
	if err != nil {
		return err
	}
	var w wrong
	why, err := whyOf(c)
	w.take(err)
	if strings.TrimSpace(c.FormValue("typed")) != typedWord {
		w.add("typed", "Write the word "+typedWord+".")
	}
	if st.Waiting != nil && len(st.Waiting.Steps) > 0 && c.FormValue("older") != "on" {
		w.add("older", "It was made by an older program: tick that its ledgers are brought up to date.")
	}
	if err = w.err(); err == nil {
		err = desk.Stage(c.Request().Context(), c.FormValue("seal"), by(c), why)
	}
	return s.restoreDone(c, "stage", err, restoreHome, "staged")
}

// aside is a reason that may be left out.
func aside(c echo.Context) string { return errs.Clip(strings.TrimSpace(c.FormValue("why"))) }

// leaveBackup takes back what waits.
func (s *Server) leaveBackup(c echo.Context) error {
	desk, err := s.restorer()
	if err == nil {
		err = desk.TakeBack(c.Request().Context(), c.FormValue("seal"), by(c), aside(c))
	}
	return s.restoreDone(c, "back", err, systemHome, "unstaged")
}

// restart has the program start again.
func (s *Server) restart(c echo.Context) error {
	desk, err := s.restorer()
	if err != nil {
		return err
	}
	if strings.TrimSpace(c.FormValue("again")) != againWord {
		err = wrongField("again", "Write the word "+againWord+".")
	} else {
		err = desk.Restart(c.Request().Context(), by(c), aside(c))
	}
	if err != nil {
		return s.restoreDone(c, "restart", err, restoreHome, "")
	}
	page, err := s.admin(c, systemHome, "The program starts again", "The backup is put in place, and you sign in anew: people and passwords are those of the backup. This page looks for it in a while.")
	if err != nil {
		return err
	}
	page.Frame.Refresh = 30
	return s.show(c, system.ShowAgain(page))
}

// restoreDone leads on, or shows the form again that was not taken.
func (s *Server) restoreDone(c echo.Context, form string, err error, href, what string) error {
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.restoreAs(c, form, refusal{Faults: wrong, Seal: c.FormValue("seal")})
	}); shown {
		return err
	}
	return done(c, href, what)
}
