package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/secret"
)

const lookAtSecretsEvery = time.Minute

// heldSecrets is what the data folder holds, as far as it may be told.
type heldSecrets struct {
	Key     string               `json:"key"`     // id of the newest key
	Secrets map[string]time.Time `json:"secrets"` // when each was set
}

func secretsOf(vault *secret.Vault) (heldSecrets, error) {
	held := heldSecrets{Secrets: map[string]time.Time{}}
	list, err := vault.List()
	if err != nil {
		return held, err
	}
	for _, e := range list {
		held.Secrets[e.Name] = e.Set
	}
	held.Key, err = vault.KeyID()
	return held, err
}

// since returns what was done between was and h.
func (h heldSecrets) since(was heldSecrets) []model.AuditEntry {
	var entries []model.AuditEntry
	tell := func(action, target string, before, after any) {
		entries = append(entries, model.AuditEntry{Action: action, By: model.Local, Target: target, Before: before, After: after})
	}
	if was.Key != "" && h.Key != was.Key {
		tell("secret.rotate", h.Key, map[string]string{"key_id": was.Key}, map[string]string{"key_id": h.Key})
	}
	for _, name := range slices.Sorted(maps.Keys(h.Secrets)) {
		set, before := h.Secrets[name], any(nil)
		if at, ok := was.Secrets[name]; ok {
			if at.Equal(set) {
				continue
			}
			before = map[string]time.Time{"set": at}
		}
		tell("secret.set", name, before, map[string]time.Time{"set": set})
	}
	for _, name := range slices.Sorted(maps.Keys(was.Secrets)) {
		if _, ok := h.Secrets[name]; !ok {
			tell("secret.remove", name, map[string]time.Time{"set": was.Secrets[name]}, nil)
		}
	}
	return entries
}

// watchSecrets tells the audit trail what `haetae secrets` does. The command itself cannot: it must work before anything else
// does, since the address of the metadata may be a secret.
func (a *app) watchSecrets(ctx context.Context) error {
	if err := a.tellSecrets(ctx); err != nil {
		return err
	}
	a.life.every(lookAtSecretsEvery, "the watch over secrets", time.Second, func(ctx context.Context, _ time.Time) {
		if err := a.tellSecrets(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("cannot tell the audit trail what was done with secrets; trying again", "error", err)
		}
	})
	return nil
}

// tellSecrets writes what has changed since it was told last: at least once, for the metadata say it behind the trail.
func (a *app) tellSecrets(ctx context.Context) error {
	vault, err := vaultOf(a.cfg.tree)
	if err != nil {
		return err
	}
	now, err := secretsOf(vault)
	if err != nil {
		return err
	}
	state, key := a.meta.State(secretsNamespace), "told."+a.folder.Member
	text, err := state.Get(ctx, key)
	if err != nil {
		return err
	}
	var was heldSecrets
	if text != nil {
		if err := json.Unmarshal(text, &was); err != nil {
			return fmt.Errorf("cannot read what the audit trail was told of secrets: %w", err)
		}
	}
	told, err := json.Marshal(now)
	if err != nil || string(told) == string(text) {
		return err
	}
	for _, e := range now.since(was) {
		err = errors.Join(err, a.trail.Write(ctx, e))
	}
	if err != nil {
		return err
	}
	return state.Put(ctx, map[string][]byte{key: told})
}
