package machines

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// Outside is an address at which no machine may be.
type Outside struct {
	Address string
	Allowed []netip.Prefix
}

// Error says what to do.
func (o *Outside) Error() string {
	all := make([]string, len(o.Allowed))
	for i, p := range o.Allowed {
		all[i] = p.String()
	}
	return fmt.Sprintf("%s is in none of the networks that machines may be in (%s): if a machine stands there, add its network to opcua.networks in millwright.yaml and start again", o.Address, strings.Join(all, ", "))
}

// dialer connects to allowed networks only. The address is looked at after the name was resolved and just before it is
// called, whoever named it: a name that means another address a moment later leads nowhere else.
func (m *Machines) dialer() *net.Dialer {
	return &net.Dialer{
		Timeout: 5 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error { return m.allowed(address) },
	}
}

func (m *Machines) allowed(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Outside{Address: address, Allowed: m.o.Networks}
	}
	ip := at.Addr().Unmap().WithZone("")
	for _, p := range m.o.Networks {
		if p.Contains(ip) {
			return nil
		}
	}
	return &Outside{Address: ip.String(), Allowed: m.o.Networks}
}
