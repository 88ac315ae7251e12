package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// secretPrefix begins a value that is the name of a stored secret.
const secretPrefix = "secret:"

// ResolveSecrets puts what look returns into the place of each value secret:NAME. Only keys whose values are hidden wherever the
// configuration is shown may have one.
func (t *Tree) ResolveSecrets(look func(name string) (string, error)) error {
	done := map[*yaml.Node]bool{} // an alias stands for a node that has been seen
	var walk func(n *yaml.Node, name, key string) error
	walk = func(n *yaml.Node, name, key string) error {
		for n.Kind == yaml.AliasNode {
			n = n.Alias
		}
		if done[n] {
			return nil
		}
		done[n] = true
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				inner := n.Content[i].Value
				full := join(key, inner)
				if isSecret(name) {
					inner = name // passwords by user, say
				}
				if err := walk(n.Content[i+1], inner, full); err != nil {
					return err
				}
			}
		case yaml.SequenceNode:
			for i, c := range n.Content {
				if err := walk(c, name, fmt.Sprintf("%s[%d]", key, i)); err != nil {
					return err
				}
			}
		case yaml.ScalarNode:
			stored, ok := strings.CutPrefix(n.Value, secretPrefix)
			if !ok || !isSecret(name) {
				return nil
			}
			value, err := look(stored)
			if err != nil {
				return t.errorAt(n, key, err)
			}
			n.Value, n.Tag, n.Style = value, "!!str", yaml.DoubleQuotedStyle
		}
		return nil
	}
	return walk(t.root, "", "")
}

// isSecret reports whether the value of a key is a secret: by its name, or because it is an address with a password in it.
func isSecret(name string) bool { return secretName.MatchString(name) || name == "dsn" }
