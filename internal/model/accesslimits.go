package model

// Bounds of what people say of users, teams, tokens and roles, in characters where nothing else is said.
const (
	MaxUserName   = 64  // of what is typed to sign in
	MaxTitle      = 100 // of full names and email addresses, and of what teams and tokens are called
	MaxTeamCode   = 40
	MaxGrants     = 100  // of a team
	MaxDatasets   = 50   // that one grant or token names
	MaxStreamText = 4096 // bytes of a stream filter
	MaxMasked     = 200  // fields of a role
	MaxMaskText   = 200  // bytes of the name of such a field
)
