package model

import (
	"context"
	"time"
)

// AccessStore keeps who may what: the metadata implement it, internal/access asks it, and internal/store/metatest says what it
// promises. Errors: ErrNotFound, *TakenError, *AccessError, or the store's own.
type AccessStore interface {
	// AccessGeneration grows with each change of what AccessState returns, and with each session that is ended or renewed.
	AccessGeneration(ctx context.Context) (int64, error)
	AccessState(ctx context.Context) (AccessState, error)

	Account(ctx context.Context, id string) (Account, error)
	AccountNamed(ctx context.Context, folded string) (Account, error)
	AccountOf(ctx context.Context, provider, subject string) (Account, error)
	// AddAccount refuses a first one when there is an administrator.
	AddAccount(ctx context.Context, a Account, first bool) error
	// ChangeAccount runs change in one transaction with reading and writing, maybe several times. An administrator is left.
	ChangeAccount(ctx context.Context, id string, change func(a *Account) error) (Account, error)
	DeleteAccount(ctx context.Context, id string) error
	NoteSignIn(ctx context.Context, id string, at time.Time) error

	AddTeam(ctx context.Context, t Team) error
	ChangeTeam(ctx context.Context, t Team) error
	DeleteTeam(ctx context.Context, code string) error
	SetMasks(ctx context.Context, role Role, fields []string) error

	AddToken(ctx context.Context, t TokenKey) error
	DeleteToken(ctx context.Context, id string) error
	UseTokens(ctx context.Context, uses map[string]Use) error

	AddSession(ctx context.Context, s SessionKey) error
	SessionOf(ctx context.Context, hash []byte) (SessionKey, error)
	Session(ctx context.Context, id string) (SessionKey, error)
	Sessions(ctx context.Context, account string) ([]SessionKey, error)
	RotateSession(ctx context.Context, id string, from, to []byte, at time.Time) (bool, error)
	RotateAgain(ctx context.Context, id string, from, to []byte, at time.Time) (bool, error)
	SeeSession(ctx context.Context, id string, hash []byte, at time.Time) error
	ViewSession(ctx context.Context, id, user string) error
	EndSession(ctx context.Context, account, id string) error
	EndSessions(ctx context.Context, account, except string) (int64, error)
	UseSessions(ctx context.Context, uses map[string]Use) error
	ForgetSessions(ctx context.Context, used, created time.Time) error

	// Attempt changes the failures of a name in one transaction, as ChangeAccount does an account.
	Attempt(ctx context.Context, name string, at time.Time, change func(a *Attempts)) error
	ForgetAttempts(ctx context.Context, before time.Time, most int) error
}
