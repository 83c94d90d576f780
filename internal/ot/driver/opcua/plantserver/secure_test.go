package plantserver

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net/url"
	"testing"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"

	"millwright/internal/ot/tag"
)

// identity makes an application certificate.
func identity(t *testing.T, uri string) *Security {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, URIs: []*url.URL{u},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &Security{Certificate: der, Key: key}
}

func TestEveryPolicyCarriesValues(t *testing.T) {
	const items = 1000
	var nodes []Node
	for i := range items {
		nodes = append(nodes, Node{ID: fmt.Sprintf("n%d", i), Path: []string{"line"}, Name: fmt.Sprintf("n%d", i), Type: Double})
	}
	s, err := Start(t.Context(), Options{Listen: "127.0.0.1:0", Namespace: urn, Name: "test", Nodes: nodes, Security: identity(t, "urn:server")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	me := identity(t, "urn:client")
	for _, policy := range []string{"None", "Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"} {
		mode, user := ua.MessageSecurityModeSignAndEncrypt, ua.UserTokenTypeUserName
		if policy == "None" {
			mode, user = ua.MessageSecurityModeNone, ua.UserTokenTypeAnonymous
		}
		endpoints, err := opcua.GetEndpoints(t.Context(), s.URL())
		if err != nil {
			t.Fatal(err)
		}
		ep, err := opcua.SelectEndpoint(endpoints, policy, mode)
		if err != nil {
			t.Fatalf("%s is not offered: %v", policy, err)
		}
		c, err := opcua.NewClient(s.URL(), opcua.AutoReconnect(false), opcua.Certificate(me.Certificate), opcua.PrivateKey(me.Key),
			opcua.AuthUsername("operator", "secret"), opcua.SecurityFromEndpoint(ep, user))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Connect(t.Context()); err != nil {
			t.Fatalf("%s: %v", policy, err)
		}
		var all []*ua.MonitoredItemCreateRequest
		for i := range items {
			all = append(all, monitor(node(c, fmt.Sprintf("n%d", i)), uint32(i)))
		}
		_, notes, _ := watch(t, c, all...)
		for range items {
			next(t, notes)
		}
		s.Publish([]tag.Sample{{Tag: items, Time: time.Now(), Value: tag.FloatValue(float64(len(policy)))}})
		if n := next(t, notes); n.ClientHandle != items-1 || n.Value.Value.Float() != float64(len(policy)) {
			t.Errorf("%s brought %v", policy, n.Value.Value.Value())
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		_ = c.Close(ctx)
		cancel()
	}
}
