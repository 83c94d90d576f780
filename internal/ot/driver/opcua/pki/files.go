package pki

import (
	"crypto/rsa"
	"crypto/x509"
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
	chain, err := certificates(raw(string(b), "CERTIFICATE"))
	if err != nil {
		return nil, fmt.Errorf("the certificate %s is damaged", path)
	}
	return chain, nil
}

func certificates(der []byte) ([]*x509.Certificate, error) {
	chain, err := x509.ParseCertificates(der)
	if err == nil && len(chain) == 0 {
		err = errors.New("there is none")
	}
	return chain, err
}

func readKey(path string) (*rsa.PrivateKey, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	k, err := privateKey(raw(string(b), "PRIVATE KEY"))
	if err != nil {
		return nil, fmt.Errorf("the key %s: %w", path, err)
	}
	return k, nil
}

// privateKey reads a key that is not protected by a password.
func privateKey(der []byte) (*rsa.PrivateKey, error) {
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("this is no secret key that can be read: give it as PEM, which begins with -----BEGIN PRIVATE KEY-----, or as DER, and not protected by a password")
	}
	k, is := parsed.(*rsa.PrivateKey)
	if !is {
		return nil, errors.New("this is no RSA key, which OPC UA needs")
	}
	return k, nil
}
