package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// Unreachable says why a server was not reached, as a sentence, and what to do next; both are empty where it was reached.
func Unreachable(err error) (words, next string) {
	var name *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &name):
		return fmt.Sprintf("The name %q means no address here.", name.Name), "make sure how it is written, or use the machine's IP address"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "The computer answers, but nothing listens at this port.", "make sure of the port (4840 is usual), and that the OPC UA server of the machine is switched on"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "There is no way from here to this address.", "make sure of the address, the cable and the routes between the two networks"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "Nothing answers in time.", "make sure that the machine is on, and that no firewall stands between"
	}
	return "", ""
}

// notOpened says where no session came about, and what to do where that is known.
func notOpened(endpoint string, err error) error {
	if _, next := Unreachable(err); next != "" {
		return fmt.Errorf("connect to %s: %w; %s", endpoint, err, next)
	}
	return fmt.Errorf("connect to %s: %w", endpoint, err)
}
