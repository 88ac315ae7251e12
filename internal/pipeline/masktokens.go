package pipeline

import "strings"

// tokenKind is a secret that can be told by how it begins.
type tokenKind struct {
	prefix string
	least  int // characters behind the prefix
	chars  func(c byte) bool
	check  func(token string) bool // nil for none
	keep   int                     // characters of the prefix that stay readable
	fold   bool                    // the prefix is in any case
}

var tokenKinds = []tokenKind{
	{prefix: "Bearer ", least: 16, chars: isTokenByte, keep: len("Bearer "), fold: true},
	{prefix: "Basic ", least: 8, chars: isTokenByte, keep: len("Basic "), check: isBase64Pair, fold: true},
	{prefix: "eyJ", least: 20, chars: isTokenByte, check: isJWT}, // RFC 7519: base64url of {"
	{prefix: "AKIA", least: 16, chars: isUpperByte, keep: 4},     // AWS access key ids
	{prefix: "ASIA", least: 16, chars: isUpperByte, keep: 4},
	{prefix: "ghp_", least: 30, chars: isWordByte, keep: 4}, // GitHub
	{prefix: "gho_", least: 30, chars: isWordByte, keep: 4},
	{prefix: "ghu_", least: 30, chars: isWordByte, keep: 4},
	{prefix: "ghs_", least: 30, chars: isWordByte, keep: 4},
	{prefix: "ghr_", least: 30, chars: isWordByte, keep: 4},
	{prefix: "github_pat_", least: 40, chars: isWordByte, keep: len("github_pat_")},
	{prefix: "glpat-", least: 20, chars: isTokenByte, keep: len("glpat-")}, // GitLab
	{prefix: "xoxb-", least: 20, chars: isTokenByte, keep: 5},              // Slack
	{prefix: "xoxp-", least: 20, chars: isTokenByte, keep: 5},
	{prefix: "xoxa-", least: 20, chars: isTokenByte, keep: 5},
	{prefix: "xapp-", least: 20, chars: isTokenByte, keep: 5},
	{prefix: "sk_live_", least: 16, chars: isWordByte, keep: len("sk_live_")}, // Stripe
	{prefix: "rk_live_", least: 16, chars: isWordByte, keep: len("rk_live_")},
	{prefix: "AIza", least: 35, chars: isTokenByte, keep: 4}, // Google
	{prefix: "npm_", least: 36, chars: isWordByte, keep: 4},
}

// hideTokens hides bearer and basic credentials, JSON web tokens and keys of well-known services.
func hideTokens(dst []byte, text string) ([]byte, bool) {
	hidden := false
	for i := range tokenKinds {
		k := &tokenKinds[i]
		base := len(dst)
		out, found := hideSpans(dst, text, k.next, func(dst []byte, part string) []byte {
			return append(append(dst, part[:k.keep]...), hiddenMark...)
		})
		if found {
			text, hidden = string(out[base:]), true
			dst = out[:base]
		}
	}
	if !hidden {
		return dst, false
	}
	return append(dst, text...), true
}

func (k *tokenKind) next(text string, from int) (start, end int) {
	for i := from; i < len(text); {
		at := k.index(text[i:])
		if at < 0 {
			return -1, -1
		}
		i += at
		end := i + len(k.prefix)
		if i > 0 && isWordByte(text[i-1]) {
			i = end
			continue
		}
		for end < len(text) && k.chars(text[end]) {
			end++
		}
		if end-i-len(k.prefix) >= k.least && (k.check == nil || k.check(text[i:end])) {
			return i, end
		}
		i = end // no second look at the same characters: a text may repeat the prefix without end
	}
	return -1, -1
}

func (k *tokenKind) index(s string) int {
	if !k.fold {
		return strings.Index(s, k.prefix)
	}
	// The blank is rarer than the letter, and is one byte in either case.
	word := len(k.prefix) - 1
	for from := 0; ; {
		at := strings.IndexByte(s[from:], ' ')
		if at < 0 {
			return -1
		}
		from += at
		if from >= word && strings.EqualFold(s[from-word:from], k.prefix[:word]) {
			return from - word
		}
		from++
	}
}

func isTokenByte(c byte) bool {
	return isWordByte(c) || c == '-' || c == '.' || c == '~' || c == '+' || c == '/' || c == '='
}

func isUpperByte(c byte) bool { return isDigit(c) || c-'A' <= 'Z'-'A' }

func isJWT(token string) bool {
	return strings.Count(token, ".") >= 1 && strings.Contains(token, ".eyJ")
}

// isBase64Pair accepts what can be base64 of user:password and no word of prose.
func isBase64Pair(token string) bool {
	text := strings.TrimRight(token[len("Basic "):], "=")
	return strings.ContainsAny(text, "0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ") && !strings.ContainsAny(text, ".-_~") &&
		(len(token)-len("Basic "))%4 == 0
}
