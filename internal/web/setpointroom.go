package web

import (
	"context"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/ot/control"
	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/setpoint"
)

// setpointRoom is how programs write into machines.
func (s *Server) setpointRoom() operation.Room {
	return func(b *operation.Book) {
		setpoint.Mount(b, setpoint.Deps{Writable: s.writable, Write: s.writeAsked})
	}
}

// writesAt finds a line for somebody who has a role there.
func (s *Server) writesAt(ctx context.Context, id plant.LineID, least plant.Role) (*painter, lineInfo, plant.Person, error) {
	v := asks(ctx)
	p := s.painter().within(viewOf(v.reach))
	l, ok := p.line(id)
	if !ok {
		return p, l, v.Person, errs.New(errs.NotFound, "there is no line %q", errs.Clip(string(id)))
	}
	by := api.Asker{Person: v.Person, Reach: v.reach, Program: v.token != nil}.At(l.Place())
	if by.Role < least {
		return p, l, by, errs.New(errs.Forbidden, "the machines of line %s are written by its operators; there you are %s", l.Name, by.Role)
	}
	return p, l, by, nil
}

func (w writing) told() setpoint.WritableTag {
	t := setpoint.WritableTag{Name: w.tag.Name, Unit: w.unit, Label: w.tag.Label, Reads: w.now, MayBe: w.mayBe(), Words: []string{}}
	for _, one := range w.words {
		t.Words = append(t.Words, one.Name)
	}
	return t
}

func (s *Server) writable(ctx context.Context, line plant.LineID) (all []setpoint.WritableTag, err error) {
	p, l, _, err := s.writesAt(ctx, line, plant.Viewer)
	if err != nil || s.Dispatch.Write == nil {
		return nil, err
	}
	for _, id := range l.tags {
		if t := p.Tags.Tag(id); t.Writable {
			w, err := s.writingAt(p, l, t.Name)
			if err != nil {
				return nil, err
			}
			all = append(all, w.told())
		}
	}
	return all, nil
}

// writeAsked writes what a program asks for, as the page does.
func (s *Server) writeAsked(ctx context.Context, line plant.LineID, asked setpoint.TagWrite) (setpoint.WritableTag, error) {
	p, l, by, err := s.writesAt(ctx, line, plant.Operator)
	if err != nil {
		return setpoint.WritableTag{}, err
	}
	w, err := s.writingAt(p, l, asked.Tag)
	if err != nil {
		return setpoint.WritableTag{}, err
	}
	if asked.Seen != w.now {
		return w.told(), errs.New(errs.Conflict, "it has changed meanwhile: now it reads %s; look, and send again what you still want", w.now)
	}
	typed := strings.TrimSpace(asked.Value)
	for _, one := range w.words {
		if strings.EqualFold(one.Name, typed) {
			typed = one.Value
		}
	}
	var bad wrong
	if strings.TrimSpace(asked.Why) == "" {
		bad.add("why", "Say why.")
	}
	v, err := control.Value(w.tag, w.kind, typed)
	bad.take(err)
	if err := bad.err(); err != nil {
		return w.told(), err
	}
	if err := s.send(ctx, by, w, v, asked.Why, typed); err != nil {
		return w.told(), err
	}
	if w, err = s.writingAt(p, l, asked.Tag); err != nil {
		return setpoint.WritableTag{}, err
	}
	return w.told(), nil
}
