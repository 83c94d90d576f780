// Package cloud names the clouds that cannot be reached.
package cloud

// Configuration would say where a cloud is.
type Configuration struct{}

// The clouds there are.
var AzureChina, AzureGovernment, AzurePublic Configuration
