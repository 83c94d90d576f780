// Package azcore has the words of a client of Microsoft's cloud, which is not there.
package azcore

import (
	"context"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// AccessToken would open a service.
type AccessToken struct {
	Token     string
	ExpiresOn time.Time
}

// TokenCredential would make tokens.
type TokenCredential interface {
	GetToken(context.Context, policy.TokenRequestOptions) (AccessToken, error)
}

// ClientOptions name a cloud.
type ClientOptions struct{ Cloud cloud.Configuration }
