// Who asks, and how the handlers get to know.

package web

import (
	"context"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// visitor is who asks: a person with a session, a program with a token, a display, or nobody.
type visitor struct {
	plant.Person                           // with the role of this request, where it is needed
	reach        plant.Reach               // what may be done where, by this request
	token        *access.Token             // of a program or a display
	page         string                    // the only wall that a display may see; "" for everybody else
	session      string                    // the secret of the session; "" for tokens
	alive        func(now time.Time) error // an errs.SignedOut when it may no longer be here
}

const visitorKey = "visitor"

// visitorOf gives who asks; the guard has put it there.
func visitorOf(c echo.Context) visitor {
	v, _ := c.Get(visitorKey).(visitor)
	return v
}

// panel is the only one that a display may see; "" for everybody else.
func (v visitor) panel() string {
	if v.page == "" || v.token.Turns.None() {
		return strings.TrimPrefix(v.page, "/")
	}
	return turnsPanel + v.token.Turns.String()
}

// known tells somebody from nobody: who is known may still have no role.
func (v visitor) known() bool { return v.ID != 0 }

type visitorKeyOfContext struct{}

// with carries who asks to the handlers of the API, which get nothing but a context.
func with(ctx context.Context, v visitor) context.Context {
	return context.WithValue(ctx, visitorKeyOfContext{}, v)
}

// asks gives who asks; nobody, who sees nothing, when the guard has let nobody in.
func asks(ctx context.Context) visitor {
	v, _ := ctx.Value(visitorKeyOfContext{}).(visitor)
	return v
}

func who(ctx context.Context) plant.Person { return asks(ctx).Person }
