package pki

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// MaxGiven is the longest text that is read as a certificate or key.
const MaxGiven = maxFile

// The keys that the security policies take (OPC 10000-7 §6.6).
const (
	leastBits = 2048
	mostBits  = 4096
)

// ErrApart is a key that belongs to another certificate.
var ErrApart = errors.New("the key does not belong to this certificate: give the two that were made together")

// Given reads a certificate and its key as a person gave them, and makes sure that they belong together.
func Given(certificate, key string) (Pair, error) {
	c, err := GivenCertificate(certificate)
	if err != nil {
		return Pair{}, err
	}
	k, err := GivenKey(key)
	if err != nil {
		return Pair{}, err
	}
	if !belongs(c, k) {
		return Pair{}, ErrApart
	}
	return Pair{Certificate: c, Key: k}, nil
}

// GivenCertificate reads a certificate: PEM, DER, or the letters that stand between the first and last line of PEM. Of
// a chain it is the first.
func GivenCertificate(given string) (*x509.Certificate, error) {
	if strings.Contains(given, "PRIVATE KEY") {
		return nil, errors.New("this has a secret key beside it, which everybody would see here: give the certificate alone, and the key in its own place")
	}
	chain, err := certificates(raw(given, "CERTIFICATE"))
	if err != nil {
		return nil, errors.New("this is no certificate: give it as PEM, which begins with -----BEGIN CERTIFICATE-----, or as DER (.der, .cer, .crt); take it out of a .pfx or .p12 file first")
	}
	if public, is := chain[0].PublicKey.(*rsa.PublicKey); !is || public.N.BitLen() < leastBits || public.N.BitLen() > mostBits {
		return nil, fmt.Errorf("this certificate is not one for machines: OPC UA needs an RSA key of %d to %d bits", leastBits, mostBits)
	}
	return chain[0], nil
}

// GivenKey reads a secret key: PEM, DER, or the letters that stand between the first and last line of PEM. No error says
// anything of what was given.
func GivenKey(given string) (*rsa.PrivateKey, error) {
	if strings.Contains(given, "ENCRYPTED") {
		return nil, errors.New("this key is protected by a password: give it without one (openssl pkey -in key.pem -out plain.pem); it is sealed here")
	}
	return privateKey(raw(given, "PRIVATE KEY"))
}

// Text writes a certificate in one line, as GivenCertificate reads it.
func Text(c *x509.Certificate) string { return base64.StdEncoding.EncodeToString(c.Raw) }

// KeyText writes a key in one line, as GivenKey reads it.
func KeyText(k *rsa.PrivateKey) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k)
	return base64.StdEncoding.EncodeToString(der), err
}

// raw gives the DER in what was given: the blocks whose name ends so, the bytes that the letters stand for, or itself.
func raw(given, kind string) []byte {
	var der []byte
	for block, rest := pem.Decode([]byte(given)); block != nil; block, rest = pem.Decode(rest) {
		if strings.HasSuffix(block.Type, kind) {
			der = append(der, block.Bytes...)
		}
	}
	if der != nil {
		return der
	}
	if plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(given), "")); err == nil {
		return plain
	}
	return []byte(given)
}

func belongs(c *x509.Certificate, k *rsa.PrivateKey) bool {
	public, is := c.PublicKey.(*rsa.PublicKey)
	return is && public.Equal(&k.PublicKey)
}
