package tlsfiles

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Names of the files of a certificate that was made here.
const (
	selfCert = "tls.crt"
	selfKey  = "tls.key"
)

// selfYears is how long such a certificate holds: clients that were told its fingerprint cannot follow a new one.
const selfYears = 10

// SelfMade returns the files of a certificate that nobody else signed, in a folder; it makes them when they are not there. Clients
// know it by its fingerprint.
func SelfMade(dir string) (cert, key string, err error) {
	cert, key = filepath.Join(dir, selfCert), filepath.Join(dir, selfKey)
	_, errCert := os.Stat(cert)
	_, errKey := os.Stat(key)
	if errCert == nil && errKey == nil {
		return cert, key, nil
	}
	for _, err := range []error{errCert, errKey} {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", "", fmt.Errorf("cannot look for the certificate: %w", err)
		}
	}
	if err := makeSelf(cert, key); err != nil {
		return "", "", fmt.Errorf("cannot make a certificate: %w", err)
	}
	return cert, key, nil
}

func makeSelf(certFile, keyFile string) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "haetae"}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(selfYears, 0, 0),
		// Clients are given it as what they trust, which must not be an authority for other names. Without a key usage: OpenSSL
		// before 3 wants one that is trusted by itself to have signed itself.
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if name, err := os.Hostname(); err == nil {
		template.DNSNames = append(template.DNSNames, name)
	}
	template.IPAddresses = append(template.IPAddresses, ownAddresses()...)
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		return err
	}
	// The key first: a certificate whose key was never written would be made anew with another fingerprint.
	if err := writePEM(keyFile, "EC PRIVATE KEY", keyDER, 0o600); err != nil {
		return err
	}
	return writePEM(certFile, "CERTIFICATE", der, 0o644)
}

// ownAddresses are those of this machine beyond loopback, by which clients may call it.
func ownAddresses() (own []net.IP) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			own = append(own, n.IP)
		}
	}
	return own
}

func writePEM(name, kind string, der []byte, mode os.FileMode) error {
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	next := name + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a process that was killed meanwhile
		return err
	}
	if err := os.WriteFile(next, text, mode); err != nil {
		return err
	}
	return os.Rename(next, name)
}
