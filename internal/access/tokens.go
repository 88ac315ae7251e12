package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// A token reads hae_ID_SECRET: a word that scanners for leaked secrets find, a name that may be shown, and 256 bits that
// are not guessed. All but the word are base32 in small letters.
const (
	tokenWord        = "hae"
	tokenIDChars     = 12
	tokenSecretChars = 52 // 5 bits each
)

var (
	errTokenWrong   = &model.AccessError{Code: model.AccessCredentials, Detail: "the token is not one of this server, or was revoked"}
	errTokenExpired = &model.AccessError{Code: model.AccessExpired, Detail: "the token has expired; make another one"}
)

// parseToken reads the text of a token; only what newToken could have written is taken.
func parseToken(text string) (id, secret string, ok bool) {
	word, rest, _ := strings.Cut(text, "_")
	id, secret, _ = strings.Cut(rest, "_")
	return id, secret, word == tokenWord && isBase32(id, tokenIDChars) && isBase32(secret, tokenSecretChars)
}

func isBase32(s string, length int) bool {
	return len(s) == length && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

func newToken() (id, text string, hash digest) {
	id = strings.ToLower(rand.Text()[:tokenIDChars])
	secret := strings.ToLower(base32Plain.EncodeToString(random(32)))
	return id, strings.Join([]string{tokenWord, id, secret}, "_"), sha256.Sum256([]byte(secret))
}

// Token returns who a token belongs to. It asks memory alone: a token that is revoked is refused at once by this process, and
// within a second by others.
func (s *Service) Token(_ context.Context, text string, from model.Caller) (model.Principal, error) {
	id, secret, ok := parseToken(text)
	if !ok {
		return model.Principal{}, &model.TokenError{Why: errTokenWrong}
	}
	now, known := s.now(), s.book.Load()
	t := known.tokens[id]
	if t == nil {
		return model.Principal{}, known.goneToken(id, secret)
	}
	if !t.proved(secret) {
		return model.Principal{}, &model.TokenError{Token: t.key.Token, Why: errTokenWrong}
	}
	if t.expired(now) {
		return model.Principal{}, &model.TokenError{Token: t.key.Token, Proved: true, Why: errTokenExpired}
	}
	s.uses.token(id, model.Use{Time: now, Address: from.Address})
	return t.principal, nil
}

// proved reports whether a secret is the token's.
func (t *bookToken) proved(secret string) bool {
	hash := sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(hash[:], t.key.Hash) == 1
}

func (t *bookToken) expired(now time.Time) bool {
	return t.key.Expires != nil && !now.Before(*t.key.Expires)
}

// Certificate returns the principal of a TLS client whose certificate somebody has checked: it may send.
func (s *Service) Certificate(_ context.Context, fingerprint, subject string) (model.Principal, error) {
	if fingerprint == "" {
		return model.Principal{}, refused(model.AccessRequired, "no certificate was shown")
	}
	return model.Principal{ID: fingerprint, Name: subject, Kind: model.KindCertificate, Role: model.RoleIngest}, nil
}

// Tokens lists all tokens in the order in which they were made.
func (s *Service) Tokens(ctx context.Context) ([]model.Token, error) {
	state, err := s.store.AccessState(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]model.Token, len(state.Tokens))
	for i, key := range state.Tokens {
		list[i] = s.shown(key.Token)
	}
	return list, nil
}

// shown completes what is kept of a token by what is known now.
func (s *Service) shown(t model.Token) model.Token {
	t.Prefix = tokenWord + "_" + t.ID + "_"
	if u, ok := s.User(t.OwnerID); ok {
		t.Owner = u.Name
	}
	if use, ok := s.uses.ofToken(t.ID); ok && (t.LastUsed == nil || use.Time.After(*t.LastUsed)) {
		at := use.Time.UTC()
		t.LastUsed, t.LastAddress = &at, use.Address
	}
	return t
}

// AddToken makes a token: name, role, datasets, stream, owner with its id, and expires are looked at. Its text is not shown again.
func (s *Service) AddToken(ctx context.Context, t model.Token) (added model.Token, text string, err error) {
	if t, err = s.CheckToken(t); err != nil {
		return t, "", err
	}
	id, text, hash := newToken()
	t.ID, t.Created, t.LastUsed, t.LastAddress = id, s.now().UTC(), nil, ""
	if err := s.changed(ctx, s.store.AddToken(ctx, model.TokenKey{Token: t, Hash: hash[:]})); err != nil {
		return t, "", err
	}
	return s.shown(t), text, nil
}

// CheckToken tidies what somebody says of a new token, and refuses what AddToken would refuse.
func (s *Service) CheckToken(t model.Token) (model.Token, error) {
	err := s.checkToken(&t)
	return t, err
}

func (s *Service) checkToken(t *model.Token) (err error) {
	t.Name = strings.TrimSpace(t.Name)
	if t.Datasets, err = checkDatasets(t.Datasets); err != nil {
		return err
	}
	if t.Stream, err = checkStream(t.Stream); err != nil {
		return err
	}
	switch {
	case t.Name == "" || !printed(t.Name, model.MaxTitle):
		return breaks("title_form", model.MaxTitle)
	case !slices.Contains(TokenRoles, t.Role):
		return breaks("token_role", t.Role)
	case t.Role == model.RoleAdmin && (len(t.Datasets) > 0 || t.Stream != ""):
		return breaks("token_admin_bound")
	case sends(t.Role) && t.Stream != "":
		return breaks("token_sends_stream")
	case sends(t.Role) && slices.ContainsFunc(t.Datasets, func(name string) bool { return !slices.Contains(model.SentDatasets, name) }):
		return breaks("token_sends_to", strings.Join(model.SentDatasets, ", "), model.DatasetLogs)
	case t.Expires != nil && !t.Expires.After(s.now()):
		return breaks("token_expired")
	}
	return nil
}

func sends(role model.Role) bool { return role == model.RoleIngest || role == model.RoleAgent }

// RevokeToken deletes a token, and returns which it was. model.ErrNotFound.
func (s *Service) RevokeToken(ctx context.Context, id string) (model.Token, error) {
	t := s.book.Load().tokens[id]
	if t == nil {
		return model.Token{}, model.ErrNotFound
	}
	return s.shown(t.key.Token), s.changed(ctx, s.store.DeleteToken(ctx, id))
}
