package accessfile

import (
	"context"
	"fmt"
	"slices"

	"millwright/internal/access"
	"millwright/internal/access/chance"
	"millwright/internal/plant"
)

// wish is a token as the text has it.
type wish struct {
	access.NewToken
	token  access.Token
	absent bool
	check  error
}

func (a Access) programs() []wish {
	if a.Programs == nil {
		return nil
	}
	all := make([]wish, len(a.Programs))
	for i, p := range a.Programs {
		w := wish{NewToken: access.NewToken{Name: p.Name}, absent: p.Absent}
		for _, s := range p.Scopes {
			w.Scopes = append(w.Scopes, access.Scope(s))
		}
		for _, at := range p.At {
			w.At = append(w.At, plant.Place(at))
		}
		w.check, w.token = w.Check(), w.Token()
		all[i] = w
	}
	return all
}

func (a Access) displays() []wish {
	if a.Displays == nil {
		return nil
	}
	all := make([]wish, len(a.Displays))
	for i, d := range a.Displays {
		w := wish{NewToken: access.NewToken{Name: d.Name, Role: plant.Display, Page: d.Page}, absent: d.Absent}
		turns := d.turns()
		if !turns.None() && d.Page == "" {
			w.Page = turns.Turns[0].Page
		}
		if w.check = w.Check(); w.check == nil {
			w.check = turns.Check()
		}
		w.token = w.Token()
		if !turns.None() {
			w.token.Turns = turns
		}
		all[i] = w
	}
	return all
}

// tokens compares those of a kind with those that work: of several of one name, the first with the first.
func (c *comparison) tokens(part string, wanted []wish, is func(access.Token) bool) {
	if wanted == nil {
		return
	}
	there := map[string][]int{} // by name, in the state
	for i, t := range c.now.Tokens {
		if is(t) {
			there[t.Name] = append(there[t.Name], i)
		}
	}
	for i, w := range wanted {
		if w.check != nil && !w.absent {
			c.take(fmt.Sprintf("%s[%d]", part, i), w.check)
			continue
		}
		of := there[w.Name]
		if len(of) == 0 {
			if !w.absent {
				c.next.Tokens = append(c.next.Tokens, w.token)
				c.New = append(c.New, w.token)
				c.tell(thing(w.token), "is added: %s; it works once its secret is made on the page Tokens", may(w.token))
			}
			continue
		}
		there[w.Name] = of[1:]
		c.token(of[0], w)
	}
	if !c.prune {
		return
	}
	for i, t := range c.now.Tokens {
		if is(t) && slices.Contains(there[t.Name], i) {
			c.end(i, "the text does not name it")
		}
	}
}

// token compares one with the one that works.
func (c *comparison) token(at int, w wish) {
	was := c.now.Tokens[at]
	if w.absent {
		c.end(at, "its secret works no more")
		return
	}
	now := was
	now.Role, now.Page, now.Turns, now.Scopes, now.At = w.token.Role, w.token.Page, w.token.Turns, w.token.Scopes, w.token.At
	if now.Page == was.Page && now.Turns.Same(was.Turns) && slices.Equal(now.Scopes, was.Scopes) && slices.Equal(now.At, was.At) {
		return
	}
	c.next.Tokens[slices.IndexFunc(c.next.Tokens, func(o access.Token) bool { return o.ID == was.ID })] = now
	c.Moved = append(c.Moved, now)
	c.tell(thing(now), "was %s, becomes %s; its secret stays", may(was), may(now))
}

func (c *comparison) end(at int, why string) {
	t := c.now.Tokens[at]
	c.Ended = append(c.Ended, t)
	c.next.Tokens = slices.DeleteFunc(c.next.Tokens, func(o access.Token) bool { return o.ID != 0 && o.ID == t.ID })
	c.tell(thing(t), "is revoked for ever: %s", why)
}

// thing names a token.
func thing(t access.Token) string {
	if t.Role == plant.Display {
		return "display " + t.Name
	}
	return "program " + t.Name
}

// may is what a token is for.
func may(t access.Token) string {
	if t.Role == plant.Display {
		return "shows " + t.Shows()
	}
	words := access.Words(t.Scopes)
	for i, at := range t.At {
		if i == 0 {
			words += " at"
		}
		words += " " + string(at)
	}
	return words
}

// Rekey makes another secret for a token, and gives it: it is shown once and kept nowhere. The one before, if there was
// any, opens nothing from then on.
func Rekey(ctx context.Context, v access.Tokens, t access.Token, by plant.Person, why string) (string, error) {
	secret, hash := chance.Secret()
	return secret, v.RekeyToken(ctx, t, hash, by, why)
}
