// Package azidentity stands where identities of Microsoft's cloud would be, and refuses to make one.
package azidentity

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

var errAbsent = errors.New("azidentity: this program cannot reach Microsoft's cloud")

// Credential is never made.
type Credential struct{}

// GetToken refuses.
func (*Credential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, errAbsent
}

// ClientID names an identity.
type ClientID string

// The options of each kind of identity.
type (
	ManagedIdentityCredentialOptions struct {
		azcore.ClientOptions
		ID ClientID
	}
	WorkloadIdentityCredentialOptions struct {
		azcore.ClientOptions
		ClientID, TenantID, TokenFilePath string
	}
	DefaultAzureCredentialOptions struct {
		azcore.ClientOptions
		TenantID string
	}
	ClientSecretCredentialOptions      struct{ azcore.ClientOptions }
	ClientCertificateCredentialOptions struct {
		azcore.ClientOptions
		SendCertificateChain bool
	}
)

// NewManagedIdentityCredential refuses.
func NewManagedIdentityCredential(*ManagedIdentityCredentialOptions) (*Credential, error) {
	return nil, errAbsent
}

// NewWorkloadIdentityCredential refuses.
func NewWorkloadIdentityCredential(*WorkloadIdentityCredentialOptions) (*Credential, error) {
	return nil, errAbsent
}

// NewDefaultAzureCredential refuses.
func NewDefaultAzureCredential(*DefaultAzureCredentialOptions) (*Credential, error) {
	return nil, errAbsent
}

// NewClientSecretCredential refuses.
func NewClientSecretCredential(string, string, string, *ClientSecretCredentialOptions) (*Credential, error) {
	return nil, errAbsent
}

// NewClientCertificateCredential refuses.
func NewClientCertificateCredential(string, string, []*x509.Certificate, crypto.PrivateKey, *ClientCertificateCredentialOptions) (*Credential, error) {
	return nil, errAbsent
}

// ParseCertificates refuses.
func ParseCertificates([]byte, []byte) ([]*x509.Certificate, crypto.PrivateKey, error) {
	return nil, nil, errAbsent
}
