// What servers offer to speak with.

package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/gopcua/opcua/ua"
)

// usable are the endpoints that we could speak with, of not too many.
func usable(all []*ua.EndpointDescription) []*ua.EndpointDescription {
	all = slices.Clone(all[:min(len(all), 50)])
	return slices.DeleteFunc(all, func(e *ua.EndpointDescription) bool { return e.TransportProfileURI != binaryTransport })
}

// offers are the securities of endpoints, as "policy/mode", each once.
func offers(all []*ua.EndpointDescription) (said []string) {
	for _, e := range all {
		if one := cmp.Or(PolicyName(e.SecurityPolicyURI), "another") + "/" + modeName(e.SecurityMode); !slices.Contains(said, one) {
			said = append(said, one)
		}
	}
	return said
}

// Offers asks a server which securities it offers, as "policy/mode". It needs none itself.
func (l *Login) Offers(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, l.Connect)
	defer cancel()
	ch, err := l.channel(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer leave(ctx, ch)
	var resp ua.GetEndpointsResponse
	if err := ch.Call(ctx, &ua.GetEndpointsRequest{EndpointURL: l.Endpoint}, &resp); err != nil {
		return nil, fmt.Errorf("ask for its endpoints: %w", err)
	}
	return offers(usable(resp.Endpoints)), nil
}
