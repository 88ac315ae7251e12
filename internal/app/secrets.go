package app

import (
	"context"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/secret"
)

// Vault returns the stored secrets of the data folder that a configuration names. It reads no more of the configuration, which
// may want secrets that are still to be stored.
func Vault(path string, settings []string) (*secret.Vault, error) {
	tree, err := config.Load(path, settings)
	if err != nil {
		return nil, err
	}
	return vaultOf(tree)
}

func vaultOf(tree *config.Tree) (*secret.Vault, error) {
	data, keys := defaults().Data, ""
	if err := tree.DecodeValue("data", &data); err != nil {
		return nil, err
	}
	if err := tree.DecodeValue("access.key_file", &keys); err != nil {
		return nil, err
	}
	return secret.NewVault(data, keys), nil
}

// resolveSecrets puts stored secrets where the configuration names them.
func resolveSecrets(tree *config.Tree) error {
	vault, err := vaultOf(tree)
	if err != nil {
		return err
	}
	return tree.ResolveSecrets(vault.Get)
}

// secretsNamespace is where the metadata say under which keys they have secrets.
const (
	secretsNamespace = "secrets"
	keyProof         = "proof"
)

// openSecrets opens the file of keys. One that does not belong to the metadata is said, and records are taken all the same: what
// cannot be opened are second factors.
func (a *app) openSecrets(ctx context.Context) error {
	vault, err := vaultOf(a.cfg.tree)
	if err != nil {
		return err
	}
	if a.box, err = secret.Open(vault.Keys()); err != nil {
		return err
	}
	state := a.meta.State(secretsNamespace)
	proof, err := a.box.Seal(nil, keyProof)
	if err == nil {
		proof, err = state.Claim(ctx, keyProof, proof)
	}
	if err != nil {
		return err
	}
	if _, err := a.box.Open(proof, keyProof); err != nil {
		a.log.Error("the file of keys is not the one with which the secrets in the metadata were sealed: put it back from its copy, or reset the second factors of those who have one",
			"file", vault.Keys())
	}
	return nil
}

// resealSecrets seals second factors with the newest key: an older one may be known to others.
func (a *app) resealSecrets(ctx context.Context) {
	n, err := a.access.Reseal(ctx, a.box.Old)
	if err != nil {
		a.log.Error("cannot seal all second factors with the newest key", "sealed", n, "error", err)
	} else if n > 0 {
		a.log.Info("sealed second factors with the newest key", "sealed", n)
	}
}
