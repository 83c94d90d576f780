// Package pki keeps the certificates of OPC UA: our own, and those of the machines that are trusted.
package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// Pair is a certificate with its private key.
type Pair struct {
	Certificate *x509.Certificate
	Key         *rsa.PrivateKey
	File        string // where the certificate lies, for people who must carry it to a machine; "" when in no file
}

// The shape of our own certificate.
const (
	keyBits  = 2048 // what every policy and every old controller takes
	validFor = 10 * 365 * 24 * time.Hour
	backdate = 24 * time.Hour // machines' clocks are often behind
)

// Own makes the certificate and key of an application on the first start, and afterwards only makes
// sure that they are whole: nothing that is damaged or missing in part is replaced, because every
// machine would have to trust the new one first. It gives the two files.
func Own(dir, uri string, now time.Time) (certificate, key string, err error) {
	certificate, key = filepath.Join(dir, "own", "certificate.der"), filepath.Join(dir, "own", "key.pem")
	hasCertificate, err := exists(certificate)
	if err != nil {
		return "", "", err
	}
	hasKey, err := exists(key)
	if err != nil {
		return "", "", err
	}
	if !hasCertificate && !hasKey {
		return certificate, key, create(certificate, key, uri, now)
	}
	pair, err := Load(certificate, key)
	if err == nil && URI(pair.Certificate) != uri {
		err = fmt.Errorf("the certificate %s belongs to %q, not to %q", certificate, URI(pair.Certificate), uri)
	}
	if err != nil {
		return "", "", fmt.Errorf("%w; bring both files of %s back from a backup, or delete both to get new ones, which every machine must then be told to trust", err, filepath.Dir(key))
	}
	return certificate, key, nil
}

// Load reads a certificate and its key, each as DER or PEM, and makes sure that they belong together.
func Load(certificate, key string) (Pair, error) {
	chain, err := readCertificates(certificate)
	if err != nil {
		return Pair{}, err
	}
	private, err := readKey(key)
	if err != nil {
		return Pair{}, err
	}
	if !belongs(chain[0], private) {
		return Pair{}, fmt.Errorf("the key %s does not belong to the certificate %s", key, certificate)
	}
	return Pair{Certificate: chain[0], Key: private, File: certificate}, nil
}

// URI is the application URI in a certificate; "" when it has none.
func URI(c *x509.Certificate) string {
	if len(c.URIs) == 0 {
		return ""
	}
	return c.URIs[0].String()
}

// Thumbprint is how people compare certificates (SHA-1 over DER, as OPC UA has it).
func Thumbprint(c *x509.Certificate) string {
	sum := sha1.Sum(c.Raw)
	return hex.EncodeToString(sum[:])
}

func create(certificate, key, uri string, now time.Time) error {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return err
	}
	der, err := selfSigned(private, uri, now)
	if err != nil {
		return fmt.Errorf("make a certificate for %s: %w", uri, err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(key), 0o700); err != nil {
		return fmt.Errorf("make the folder of our certificate: %w", err)
	}
	if err := write(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs}), 0o600); err != nil {
		return err
	}
	return write(certificate, der, 0o644)
}

// selfSigned makes the certificate of an application (OPC 10000-6 §6.2.2).
func selfSigned(key *rsa.PrivateKey, uri string, now time.Time) ([]byte, error) {
	u, err := url.Parse(uri)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	public := sha1.Sum(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "Millwright"},
		NotBefore:             now.Add(-backdate).UTC(),
		NotAfter:              now.Add(validFor).UTC(),
		URIs:                  []*url.URL{u},
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
		SubjectKeyId:          public[:],
		AuthorityKeyId:        public[:],
	}
	if host, err := os.Hostname(); err == nil {
		template.DNSNames = []string{host}
	}
	return x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
}

// write puts a file in place whole or not at all.
func write(path string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for our certificate: %w", err)
	}
	return true, nil
}
