package audit

import "regexp"

// hidden stands for a secret.
const hidden = "••••••"

// secretName are names of members that must not be told, should whoever made the entry have forgotten.
var secretName = regexp.MustCompile(`(?i)(passwords?|passwd|passphrases?|secrets?|tokens?|cookies?|(api|secret|private|access|signing)_?keys?|credentials?|authorization|recovery_codes?|dsn)$`)

// secretInAddress is the password of an address.
var secretInAddress = regexp.MustCompile(`(://[^/@:\s]*):[^/@\s]+@`)

// withoutSecrets hides texts below names of secrets, and passwords in addresses.
func withoutSecrets(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			within := key
			if secretName.MatchString(name) {
				within = name
			}
			v[key] = withoutSecrets(within, value)
		}
	case []any:
		for i := range v {
			v[i] = withoutSecrets(name, v[i])
		}
	case string:
		if v != "" && secretName.MatchString(name) {
			return hidden
		}
		return secretInAddress.ReplaceAllString(v, "${1}:"+hidden+"@")
	}
	return v
}
