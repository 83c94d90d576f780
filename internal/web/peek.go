// What stands in a machine at the tags of a unit that are not in use yet.

package web

import (
	"context"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/ot/survey"
	"millwright/internal/ot/tag"
)

// Peeker gives the look at a machine that somebody has open already.
type Peeker interface {
	Peek(who int64, c config.Connection) (*survey.Survey, bool)
}

// The bounds of what is read for a page of a unit.
const (
	peekTime = time.Second // of a look that is open already
	mostPeek = 300         // tags
)

// peekable are the tags that a page of a unit shows: in its table, and to choose from.
func peekable(p place, page int) []string {
	names := unitTags(p)
	if len(names) <= mostTagChoices {
		return names
	}
	from, to, _ := pageOf(page, tagsShown, len(names))
	return names[from:to]
}

// peek reads the tags of a unit that are read by nothing yet, through the look that this person has open at the machine; a
// session is opened when that is asked for. What the machine does not tell stays unknown; why is told when it was asked.
func (s *Server) peek(c echo.Context, p place, names []string) (map[string]tag.Sample, error) {
	i := slices.IndexFunc(p.doc.Connections, func(one config.Connection) bool { return one.ID == p.unit.Connection })
	wanted, addresses := s.unread(p, names)
	if i < 0 || len(wanted) == 0 {
		return nil, nil
	}
	look, err := s.lookOpen(c, p.doc.Connections[i])
	if look == nil || err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), peekTime)
	defer cancel()
	values, err := look.Read(ctx, addresses)
	if err != nil || len(values) != len(wanted) {
		return nil, err
	}
	tags, _ := p.typeOf()
	all := make(map[string]tag.Sample, len(wanted))
	for i, name := range wanted {
		v := values[i]
		v.Value = tag.Tag{Scale: tags[name].Scale, Offset: tags[name].Offset}.Scaled(v.Value)
		all[name] = v
	}
	return all, nil
}

// unread are the tags that a machine tells and of which no value is known, with where they stand in it.
func (s *Server) unread(p place, names []string) (wanted, addresses []string) {
	tags, _ := p.typeOf()
	for _, name := range names {
		at := tags[name].At(p.line.ID, p.id())
		if _, known := s.newest(p.line.ID + "/" + p.id() + "/" + name); known || at == "" || len(wanted) == mostPeek {
			continue
		}
		wanted, addresses = append(wanted, name), append(addresses, at)
	}
	return wanted, addresses
}

// lookOpen gives the look of the person at a machine; it opens one only for who asks to read.
func (s *Server) lookOpen(c echo.Context, one config.Connection) (*survey.Survey, error) {
	if c.QueryParam("read") != "" {
		ctx, cancel := context.WithTimeout(c.Request().Context(), browseTime)
		defer cancel()
		return s.Machines.Look(ctx, by(c).ID, one)
	}
	if p, can := s.Machines.(Peeker); can {
		look, _ := p.Peek(by(c).ID, one)
		return look, nil
	}
	return nil, nil
}
