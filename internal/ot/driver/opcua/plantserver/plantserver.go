// Package plantserver shows a list of values as an OPC UA server on loopback: the face of simulated machines.
//
// It is built on gopcua's server package for channels, sessions, browsing and reading, and brings its own
// subscriptions and writes: those of the package lose values that come faster than they are published, lock up
// for good when a client goes away with a full queue, hand out subscription numbers that are still in use,
// end the program when a client deletes an item twice, and take writes of any type. It is no server to expose:
// everybody who reaches it may read and write.
package plantserver

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"

	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua/plantserver/space"
	"millwright/internal/ot/tag"
	"millwright/internal/plant/measure"
)

// Options says what to serve and where.
type Options struct {
	Listen    string // "127.0.0.1:4841"; a loopback address, port 0 takes a free one
	Namespace string // URI of the nodes' namespace: "urn:millwright:simulator"
	Name      string // application name for people
	Nodes     []Node
	Security  *Security // nil offers only security policy None
	Announce  string    // the address that its endpoints name; "" for the one that the client used
}

// Node is one variable. It has no value until the first Publish.
type Node struct {
	ID    string   // identifier in the namespace: "filling-1.filler.State"
	Path  []string // the objects it stands under: {"filling-1", "filler"}
	Name  string   // "State"
	Type  Type
	Unit  string                // code of UNECE Recommendation 20 that it says its value is in: "CEL"; "" says nothing
	Write func(tag.Value) error // called with a value of the right type, one call at a time; an error refuses it as out of range. nil: read-only
}

// Security is the identity of a server that also offers the policies Basic256Sha256, Aes128_Sha256_RsaOaep
// and Aes256_Sha256_RsaPss with Sign and SignAndEncrypt, and user names besides anonymous.
type Security struct {
	Certificate []byte // DER
	Key         *rsa.PrivateKey
}

// Server is a running server.
type Server struct {
	url    string
	lib    *server.Server
	desk   *desk
	cancel context.CancelFunc
}

// maxPerCall is how many nodes or items one request may name.
const maxPerCall = 1000

// Start listens and serves until Close.
func Start(ctx context.Context, o Options) (*Server, error) {
	host, port, err := address(o.Listen)
	if err != nil {
		return nil, err
	}
	defer hush()()
	lib := server.New(libraryOptions(o, host, port)...)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &Server{url: fmt.Sprintf("opc.tcp://%s:%d", host, port), lib: lib, cancel: cancel, desk: newDesk(ctx, lib, o.Nodes)}
	s.desk.announce = o.Announce
	if err := s.furnish(o); err != nil {
		cancel()
		return nil, err
	}
	s.desk.register()
	if err := lib.Start(ctx); err != nil {
		cancel()
		return nil, portError(o.Listen, err)
	}
	return s, nil
}

// hush silences the standard logger, on which the library tells of its own start, until the returned function is called.
func hush() (speak func()) {
	out := log.Writer()
	log.SetOutput(io.Discard)
	return func() { log.SetOutput(out) }
}

// URL is the endpoint's address.
func (s *Server) URL() string { return s.url }

// Publish shows new values: Tag is the node's place in Options.Nodes, counted from 1. Values that monitored
// items wait for are queued at once, so every value given here reaches a subscriber whose queue has room.
// It never waits for a client.
func (s *Server) Publish(samples []tag.Sample) { s.desk.publish(samples, time.Now()) }

// Close ends all subscriptions, tells the clients and stops listening. Connections that a client keeps open
// nevertheless end with the program.
func (s *Server) Close() error {
	s.desk.close()
	closed := make(chan error, 1)
	go func() { closed <- s.lib.Close() }()
	var err error
	select {
	case err = <-closed:
	case <-time.After(500 * time.Millisecond): // the library waits ten seconds for clients that stay
	}
	s.cancel()
	return err
}

// Free tells whether a server could listen there now, and why not.
func Free(listen string) error {
	_, _, err := address(listen)
	return err
}

// address checks that the server stays on this machine, and finds a free port where none is given.
func address(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err != nil {
		return "", 0, errs.New(errs.Invalid, "OPC UA server on %q: use address:port, for example 127.0.0.1:4841", listen)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", 0, errs.New(errs.Invalid, "OPC UA server on %s: it lets everybody write, so it serves only this machine; use 127.0.0.1", listen)
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, errs.New(errs.Invalid, "OPC UA server on %q: use a port from 0 to 65535", listen)
	}
	l, err := net.Listen("tcp", listen) // also finds out whether the port is free, in words of ours
	if err != nil {
		return "", 0, portError(listen, err)
	}
	port = l.Addr().(*net.TCPAddr).Port
	if net.ParseIP(host).To4() == nil && host != "localhost" {
		host = "[" + host + "]"
	}
	return host, port, l.Close()
}

func portError(listen string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return errs.New(errs.Unavailable, "OPC UA server on %s: another program uses this port; stop it or choose another port: %w", listen, err)
	}
	return fmt.Errorf("OPC UA server on %s: %w", listen, err)
}

func libraryOptions(o Options, host string, port int) []server.Option {
	list := []server.Option{
		server.EndPoint(host, port),
		server.ServerName(o.Name),
		server.ProductName(o.Name),
		server.ManufacturerName("Millwright"),
		server.EnableSecurity("None", ua.MessageSecurityModeNone),
		server.EnableAuthMode(ua.UserTokenTypeAnonymous),
	}
	if o.Security == nil {
		return list
	}
	list = append(list, server.PrivateKey(o.Security.Key), server.Certificate(o.Security.Certificate), server.EnableAuthMode(ua.UserTokenTypeUserName))
	for _, policy := range []string{ua.SecurityPolicyURIBasic256Sha256, ua.SecurityPolicyURIAes128Sha256RsaOaep, ua.SecurityPolicyURIAes256Sha256RsaPss} {
		for _, mode := range []ua.MessageSecurityMode{ua.MessageSecurityModeSign, ua.MessageSecurityModeSignAndEncrypt} {
			list = append(list, server.EnableSecurity(policy, mode))
		}
	}
	return list
}

// furnish hangs our nodes below Objects and states the limits that the handlers keep.
func (s *Server) furnish(o Options) error {
	variables := make([]space.Variable, 0, len(o.Nodes))
	for i, n := range o.Nodes {
		if n.Type < Boolean || n.Type > String {
			return fmt.Errorf("node %d of the OPC UA server needs a scalar type", i+1)
		}
		unit, known := measure.Of(n.Unit)
		if n.Unit != "" && !known {
			return fmt.Errorf("node %d of the OPC UA server is in %q, which is no unit", i+1, n.Unit)
		}
		variables = append(variables, space.Variable{ID: n.ID, Path: n.Path, Name: n.Name, Type: uint32(n.Type), Writable: n.Write != nil, Unit: unit.ID()})
	}
	tree, err := space.New(o.Namespace, variables, s.desk.value)
	if err != nil {
		return err
	}
	s.desk.space = tree
	s.lib.AddNamespace(tree)
	zero, err := s.lib.Namespace(0)
	if err != nil {
		return fmt.Errorf("address space of the OPC UA server: %w", err)
	}
	for _, top := range tree.Tops() {
		zero.Objects().AddRef(top, server.RefTypeIDOrganizes, true)
	}
	for _, limit := range []uint32{
		id.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
		id.Server_ServerCapabilities_OperationLimits_MaxNodesPerWrite,
		id.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
	} {
		zero.AddNode(server.NewNode(ua.NewNumericNodeID(0, limit), server.Attributes{
			ua.AttributeIDNodeClass: server.DataValueFromValue(uint32(ua.NodeClassVariable)),
		}, nil, func() *ua.DataValue { return server.DataValueFromValue(uint32(maxPerCall)) }))
	}
	return nil
}
