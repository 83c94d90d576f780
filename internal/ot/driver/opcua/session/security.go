package session

import "github.com/gopcua/opcua/ua"

// Policies are the security policies that are offered, by the name that stands in settings.
func Policies() map[string]string {
	return map[string]string{
		"None":                  ua.SecurityPolicyURINone,
		"Basic256Sha256":        ua.SecurityPolicyURIBasic256Sha256,
		"Aes128_Sha256_RsaOaep": ua.SecurityPolicyURIAes128Sha256RsaOaep,
		"Aes256_Sha256_RsaPss":  ua.SecurityPolicyURIAes256Sha256RsaPss,
	}
}

// PolicyName is the name of a security policy; "" for one that is not offered.
func PolicyName(uri string) string {
	for name, u := range Policies() {
		if u == uri {
			return name
		}
	}
	return ""
}

// Modes are the ways to secure messages, by the name that stands in settings.
func Modes() map[string]ua.MessageSecurityMode {
	return map[string]ua.MessageSecurityMode{
		"None":           ua.MessageSecurityModeNone,
		"Sign":           ua.MessageSecurityModeSign,
		"SignAndEncrypt": ua.MessageSecurityModeSignAndEncrypt,
	}
}

func modeName(m ua.MessageSecurityMode) string {
	for name, mode := range Modes() {
		if mode == m {
			return name
		}
	}
	return "unknown"
}
