package model

// SignInProvider is a provider of OpenID Connect with which people may sign in.
type SignInProvider struct {
	ID   string // as in the address of its sign-in
	Name string // as shown
}

// Identity is who a provider says that somebody is, with what the configuration makes of their groups there.
type Identity struct {
	Provider string // of the configuration
	Subject  string // stable at the provider
	Name     string // of the account
	FullName string
	Email    string // "" when the provider says that it is not verified
	Role     Role
	Teams    []string // codes
	// Everything: sees the records of every team.
	Everything bool
	// MayJoin: an account is made at the first sign-in.
	MayJoin bool
}
