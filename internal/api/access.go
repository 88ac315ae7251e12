package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// Access knows who may do and see what, and changes it. Errors: *model.AccessError, *model.TakenError, model.ErrNotFound, or the
// store's.
type Access interface {
	Authenticator
	SignIns
	Accounts
	Users
	Teams
	Tokens
}

// SignIns begin and end sessions. Cookies are new ones, whatever the browser has sent.
type SignIns interface {
	Setup(ctx context.Context, token, name, password string, from model.Caller) (cookie string, u model.User, err error)
	SignIn(ctx context.Context, name, password, code string, from model.Caller) (cookie string, u model.User, err error)
	// Provision makes or updates the user whom a provider knows.
	Provision(ctx context.Context, who model.Identity, told model.TellUser) (model.User, error)
	// SignInAs begins a session for a user whom somebody else has recognised.
	SignInAs(ctx context.Context, u model.User, from model.Caller) (cookie string, err error)
	SignOut(ctx context.Context, p model.Principal) error
	// ViewAs lets an administrator look as a user, and LeaveView as itself again.
	ViewAs(ctx context.Context, p model.Principal, user string) (model.User, error)
	LeaveView(ctx context.Context, p model.Principal) error
}

// Accounts are what users do with their own.
type Accounts interface {
	User(id string) (model.User, bool)
	// UserNamed finds a user by a name as somebody types it.
	UserNamed(name string) (model.User, bool)
	MinPassword() int // characters
	Sessions(ctx context.Context, p model.Principal) ([]model.Session, error)
	EndSession(ctx context.Context, p model.Principal, id string) error
	// SignOutOthers ends all sessions but the one that asks.
	SignOutOthers(ctx context.Context, p model.Principal) (ended int64, err error)
	// ChangePassword ends all other sessions; the one that asks gets another cookie.
	ChangePassword(ctx context.Context, p model.Principal, old, new string, from model.Caller, told model.TellOwn) (cookie string, err error)
	BeginSecondFactor(ctx context.Context, p model.Principal, password string, from model.Caller, told model.TellOwn) (secret, uri string, err error)
	ConfirmSecondFactor(ctx context.Context, p model.Principal, code string, from model.Caller, told model.TellOwn) (recovery []string, err error)
	RemoveSecondFactor(ctx context.Context, p model.Principal, password string, from model.Caller, told model.TellOwn) error
	NewRecoveryCodes(ctx context.Context, p model.Principal, password string, from model.Caller, told model.TellOwn) ([]string, error)
}

// Users are changed by administrators. An administrator is left whatever they do. What CheckUser, CheckTeam, CheckMasks and
// CheckToken return is as it will be kept; what they refuse is no attempt that the audit trail tells of.
type Users interface {
	// CheckUser looks at a password too that is not empty.
	CheckUser(u model.User, password string) (model.User, error)
	Users(ctx context.Context) ([]model.User, error)
	// AddUser makes a password when none is given, and returns it.
	AddUser(ctx context.Context, u model.User, password string) (added model.User, made string, err error)
	// ChangeUser replaces the user whose revision the writer has read.
	ChangeUser(ctx context.Context, u model.User) (model.User, error)
	DeleteUser(ctx context.Context, id string) (model.User, error)
	ResetPassword(ctx context.Context, id string) (password string, err error)
	ResetSecondFactor(ctx context.Context, id string) error
	SignOutUser(ctx context.Context, id string) (ended int64, err error)
}

// Teams say what their members see.
type Teams interface {
	Teams(ctx context.Context) ([]model.Team, error)
	// CheckTeam looks at the code of a team without a revision.
	CheckTeam(t model.Team) (model.Team, error)
	AddTeam(ctx context.Context, t model.Team) (model.Team, error)
	ChangeTeam(ctx context.Context, t model.Team) (model.Team, error)
	DeleteTeam(ctx context.Context, code string) error
	RoleMasks(ctx context.Context) (model.RoleMasks, error)
	CheckMasks(role model.Role, fields []string) ([]string, error)
	// CheckStream returns a stream filter as it is kept of a team or token.
	CheckStream(text string) (string, error)
	SetRoleMasks(ctx context.Context, role model.Role, fields []string) error
}

// Tokens are for programs.
type Tokens interface {
	Tokens(ctx context.Context) ([]model.Token, error)
	CheckToken(t model.Token) (model.Token, error)
	// AddToken returns the token's text, which is kept nowhere.
	AddToken(ctx context.Context, t model.Token) (added model.Token, secret string, err error)
	RevokeToken(ctx context.Context, id string) (model.Token, error)
}

const accessTag = "access"

func (s *server) registerAccess(a huma.API) {
	s.registerMe(a)
	s.registerSession(a)
	s.registerAccount(a)
	s.registerSecondFactor(a)
	s.registerUsers(a)
	s.registerUserResets(a)
	s.registerTeams(a)
	s.registerTokens(a)
	s.registerRoles(a)
}

// told is an entry of the audit trail about a change, with what was before and what it became. Who gives an after by its address says in it
// what is wanted as long as the change is not made, and then what is.
func told(action, target string, before, after any) model.AuditEntry {
	return model.AuditEntry{Action: action, Target: target, Before: before, After: after}
}
