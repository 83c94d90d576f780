package opcua_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/drivertest"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"
)

// spaceURI is the namespace of every device under test.
const spaceURI = "urn:millwright:test-device"

func at(signal string) string { return "nsu=" + spaceURI + ";s=" + signal }

// gopcuaDevice is the library's server with signals that are set by hand.
type gopcuaDevice struct {
	server *server.Server
	space  *server.NodeNameSpace

	mu      sync.Mutex
	signals map[string]*ua.DataValue
}

func newGopcua(port int) *gopcuaDevice {
	d := &gopcuaDevice{signals: map[string]*ua.DataValue{}}
	d.server = server.New(
		server.EndPoint("127.0.0.1", port),
		server.EnableSecurity("None", ua.MessageSecurityModeNone),
		server.EnableAuthMode(ua.UserTokenTypeAnonymous),
	)
	d.space = server.NewNodeNameSpace(d.server, spaceURI)
	root, err := d.server.Namespace(0)
	if err != nil {
		panic(err)
	}
	root.Objects().AddRef(d.space.Objects(), id.HasComponent, true)
	d.add("a")
	d.add("b")
	return d
}

func (d *gopcuaDevice) add(name string) {
	d.set(drivertest.Signal{Name: name, Value: tag.FloatValue(0)})
	node := server.NewNode(ua.NewStringNodeID(d.space.ID(), name), server.Attributes{
		ua.AttributeIDNodeClass:  server.DataValueFromValue(uint32(ua.NodeClassVariable)),
		ua.AttributeIDDataType:   server.DataValueFromValue(ua.NewNumericNodeID(0, id.Double)),
		ua.AttributeIDBrowseName: server.DataValueFromValue(&ua.QualifiedName{NamespaceIndex: d.space.ID(), Name: name}),
	}, nil, func() *ua.DataValue {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.signals[name]
	})
	d.space.AddNode(node)
	d.space.Objects().AddRef(node, id.HasComponent, true)
}

func (d *gopcuaDevice) set(s drivertest.Signal) {
	if s.Time.IsZero() {
		s.Time = time.Now()
	}
	f, _ := s.Value.Float()
	v := &ua.DataValue{Value: ua.MustVariant(f), Status: ua.StatusCode(s.Quality), SourceTimestamp: s.Time}
	v.UpdateMask()
	d.mu.Lock()
	d.signals[s.Name] = v
	d.mu.Unlock()
	if d.server.MonitoredItemService != nil {
		d.server.ChangeNotification(ua.NewStringNodeID(d.space.ID(), s.Name))
	}
}

// serveGopcua is the child process: see drivertest.Process.
func serveGopcua() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	port, err := strconv.Atoi(os.Getenv("DEVICE_PORT"))
	if err != nil {
		return 1
	}
	d := newGopcua(port)
	if os.Getenv("DEVICE_FLOOD") != "" {
		d.flood()
	}
	if err := d.server.Start(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("ready")
	go func() {
		defer stop()
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			fmt.Println(d.do(in.Bytes()))
		}
	}()
	<-ctx.Done()
	_ = d.server.Close()
	return 0
}

func (d *gopcuaDevice) do(line []byte) string {
	var c drivertest.Command
	if err := json.Unmarshal(line, &c); err != nil {
		return err.Error()
	}
	s, err := c.Signal()
	if err != nil {
		return err.Error()
	}
	d.set(s)
	return "ok"
}

// gopcuaProcess is the library's server in a process of its own.
func gopcuaProcess(t *testing.T) drivertest.Device {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return drivertest.NewProcess(t, func() *exec.Cmd { return exec.Command(self) }, "DEVICE=gopcua")
}

// quick makes a driver that delivers more often than one in a plant. Its watchdog is the plant's.
func quick(t *testing.T, cfg opcua.Config) *opcua.Driver {
	t.Helper()
	cfg.Publishing, cfg.Retry = 50*time.Millisecond, 300*time.Millisecond
	d, err := opcua.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestGopcuaServer(t *testing.T) {
	t.Parallel()
	drivertest.Run(t, drivertest.Plant{
		Device: gopcuaProcess,
		Driver: func(t *testing.T, address string) driver.Driver {
			return quick(t, opcua.Config{Endpoint: "opc.tcp://" + address})
		},
		Address: at,
		Missing: at("nothing"),
	})
}
