package model

import (
	"encoding/json"
	"slices"
	"strings"
)

// Role is what a principal may do; what it may see is its Scope.
type Role string

// Roles. Nobody has no role: it may only what needs no permission.
const (
	RoleNobody   Role = ""
	RoleIngest   Role = "ingest"   // sends records
	RoleAgent    Role = "agent"    // sends records and reads its own orders
	RoleViewer   Role = "viewer"   // reads within its scope
	RoleOperator Role = "operator" // works: rules, dead letters, the state of the system
	RoleAdmin    Role = "admin"    // everything, accounts and settings included
)

// Permission is one thing that a role may be allowed. Every route needs one; internal/access says which role has which.
type Permission string

// Permissions.
const (
	PermitNobody   Permission = "nobody"   // needs no sign-in: health, the sign-in itself, the files of the console
	PermitSelf     Permission = "self"     // one's own account
	PermitRead     Permission = "read"     // records within the scope
	PermitSave     Permission = "save"     // saved queries
	PermitSystem   Permission = "system"   // figures of the whole: system, pipeline, sources, metrics; wants an unlimited scope too
	PermitOperate  Permission = "operate"  // rules, dead letters, other people's queries; wants an unlimited scope too
	PermitSettings Permission = "settings" // settings, retention, backups
	PermitDelete   Permission = "delete"   // records
	PermitAccess   Permission = "access"   // users, teams, tokens, roles
	PermitAudit    Permission = "audit"    // the audit trail
	PermitIngest   Permission = "ingest"   // send records
	PermitMember   Permission = "member"   // other processes of the same installation
)

// Permissions are those that a role may be given, in the order in which they are listed; an administrator has all.
var Permissions = []Permission{
	PermitSelf, PermitRead, PermitSave, PermitSystem, PermitOperate, PermitSettings, PermitDelete, PermitAccess, PermitAudit, PermitIngest,
}

// PrincipalKind says how somebody was recognised.
type PrincipalKind string

// Kinds of principals.
const (
	KindNobody      PrincipalKind = ""
	KindLocal       PrincipalKind = "local" // the socket of the data folder, or loopback before there is an administrator
	KindUser        PrincipalKind = "user"
	KindToken       PrincipalKind = "token"
	KindCertificate PrincipalKind = "certificate" // of a TLS client
)

// Principal is whoever makes a request. The zero Principal is nobody: it may do and see nothing.
type Principal struct {
	ID      string // stable: of the user or token; "local"
	Name    string // as shown and written down
	Kind    PrincipalKind
	Role    Role
	Scope   Scope
	Session string // id of the session, of users that have one
	// Send bounds the datasets that it may send to; nil bounds nothing. Only with PermitIngest.
	Send []string
	// SeenBy is the administrator who looks as this principal; zero when it is itself. It then may change nothing.
	SeenBy Viewer
	// MustChange says that it has to choose a password before anything else.
	MustChange bool
}

// Viewer is who looks as somebody else.
type Viewer struct {
	ID   string // of the user
	Name string // as shown and written down
}

// SeesQueries reports whether the principal sees and changes other people's queries, running and saved, whose texts and costs tell
// of what they look for.
func (p *Principal) SeesQueries() bool {
	return p.Scope.Whole() && (p.Role == RoleOperator || p.Role == RoleAdmin)
}

// Local is the principal of requests from the machine itself.
var Local = Principal{ID: "local", Name: "local", Kind: KindLocal, Role: RoleAdmin, Scope: Everything}

// MaySend reports whether records of a dataset are taken from the principal.
func (p *Principal) MaySend(dataset string) bool {
	if dataset == "" {
		dataset = DatasetLogs
	}
	return dataset != DatasetAudit && dataset != DatasetDeadLetter && (p.Send == nil || slices.Contains(p.Send, dataset))
}

// Scope says which records a principal may see, and which of their fields masked. It is part of every store call and of any
// cache's key: scopes that compare equal see the same. The zero Scope sees nothing; Everything sees all.
type Scope struct {
	all    bool
	grants string // JSON of []Grant, in order and without repeats
	masks  string // names of masked fields, in order, each ended by a NUL
}

// Grant is a part of the records.
type Grant struct {
	Datasets []string `json:"datasets,omitempty"` // none means all but the audit trail
	Stream   string   `json:"stream,omitempty"`   // a stream filter of LogsQL: {service="checkout"}; empty means all
}

// Everything is the scope without limits, the audit trail included.
var Everything = Scope{all: true}

// NewScope is the scope of the records that any of the grants names, with the fields masked.
func NewScope(grants []Grant, masked []string) Scope {
	texts := make([]string, len(grants))
	for i, g := range grants {
		slices.Sort(g.Datasets)
		text, err := json.Marshal(Grant{Datasets: slices.Compact(g.Datasets), Stream: g.Stream})
		if err != nil {
			panic(err) // strings always marshal
		}
		texts[i] = string(text)
	}
	slices.Sort(texts)
	var s Scope
	if texts = slices.Compact(texts); len(texts) > 0 {
		s.grants = "[" + strings.Join(texts, ",") + "]"
	}
	masked = slices.Clone(masked)
	slices.Sort(masked)
	for _, name := range slices.Compact(masked) {
		s.masks += name + "\x00"
	}
	return s
}

// All reports whether the scope has no limits at all.
func (s Scope) All() bool { return s.all }

// Whole reports whether every record but the audit trail is seen, and no field masked: figures of the whole tell nothing more.
func (s Scope) Whole() bool {
	return s.all || s.masks == "" && s.AllRecords()
}

// AllRecords reports whether every record but the audit trail is seen, though fields of them may be masked.
func (s Scope) AllRecords() bool {
	return s.all || slices.ContainsFunc(s.Grants(), func(g Grant) bool { return len(g.Datasets) == 0 && g.Stream == "" })
}

// Empty reports whether nothing is seen.
func (s Scope) Empty() bool { return !s.all && s.grants == "" }

// Grants lists the parts that are seen; nil for a scope that is All or Empty.
func (s Scope) Grants() []Grant {
	if s.grants == "" {
		return nil
	}
	var grants []Grant
	if err := json.Unmarshal([]byte(s.grants), &grants); err != nil {
		panic(err) // NewScope wrote it
	}
	return grants
}

// Masked lists the fields that are masked.
func (s Scope) Masked() []string {
	if s.masks == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s.masks, "\x00"), "\x00")
}

// Names reports whether the grant is of a dataset. The audit trail is never among those of a grant, named or not.
func (g Grant) Names(dataset string) bool {
	return dataset != DatasetAudit && (len(g.Datasets) == 0 || slices.Contains(g.Datasets, dataset))
}
