package pki

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxFile is the longest file read as a certificate or key.
const maxFile = 64 << 10

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	return b, errors.Join(err, f.Close())
}

// readCertificates reads a certificate, or a chain of them with the own one first.
func readCertificates(path string) ([]*x509.Certificate, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	var der []byte
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			der = append(der, block.Bytes...)
		}
	}
	if der == nil {
		der = b
	}
	chain, err := x509.ParseCertificates(der)
	if err != nil || len(chain) == 0 {
		return nil, fmt.Errorf("the certificate %s is damaged", path)
	}
	return chain, nil
}

func readKey(path string) (*rsa.PrivateKey, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if block, _ := pem.Decode(b); block != nil {
		b = block.Bytes
	}
	if key, err := x509.ParsePKCS1PrivateKey(b); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(b)
	if err != nil {
		return nil, fmt.Errorf("the key %s is damaged, or protected by a password", path)
	}
	key, is := parsed.(*rsa.PrivateKey)
	if !is {
		return nil, fmt.Errorf("the key %s is no RSA key, which OPC UA needs", path)
	}
	return key, nil
}
