package probe_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/ot/driver/opcua/probe"
	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/session"

	"github.com/gopcua/opcua/ua"
)

func TestEveryFailureHasASentenceAndANextStep(t *testing.T) {
	for want, err := range map[string]error{
		"answers in time":          context.DeadlineExceeded,
		"means no address here":    &net.DNSError{Name: "press"},
		"not known yet":            &pki.Refused{Words: "it waits", Kept: true},
		"is not taken":             &pki.Refused{Words: "its time is over"},
		"does not offer security":  &session.NotOffered{Policy: "None", Mode: "None", Offers: []string{"Basic256Sha256/Sign"}},
		"not take our certificate": &session.Unknown{Cause: secure.ErrClosed},
		`to let in user "mill"`:    &session.NotLetIn{User: session.User{Name: "mill"}, Cause: secure.Status(ua.StatusBadUserAccessDenied)},
		"to let in anonymous user": &session.NotLetIn{Cause: secure.Status(ua.StatusBadIdentityTokenRejected)},
		"sessions of the server":   secure.Status(ua.StatusBadTooManySessions),
		"hung up":                  secure.ErrClosed,
		"The server refuses.":      secure.Status(ua.StatusBadInternalError),
		"It does not work.":        errors.New("anything else"),
	} {
		f := probe.Explain(fmt.Errorf("connect: %w", err))
		if f.OK || !strings.Contains(f.Words, want) || f.Next == "" || !strings.HasPrefix(f.Detail, "connect: ") || f.Pending != (want == "not known yet") {
			t.Errorf("%s: %+v", want, f)
		}
	}
}

func TestSettingsThatDoNotFitAreTold(t *testing.T) {
	if f := probe.Try(t.Context(), opcua.Config{Endpoint: "http://x"}); f.OK || f.Detail == "" || f.Words == "" {
		t.Errorf("%+v", f)
	}
}

func TestAMachineThatIsNotThereIsToldOnce(t *testing.T) {
	f := probe.Try(t.Context(), opcua.Config{Endpoint: "opc.tcp://127.0.0.1:1", Policy: "None", Mode: "None"})
	if f.OK || !strings.Contains(f.Words, "nothing listens") || !strings.HasPrefix(f.Next, "Make sure of the port") || !strings.Contains(f.Detail, "127.0.0.1:1") || strings.Contains(f.Detail, "make sure") {
		t.Errorf("%+v", f)
	}
	if e := f.Cause.Error(); !strings.HasPrefix(e, "connect to opc.tcp://127.0.0.1:1: ") || !strings.HasSuffix(e, "that the OPC UA server of the machine is switched on") {
		t.Errorf("the log would say %q", e)
	}
}
