package model

import "time"

// User is somebody who signs in.
type User struct {
	ID           string    `json:"id"`
	Name         string    `json:"name" doc:"what is typed to sign in; upper and lower case are the same"`
	FullName     string    `json:"full_name"`
	Email        string    `json:"email"`
	Role         Role      `json:"role" enum:"viewer,operator,admin"`
	Everything   bool      `json:"everything" doc:"sees all datasets but the audit trail, whatever the teams see"`
	Teams        []string  `json:"teams" nullable:"false" doc:"codes"`
	Disabled     bool      `json:"disabled" doc:"may not sign in; its sessions are over"`
	SecondFactor bool      `json:"second_factor" doc:"signs in with a code as well"`
	MustChange   bool      `json:"must_change" doc:"has to choose a password before anything else"`
	Provider     string    `json:"provider" doc:"name of the OpenID Connect provider that the user comes from; empty for a password"`
	Created      time.Time `json:"created"`
	LastSignIn   time.Time `json:"last_sign_in,omitzero"`
	Revision     int64     `json:"revision" doc:"grows with each change; send it back with the next one"`
}

// Team is an owner: people who see the same part of the records.
type Team struct {
	Code     string  `json:"code" doc:"never changes; small letters, digits, - and _"`
	Name     string  `json:"name"`
	Grants   []Grant `json:"grants" nullable:"false" doc:"what its members see; none means nothing"`
	Members  int     `json:"members" doc:"how many users are in it"`
	Revision int64   `json:"revision" doc:"grows with each change; send it back with the next one"`
}

// Token is what a program shows instead of signing in.
type Token struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Role        Role       `json:"role" enum:"ingest,agent,viewer,operator,admin"`
	Datasets    []string   `json:"datasets" nullable:"false" doc:"that it may send to, or read; none for all"`
	Stream      string     `json:"stream" doc:"stream filter of what it may read; empty for all"`
	Owner       string     `json:"owner" doc:"name of who made it, as it is now; of who is no more, as it was then"`
	OwnerID     string     `json:"owner_id" doc:"of who made it; empty when it is not known, as of some tokens of earlier versions"`
	Created     time.Time  `json:"created"`
	Expires     *time.Time `json:"expires,omitempty"`
	LastUsed    *time.Time `json:"last_used,omitempty" doc:"known to the minute"`
	LastAddress string     `json:"last_address"`
	Prefix      string     `json:"prefix" doc:"how the text of the token begins; the rest is not kept"`
}

// Session is one browser in which a user has signed in.
type Session struct {
	ID       string    `json:"id"`
	User     string    `json:"user" doc:"id"`
	Created  time.Time `json:"created"`
	LastUsed time.Time `json:"last_used" doc:"known to the minute"`
	Address  string    `json:"address" doc:"that it was last used from"`
	Client   string    `json:"client" doc:"what the browser calls itself"`
	Current  bool      `json:"current" doc:"the one that asks"`
}

// TellOwn is given what changes an account once nothing is known that refuses it: it makes the change, or returns why it is not made.
// What is refused does not come to it, so that nobody can fill the audit trail with changes that are begun.
type TellOwn func(change func() error) error

// TellUser tells of a change of a user and makes it, or returns why it is not made. before is nil for a new user; after is what is wanted, and
// once the change is made what the user is.
type TellUser func(action string, before, after *User, change func() error) error

// RoleMasks are the fields that viewers and operators see masked.
type RoleMasks map[Role][]string

// Caller is where a request comes from.
type Caller struct {
	Address string // host without port; "" for a socket
	Client  string // User-Agent
}

// Account is a user with what proves who it is. It stays within the process.
type Account struct {
	User
	Folded   string   // the name as it is compared
	Subject  string   // at the provider
	Password string   // hash, in PHC's string format; "" when there is none
	Secret   []byte   // of the second factor, sealed; nil when there is none
	Pending  []byte   // a second factor that is not confirmed yet, sealed
	Step     int64    // time step of the last code that was taken (RFC 6238)
	Recovery [][]byte // SHA-256 of the recovery codes that are left
	Epoch    int64    // sessions of another epoch are over
}

// TokenKey is a token with what proves it.
type TokenKey struct {
	Token
	Hash []byte // SHA-256 of the secret
}

// SessionKey is a session with what proves it.
type SessionKey struct {
	Session
	Hash     []byte // SHA-256 of the cookie
	Previous []byte // of the cookie before the last rotation; nil before the first
	Rotated  time.Time
	// Seen is when the cookie of the last rotation came first; zero until then.
	Seen      time.Time
	Withdrawn []byte // of a cookie that the last rotation handed out and that never came, before it handed out Hash; nil for none
	Epoch     int64  // of the account when it was made
	View      string // id of the user that an administrator looks as; "" for none
}

// Use says when and from where a session or token was last used.
type Use struct {
	Time    time.Time
	Address string
}

// Attempts are the failures to sign in to one account since the last success.
type Attempts struct {
	Failures int
	Until    time.Time // none is taken before
}

// AccessState is everything that says who may do and see what, but for sessions.
type AccessState struct {
	Generation int64 // grows with each change
	Accounts   []Account
	Teams      []Team
	Tokens     []TokenKey
	Masks      RoleMasks
}

// AccessError says why somebody is not let in, or may not do something.
type AccessError struct {
	Code       string // one of the words below
	Detail     string
	RetryAfter time.Duration // of AccessThrottled
	// Params are what a text in another language needs: said names the reason among several. nil for none.
	Params map[string]string
	// Err is what is wrong in a query that was typed, with its place; nil for anything else.
	Err error
}

// TokenError says that a token is refused, and which one that is or was.
type TokenError struct {
	Token  Token // with an id alone when there is none of it any more that is known, and zero when its text is no token
	Proved bool  // its secret was right: it comes from who had the token
	Why    *AccessError
}

func (e *TokenError) Error() string { return e.Why.Error() }

// Unwrap is what who sent the token is told, the same whether there ever was such a one.
func (e *TokenError) Unwrap() error { return e.Why }

// CopiedError says that a cookie came that the browser had put another one in place of, so that somebody has a copy. Its session was ended.
type CopiedError struct {
	Session string // id
	User    User   // to whom it belonged
}

func (e *CopiedError) Error() string { return e.Unwrap().Error() }

// Unwrap is how the caller is told: an *AccessError.
func (e *CopiedError) Unwrap() error {
	return &AccessError{Code: AccessExpired, Detail: "the session is over, since a copy of its cookie was shown; sign in again"}
}

// Codes of an AccessError.
const (
	AccessCredentials   = "access.credentials"    // name, password, code or token is wrong
	AccessSecondFactor  = "access.second_factor"  // a code is needed as well
	AccessThrottled     = "access.throttled"      // too many failures
	AccessDisabled      = "access.disabled"       // the user may not sign in
	AccessPasswordRules = "access.password_rules" // the password is too easy to guess
	AccessMustChange    = "access.must_change"    // a password has to be chosen first
	AccessSetupDone     = "access.setup_done"     // there is an administrator
	AccessSetupToken    = "access.setup_token"    // the link of the first sign-in is another
	AccessLastAdmin     = "access.last_admin"     // nobody would be left who may change this
	AccessExpired       = "access.expired"        // session or token is over
	AccessRequired      = "access.required"       // nobody is signed in
	AccessDenied        = "access.denied"         // the permission is missing
	AccessViewOnly      = "access.view_only"      // who looks as somebody else may change nothing
	AccessInvalid       = "access.invalid"        // what was typed cannot be
)

func (e *AccessError) Error() string { return e.Detail }

// Unwrap returns what is wrong in a query.
func (e *AccessError) Unwrap() error { return e.Err }
