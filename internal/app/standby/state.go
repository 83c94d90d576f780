package standby

import (
	"context"
	"errors"
	"path/filepath"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// Standby tells what waits.
func (d *Desk) Standby() (web.Standby, error) {
	d.mu.Lock()
	n, out := d.note, web.Standby{Checking: d.name, Since: d.since, Refused: d.refused}
	d.mu.Unlock()
	before, err := filepath.Glob(filepath.Join(d.Data, "before-*"))
	out.Before = before
	if err != nil || n.Phase == "" {
		return out, err
	}
	w := &web.Waiting{
		ID: n.ID, Staged: n.Phase == Staged, Name: n.Name, Made: n.Made, Program: n.Program, Schema: n.Schema, Rows: n.Rows, Files: n.Files, Bytes: n.Bytes, Keys: n.Keys,
		By: n.By.Name, Why: n.Why, At: n.At, Aside: filepath.Join(d.Data, n.Aside), Failed: n.Failed,
	}
	if n.Phase == Placed {
		w.Placed = n.Since
		out.Last = w
		return out, nil
	}
	if w.Known, err = d.Newest(); err == nil && w.Schema < w.Known {
		w.Steps = d.Steps(w.Schema)
	}
	out.Waiting = w
	return out, err
}

// TakeBack lets go what waits: the next start finds everything as it is.
func (d *Desk) TakeBack(ctx context.Context, id string, by plant.Person, why string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.note
	if d.name != "" || n.ID != id || (n.Phase != Checked && n.Phase != Staged) {
		return errs.New(errs.Conflict, "this is not what waits any more: look at it again")
	}
	if _, err := d.Audit(ctx, access.Entry{Who: by, What: "backup.takeback", On: n.Name, Old: string(n.Phase), New: "not restored", Why: why}); err != nil {
		return err
	}
	err := drop(d.room)
	now, unread := readNote(d.room)
	d.note = now
	return errors.Join(err, unread)
}

// Restart has the program stop as it always does, and start again.
func (d *Desk) Restart(ctx context.Context, by plant.Person, why string) error {
	if d.Again == nil {
		return errs.New(errs.NotFound, "this program cannot start itself again")
	}
	d.mu.Lock()
	name, staged := d.note.Name, d.note.Phase == Staged
	d.mu.Unlock()
	if !staged {
		return errs.New(errs.Conflict, "nothing is staged: there is nothing to start again for")
	}
	if _, err := d.Audit(ctx, access.Entry{Who: by, What: "program.restart", On: "millwright", New: "to restore " + name, Why: why}); err != nil {
		return err
	}
	d.Again()
	return nil
}
