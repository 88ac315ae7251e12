package oidc

import (
	"encoding/json"
	"strings"
)

// claims are what a provider says of somebody, in an ID token or as user info.
type claims map[string]any

// text is a claim that is a text; "" when it is anything else.
func (c claims) text(name string) string {
	text, _ := c.find(name).(string)
	return text
}

// yes reports whether a claim is true; some providers write it as a text.
func (c claims) yes(name string) bool {
	switch v := c.find(name).(type) {
	case bool:
		return v
	case string:
		return v == "true"
	}
	return false
}

// texts is a claim that is a list of texts, or a single one. What is no text in it is passed over.
func (c claims) texts(name string) []string {
	switch v := c.find(name).(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, item := range v {
			if text, ok := item.(string); ok {
				list = append(list, text)
			}
		}
		return list
	}
	return nil
}

// find looks a claim up by its name, which may hold dots itself (an address, say), and then as a path.
func (c claims) find(name string) any {
	if v, ok := c[name]; ok {
		return v
	}
	first, rest, ok := strings.Cut(name, ".")
	if !ok {
		return nil
	}
	inner, ok := c[first].(map[string]any)
	if !ok {
		return nil
	}
	return claims(inner).find(rest)
}

// has reports whether there is a claim of the name.
func (c claims) has(name string) bool { return c.find(name) != nil }

// add takes claims that are missing from others.
func (c claims) add(others claims) {
	for name, v := range others {
		if _, ok := c[name]; !ok {
			c[name] = v
		}
	}
}

// decoder is what holds claims in go-oidc: an ID token, and user info.
type decoder interface {
	Claims(v any) error
}

func claimsOf(d decoder) (claims, error) {
	c := claims{}
	var raw json.RawMessage
	if err := d.Claims(&raw); err != nil {
		return nil, err
	}
	return c, json.Unmarshal(raw, &c)
}
