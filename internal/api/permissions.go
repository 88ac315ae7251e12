package api

import (
	"maps"

	"github.com/haetae/haetae/internal/model"
)

// consolePattern has the files and pages of the console, which are the same for everybody.
const consolePattern = "/"

// setupPattern is the route by which the first administrator is made.
const setupPattern = "POST /api/v1/setup"

// permissions says what each route wants, by the pattern under which it is registered. A route without an entry is refused, so
// that nobody can forget one.
var permissions = map[string]model.Permission{
	// What needs no sign-in: is the server there, the files of the console, who am I, and the ways to sign in.
	consolePattern:                      model.PermitNobody,
	"GET /healthz":                      model.PermitNobody,
	"GET /readyz":                       model.PermitNobody, // says what is wrong only to those who may see the system
	"GET /api/docs":                     model.PermitNobody,
	"GET /api/v1/openapi.json":          model.PermitNobody,
	"GET /api/v1/openapi.yaml":          model.PermitNobody,
	"GET /api/v1/openapi-3.0.json":      model.PermitNobody,
	"GET /api/v1/openapi-3.0.yaml":      model.PermitNobody,
	"GET /api/v1/schemas/{schema}":      model.PermitNobody,
	"GET /api/v1/me":                    model.PermitNobody,
	setupPattern:                        model.PermitNobody,
	"POST /api/v1/session":              model.PermitNobody,
	"GET /api/v1/oidc/{provider}/start": model.PermitNobody,
	"GET /api/v1/oidc/callback":         model.PermitNobody,
	"/insert/loki/ready":                model.PermitNobody,

	// One's own account.
	"DELETE /api/v1/session":               model.PermitSelf,
	"GET /api/v1/account/sessions":         model.PermitSelf,
	"DELETE /api/v1/account/sessions":      model.PermitSelf,
	"DELETE /api/v1/account/sessions/{id}": model.PermitSelf,
	"PUT /api/v1/account/password":         model.PermitSelf,
	"POST /api/v1/account/second-factor":   model.PermitSelf,
	"PUT /api/v1/account/second-factor":    model.PermitSelf,
	"DELETE /api/v1/account/second-factor": model.PermitSelf,
	"POST /api/v1/account/recovery-codes":  model.PermitSelf,
	"GET /api/v1/teams":                    model.PermitSelf, // names only, but for those who may change them
	"DELETE /api/v1/session/view":          model.PermitSelf,

	// Records within the scope.
	"GET /api/v1/logs/query":              model.PermitRead,
	"GET /api/v1/logs/tail":               model.PermitRead,
	"GET /api/v1/logs/export":             model.PermitRead,
	"GET /api/v1/logs/explain":            model.PermitRead,
	"GET /api/v1/logs/check":              model.PermitRead,
	"GET /api/v1/logs/language":           model.PermitRead,
	"GET /api/v1/logs/patterns":           model.PermitRead,
	"GET /api/v1/logs/patterns/{id}/vars": model.PermitRead,
	"GET /api/v1/queries":                 model.PermitRead,
	"GET /api/v1/queries/{id}":            model.PermitRead,
	"DELETE /api/v1/queries/{id}":         model.PermitRead,
	"GET /api/v1/formats":                 model.PermitRead,
	"GET /api/v1/status":                  model.PermitRead, // says little to a scope that is not whole
	"/select/logsql/query":                model.PermitRead,
	"/select/logsql/tail":                 model.PermitRead,
	"/select/logsql/hits":                 model.PermitRead,
	"/select/logsql/facets":               model.PermitRead,
	"/select/logsql/stats_query":          model.PermitRead,
	"/select/logsql/stats_query_range":    model.PermitRead,
	"/select/logsql/field_names":          model.PermitRead,
	"/select/logsql/field_values":         model.PermitRead,
	"/select/logsql/streams":              model.PermitRead,
	"/select/logsql/stream_ids":           model.PermitRead,
	"/select/logsql/stream_field_names":   model.PermitRead,
	"/select/logsql/stream_field_values":  model.PermitRead,

	"GET /api/v1/saved-queries":         model.PermitSave,
	"POST /api/v1/saved-queries":        model.PermitSave,
	"PUT /api/v1/saved-queries/{id}":    model.PermitSave,
	"DELETE /api/v1/saved-queries/{id}": model.PermitSave,

	// Figures of the whole.
	"GET /metrics":                    model.PermitSystem,
	"GET /api/v1/system":              model.PermitSystem,
	"GET /api/v1/system/history":      model.PermitSystem,
	"GET /api/v1/system/retention":    model.PermitSystem,
	"GET /api/v1/pipeline":            model.PermitSystem,
	"GET /api/v1/pipeline/advice":     model.PermitSystem,
	"GET /api/v1/pipeline/events":     model.PermitSystem,
	"GET /api/v1/sources":             model.PermitSystem,
	"GET /api/v1/inputs":              model.PermitSystem,
	"GET /api/v1/rules":               model.PermitSystem,
	"POST /api/v1/formats/try":        model.PermitSystem, // with the rules that are saved
	"GET /api/v1/deadletters":         model.PermitSystem,
	"GET /api/v1/dead-letters/groups": model.PermitSystem,

	"POST /api/v1/rules":              model.PermitOperate,
	"POST /api/v1/rules/order":        model.PermitOperate,
	"PUT /api/v1/rules/{id}":          model.PermitOperate,
	"DELETE /api/v1/rules/{id}":       model.PermitOperate,
	"POST /api/v1/deadletters/replay": model.PermitOperate,
	"GET /api/v1/logs/deletions":      model.PermitOperate,
	"GET /api/v1/logs/deletions/{id}": model.PermitOperate,

	"GET /api/v1/system/config":       model.PermitSettings,
	"GET /api/v1/system/backup":       model.PermitSettings,
	"PUT /api/v1/system/retention":    model.PermitSettings,
	"DELETE /api/v1/system/retention": model.PermitSettings,

	"POST /api/v1/logs/deletions":             model.PermitDelete,
	"POST /api/v1/logs/deletions/{id}/cancel": model.PermitDelete,

	"GET /api/v1/users":                       model.PermitAccess,
	"POST /api/v1/users":                      model.PermitAccess,
	"PUT /api/v1/users/{id}":                  model.PermitAccess,
	"DELETE /api/v1/users/{id}":               model.PermitAccess,
	"POST /api/v1/users/{id}/password":        model.PermitAccess,
	"POST /api/v1/users/{id}/sign-out":        model.PermitAccess,
	"DELETE /api/v1/users/{id}/second-factor": model.PermitAccess,
	"POST /api/v1/teams":                      model.PermitAccess,
	"PUT /api/v1/teams/{code}":                model.PermitAccess,
	"DELETE /api/v1/teams/{code}":             model.PermitAccess,
	"GET /api/v1/tokens":                      model.PermitAccess,
	"POST /api/v1/tokens":                     model.PermitAccess,
	"DELETE /api/v1/tokens/{id}":              model.PermitAccess,
	"GET /api/v1/roles":                       model.PermitAccess,
	"PUT /api/v1/roles/{role}":                model.PermitAccess,
	"PUT /api/v1/session/view":                model.PermitAccess,

	"GET /api/v1/audit":        model.PermitAudit,
	"GET /api/v1/audit/export": model.PermitAudit,
	"GET /api/v1/audit/verify": model.PermitAudit,

	// Senders of records, on the main port and on those of OTLP.
	"/insert/jsonline":                     model.PermitIngest,
	"/insert/jsonline/{$}":                 model.PermitIngest,
	"/insert/loki/api/v1/push":             model.PermitIngest,
	"/insert/loki/api/v1/push/{$}":         model.PermitIngest,
	"/insert/elasticsearch":                model.PermitIngest,
	"/insert/elasticsearch/":               model.PermitIngest,
	"/insert/opentelemetry/v1/logs":        model.PermitIngest,
	"/insert/opentelemetry/v1/metrics":     model.PermitIngest,
	"/insert/opentelemetry/v1/traces":      model.PermitIngest,
	"/insert/opentelemetry/api/v1/logs":    model.PermitIngest,
	"/insert/opentelemetry/api/v1/metrics": model.PermitIngest,
	"/insert/opentelemetry/api/v1/traces":  model.PermitIngest,
	"/v1/logs":                             model.PermitIngest,
	"/v1/metrics":                          model.PermitIngest,
	"/v1/traces":                           model.PermitIngest,
	"POST /insert/journald/upload":         model.PermitIngest,
	"POST /insert/journald/upload/{$}":     model.PermitIngest,
	"POST /insert/journald/upload/upload":  model.PermitIngest,

	"POST /internal/v1/unsealed": model.PermitMember,
	"GET /internal/v1/pipeline":  model.PermitMember,
}

// Permissions lists what each route wants, by its pattern.
func Permissions() map[string]model.Permission { return maps.Clone(permissions) }
