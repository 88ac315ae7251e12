package access

import (
	"fmt"

	"github.com/haetae/haetae/internal/model"
)

// rules are what something typed has to keep to, by a stable name that never changes its meaning: the English text, as fmt.Sprintf takes
// it, and the names of its values, by which the console words it in each language.
var rules = map[string]struct {
	text   string
	params []string
}{
	"user_name_missing":   {"the name is missing", nil},
	"user_name_form":      {"the name wants at most %d characters without space, :, / and \\", []string{"most"}},
	"user_name_reserved":  {"the name %s stands for the server itself in the audit trail; choose another one", []string{"name"}},
	"full_name_form":      {"the full name wants at most %d printable characters", []string{"most"}},
	"user_role":           {"the role %q is not one of people; there are viewer, operator and admin", []string{"role"}},
	"email_form":          {"%q is not an email address", []string{"email"}},
	"team_code_form":      {"the code %q wants 1 to %d small letters, digits, - and _, and begins with a letter or digit", []string{"code", "most"}},
	"title_form":          {"the name wants 1 to %d printable characters", []string{"most"}},
	"grant_count":         {"a team may have %d grants at most", []string{"most"}},
	"dataset_count":       {"at most %d datasets may be named", []string{"most"}},
	"dataset_name":        {"%q is not the name of a dataset", []string{"name"}},
	"dataset_audit":       {"the audit trail is for administrators alone; it cannot be granted", nil},
	"stream_long":         {"a stream filter may have %d bytes at most", []string{"most"}},
	"stream_written_long": {"a stream filter may have %d bytes at most, and is written %s with %d", []string{"most", "written", "bytes"}},
	"mask_role":           {"only viewers and operators see fields masked", nil},
	"mask_count":          {"at most %d fields may be masked", []string{"most"}},
	"mask_name":           {"%q cannot be the name of a field, which has 1 to %d printable bytes", []string{"name", "most"}},
	"mask_star": {
		"%q cannot be masked: a * stands at the end alone, as in user*, of all fields that begin so; * alone is of all fields",
		[]string{"name"},
	},
	"mask_reserved":      {"%s cannot be masked; mask the fields whose values it holds, they are masked in it too", []string{"name"}},
	"token_role":         {"the role %q is unknown; there are ingest, agent, viewer, operator and admin", []string{"role"}},
	"token_admin_bound":  {"a token of an administrator cannot be bounded: it could make another one that is not", nil},
	"token_sends_stream": {"a stream filter bounds what is read; bound what is sent by datasets", nil},
	"token_sends_to": {
		"a token that sends may be bounded to %s; senders send to %s, so name that or none",
		[]string{"datasets", "sent"},
	},
	"token_expired":        {"the token would have expired already", nil},
	"provider_nobody":      {"the provider did not say who signed in", nil},
	"provider_keeps":       {"%s signs in by %s, which keeps password and second factor", []string{"name", "provider"}},
	"provider_no_password": {"%s signs in by %s, and has no password here", []string{"name", "provider"}},
	"factor_there":         {"there is a second factor; remove it first", nil},
	"factor_not_begun":     {"no second factor was begun", nil},
	"factor_none":          {"there is no second factor", nil},
	"view_self":            {"you are %s; choose somebody else", []string{"name"}},
}

// breaks refuses what was typed, which breaks a rule of that name.
func breaks(name string, values ...any) error {
	r, ok := rules[name]
	if !ok || len(values) != len(r.params) {
		panic(fmt.Sprintf("access: there is no rule %s of %d values", name, len(values)))
	}
	params := map[string]string{"said": name}
	for i, param := range r.params {
		params[param] = fmt.Sprint(values[i])
	}
	return &model.AccessError{Code: model.AccessInvalid, Detail: fmt.Sprintf(r.text, values...), Params: params}
}
