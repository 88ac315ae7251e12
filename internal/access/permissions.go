package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// permissions of each role, beside what needs none. What is not here is denied.
var permissions = map[model.Role][]model.Permission{
	model.RoleIngest: {model.PermitIngest},
	model.RoleAgent:  {model.PermitIngest},
	model.RoleViewer: {model.PermitSelf, model.PermitRead, model.PermitSave, model.PermitSystem},
	model.RoleOperator: {
		model.PermitSelf, model.PermitRead, model.PermitSave, model.PermitSystem, model.PermitOperate,
	},
	model.RoleAdmin: model.Permissions,
}

// May reports whether a principal has a permission.
//
//   - Figures of the whole and other people's work would tell of records beyond a limited scope: they want a whole one.
//   - A token has no account of its own.
//   - Who has to choose a password may only do that, and who looks as a user that is deleted may only leave.
func May(p model.Principal, perm model.Permission) bool {
	switch {
	case perm == model.PermitNobody:
		return true
	case p.Kind == model.KindNobody:
		return false
	case p.Kind == model.KindLocal:
		return true
	case p.MustChange, looksAsDeleted(p):
		return perm == model.PermitSelf
	case perm == model.PermitSelf && p.Kind != model.KindUser:
		return false
	case (perm == model.PermitSystem || perm == model.PermitOperate) && !p.Scope.Whole():
		return false
	}
	return slices.Contains(permissions[p.Role], perm)
}

// Check is May with the reason: an *model.AccessError of access.required, access.must_change or access.denied.
func Check(p model.Principal, perm model.Permission) error {
	switch {
	case May(p, perm):
		return nil
	case p.Kind == model.KindNobody:
		return refused(model.AccessRequired, "sign in, or send a token: haetae token create makes one")
	case p.MustChange:
		return refused(model.AccessMustChange, "choose a password first")
	case looksAsDeleted(p):
		return refused(model.AccessViewOnly, "the user that you look as was deleted; leave the view")
	}
	detail := fmt.Sprintf("%s lacks the permission %q", p.Name, perm)
	if perm == model.PermitSelf && p.Kind != model.KindUser {
		return refused(model.AccessDenied, "%s: it is for users and their own accounts, and this is a %s, which has none", detail, p.Kind)
	}
	if slices.Contains(permissions[p.Role], perm) {
		detail += lacks(p)
	}
	return refused(model.AccessDenied, "%s", detail)
}

// lacks says why a principal may not what its role may.
func lacks(p model.Principal) string {
	switch {
	case p.Scope.Whole():
		return ""
	case len(p.Scope.Masked()) > 0:
		return fmt.Sprintf(", which the role %s has: it wants to see all records without masks, and the role sees the fields %s masked; use an account or a token of a role without masks",
			p.Role, listed(p.Scope.Masked()))
	}
	return fmt.Sprintf(", which the role %s has: it wants to see all records, and a part is granted", p.Role)
}

// listed names a few of some fields.
func listed(names []string) string {
	const few = 5
	if len(names) > few+1 {
		return fmt.Sprintf("%s and %d others", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}

func looksAsDeleted(p model.Principal) bool { return p.SeenBy.ID != "" && p.Role == model.RoleNobody }

// Check is the function Check, for those who are handed a Service.
func (s *Service) Check(p model.Principal, perm model.Permission) error { return Check(p, perm) }
