package opcua_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/drivertest"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/opcua/pki"
)

// options are what a node-opcua server is started with; see server.js.
type options struct {
	Policies   []string       `json:"policies,omitempty"`
	Modes      []string       `json:"modes,omitempty"`
	Namespaces []string       `json:"namespaces,omitempty"`
	Distrust   bool           `json:"distrust,omitempty"` // certificates that the server does not know
	Anonymous  *bool          `json:"anonymous,omitempty"`
	Lifetime   int            `json:"lifetime,omitempty"` // of channel keys, in ms
	Limits     map[string]int `json:"limits,omitempty"`
	Sessions   int            `json:"sessions,omitempty"`
	Points     int            `json:"points,omitempty"` // at which a listing may go on
	PackML     bool           `json:"packml,omitempty"` // it knows the model
	Jobs       bool           `json:"jobs,omitempty"`   // it takes job orders
}

// nodeServer is a node-opcua server in a process of its own, with a folder of certificates.
type nodeServer struct {
	*drivertest.Process
	folder string
}

const nodeFolder = "testdata/node-opcua"

func newNode(t *testing.T, o options) *nodeServer {
	t.Helper()
	if _, err := os.Stat(filepath.Join(nodeFolder, "node_modules", "node-opcua")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node-opcua is not installed: run " + nodeFolder + "/install.sh")
		}
		t.Skip("SKIPPED: node-opcua is not installed: run " + nodeFolder + "/install.sh")
	}
	folder := t.TempDir()
	writePair(t, folder, "server", serverPair(t))
	for _, store := range []string{"pki", "users"} { // a store without a key spends seconds on making one
		own := filepath.Join(folder, store, "own", "private")
		if err := os.MkdirAll(own, 0o700); err != nil {
			t.Fatal(err)
		}
		copyFile(t, filepath.Join(folder, "server.key"), filepath.Join(own, "private_key.pem"))
	}
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	p := drivertest.NewProcess(t, func() *exec.Cmd {
		return exec.Command("node", filepath.Join(nodeFolder, "server.js"))
	}, "DEVICE_FOLDER="+folder, "DEVICE_OPTIONS="+string(text))
	return &nodeServer{p, folder}
}

func startNode(t *testing.T, o options) *nodeServer {
	t.Helper()
	n := newNode(t, o)
	if err := n.Start(); err != nil {
		t.Fatal(err)
	}
	return n
}

// starting lets one server start at a time: each needs a whole core for seconds.
var starting sync.Mutex

// Start implements drivertest.Device.
func (n *nodeServer) Start() error {
	starting.Lock()
	defer starting.Unlock()
	return n.Process.Start()
}

func (n *nodeServer) do(t *testing.T, c drivertest.Command) {
	t.Helper()
	if err := n.Do(c); err != nil {
		t.Fatal(err)
	}
}

func (n *nodeServer) endpoint() string { return "opc.tcp://" + n.Address() }

// pair is a certificate with its key, as DER and PEM.
type pair struct{ der, key []byte }

// serverPair is the certificate of all node-opcua servers: making keys is slow.
var serverPair = func() func(*testing.T) pair {
	once := sync.OnceValues(func() (pair, error) {
		return makePair("Test device", "urn:millwright:test-device:server", time.Now().Add(24*time.Hour))
	})
	return func(t *testing.T) pair {
		t.Helper()
		p, err := once()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}()

func makePair(name, uri string, until time.Time) (pair, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return pair{}, err
	}
	u, err := url.Parse(uri)
	if err != nil {
		return pair{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until, URIs: []*url.URL{u}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return pair{der, x509.MarshalPKCS1PrivateKey(key)}, err
}

// writePair writes name.pem and name.key.
func writePair(t *testing.T, folder, name string, p pair) (certificate, key string) {
	t.Helper()
	certificate, key = filepath.Join(folder, name+".pem"), filepath.Join(folder, name+".key")
	for path, block := range map[string]*pem.Block{
		certificate: {Type: "CERTIFICATE", Bytes: p.der}, key: {Type: "RSA PRIVATE KEY", Bytes: p.key},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}

// readPair reads a pair as a person gives it.
func readPair(t *testing.T, p pair) pki.Pair {
	t.Helper()
	read, err := pki.Given(string(p.der), string(p.key))
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ourFolder is a folder with a certificate of our own that trusts the test devices.
func ourFolder(t *testing.T) (dir, certificate, key string) {
	t.Helper()
	dir = t.TempDir()
	for _, sub := range []string{"own", "trusted"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	certificate, key = writePair(t, filepath.Join(dir, "own"), "client", clientPair(t))
	if err := os.WriteFile(filepath.Join(dir, "trusted", "device.der"), serverPair(t).der, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, certificate, key
}

// clientPair is our own certificate in all tests.
var clientPair = func() func(*testing.T) pair {
	once := sync.OnceValues(func() (pair, error) {
		return makePair("Millwright", "urn:millwright:test", time.Now().Add(24*time.Hour))
	})
	return func(t *testing.T) pair {
		t.Helper()
		p, err := once()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}()

// secured is a configuration with a policy, a mode and trust in the test devices.
func secured(t *testing.T, endpoint, policy, mode string) opcua.Config {
	t.Helper()
	dir, certificate, key := ourFolder(t)
	return opcua.Config{Endpoint: endpoint, Policy: policy, Mode: mode, Certificate: certificate, Key: key, Trust: dir}
}

func TestNodeOpcuaServer(t *testing.T) {
	t.Parallel()
	drivertest.Run(t, drivertest.Plant{
		Device: func(t *testing.T) drivertest.Device { return newNode(t, options{}) },
		Driver: func(t *testing.T, address string) driver.Driver {
			return quick(t, opcua.Config{Endpoint: "opc.tcp://" + address})
		},
		Address: at,
		Missing: at("nothing"),
	})
}
