package api

import "github.com/haetae/haetae/internal/model"

// consolePattern has the files and pages of the console, which are the same for everybody.
const consolePattern = "/"

// setupPattern is the route by which the first administrator is made.
const setupPattern = "POST /api/v1/setup"

// right is who may use a route.
type right struct {
	wants model.Permission
	// costs says that it hands out a file that costs something: no page of another origin may start it, though that could not read it.
	costs bool
	// or is another permission that is enough, of who may read what he may change; "" when there is none.
	or model.Permission
	// inView lets who looks as somebody else use it with a method that changes things: it changes nothing, or ends the view.
	inView bool
}

// rights says who may use each route, by the pattern under which it is registered. A route without an entry is refused, so
// that nobody can forget one.
var rights = map[string]right{
	// What needs no sign-in: is the server there, the files of the console, who am I, and the ways to sign in.
	consolePattern:                      {wants: model.PermitNobody},
	"GET /healthz":                      {wants: model.PermitNobody},
	"GET /readyz":                       {wants: model.PermitNobody}, // says what is wrong only to those who may see the system
	"GET /api/docs":                     {wants: model.PermitNobody},
	"GET /api/v1/openapi.json":          {wants: model.PermitNobody},
	"GET /api/v1/openapi.yaml":          {wants: model.PermitNobody},
	"GET /api/v1/openapi-3.0.json":      {wants: model.PermitNobody},
	"GET /api/v1/openapi-3.0.yaml":      {wants: model.PermitNobody},
	"GET /api/v1/schemas/{schema}":      {wants: model.PermitNobody},
	"GET /api/v1/me":                    {wants: model.PermitNobody},
	setupPattern:                        {wants: model.PermitNobody},
	"POST /api/v1/session":              {wants: model.PermitNobody},
	"GET /api/v1/oidc/{provider}/start": {wants: model.PermitNobody},
	"GET /api/v1/oidc/callback":         {wants: model.PermitNobody},
	"/insert/loki/ready":                {wants: model.PermitNobody},

	// One's own account.
	"DELETE /api/v1/session":               {wants: model.PermitSelf, inView: true},
	"GET /api/v1/account/sessions":         {wants: model.PermitSelf},
	"DELETE /api/v1/account/sessions":      {wants: model.PermitSelf},
	"DELETE /api/v1/account/sessions/{id}": {wants: model.PermitSelf},
	"PUT /api/v1/account/password":         {wants: model.PermitSelf},
	"POST /api/v1/account/second-factor":   {wants: model.PermitSelf},
	"PUT /api/v1/account/second-factor":    {wants: model.PermitSelf},
	"DELETE /api/v1/account/second-factor": {wants: model.PermitSelf},
	"POST /api/v1/account/recovery-codes":  {wants: model.PermitSelf},
	"GET /api/v1/teams":                    {wants: model.PermitSelf, or: model.PermitAccess}, // names of one's own only, but for those who may change them
	"DELETE /api/v1/session/view":          {wants: model.PermitSelf, inView: true},

	// Records within the scope.
	"GET /api/v1/logs/query":              {wants: model.PermitRead},
	"GET /api/v1/logs/tail":               {wants: model.PermitRead},
	"GET /api/v1/logs/export":             {wants: model.PermitRead, costs: true},
	"GET /api/v1/logs/explain":            {wants: model.PermitRead},
	"GET /api/v1/logs/check":              {wants: model.PermitRead},
	"GET /api/v1/logs/language":           {wants: model.PermitRead},
	"GET /api/v1/logs/patterns":           {wants: model.PermitRead},
	"GET /api/v1/logs/patterns/{id}/vars": {wants: model.PermitRead},
	"GET /api/v1/queries":                 {wants: model.PermitRead},
	"GET /api/v1/queries/{id}":            {wants: model.PermitRead},
	"DELETE /api/v1/queries/{id}":         {wants: model.PermitRead},
	"GET /api/v1/formats":                 {wants: model.PermitRead},
	"GET /api/v1/status":                  {wants: model.PermitRead}, // says little to a scope that is not whole
	"/select/logsql/query":                {wants: model.PermitRead, inView: true},
	"/select/logsql/tail":                 {wants: model.PermitRead, inView: true},
	"/select/logsql/hits":                 {wants: model.PermitRead, inView: true},
	"/select/logsql/facets":               {wants: model.PermitRead, inView: true},
	"/select/logsql/stats_query":          {wants: model.PermitRead, inView: true},
	"/select/logsql/stats_query_range":    {wants: model.PermitRead, inView: true},
	"/select/logsql/field_names":          {wants: model.PermitRead, inView: true},
	"/select/logsql/field_values":         {wants: model.PermitRead, inView: true},
	"/select/logsql/streams":              {wants: model.PermitRead, inView: true},
	"/select/logsql/stream_ids":           {wants: model.PermitRead, inView: true},
	"/select/logsql/stream_field_names":   {wants: model.PermitRead, inView: true},
	"/select/logsql/stream_field_values":  {wants: model.PermitRead, inView: true},

	"GET /api/v1/saved-queries":         {wants: model.PermitSave},
	"POST /api/v1/saved-queries":        {wants: model.PermitSave},
	"PUT /api/v1/saved-queries/{id}":    {wants: model.PermitSave},
	"DELETE /api/v1/saved-queries/{id}": {wants: model.PermitSave},

	// Figures of the whole.
	"GET /metrics":                    {wants: model.PermitSystem},
	"GET /api/v1/system":              {wants: model.PermitSystem},
	"GET /api/v1/system/history":      {wants: model.PermitSystem},
	"GET /api/v1/system/retention":    {wants: model.PermitSystem},
	"GET /api/v1/pipeline":            {wants: model.PermitSystem},
	"GET /api/v1/pipeline/advice":     {wants: model.PermitSystem},
	"GET /api/v1/pipeline/events":     {wants: model.PermitSystem},
	"GET /api/v1/sources":             {wants: model.PermitSystem},
	"GET /api/v1/inputs":              {wants: model.PermitSystem},
	"GET /api/v1/rules":               {wants: model.PermitSystem},
	"POST /api/v1/formats/try":        {wants: model.PermitSystem, inView: true}, // with the rules that are saved
	"GET /api/v1/deadletters":         {wants: model.PermitSystem},
	"GET /api/v1/dead-letters/groups": {wants: model.PermitSystem},

	"POST /api/v1/rules":              {wants: model.PermitOperate},
	"POST /api/v1/rules/order":        {wants: model.PermitOperate},
	"PUT /api/v1/rules/{id}":          {wants: model.PermitOperate},
	"DELETE /api/v1/rules/{id}":       {wants: model.PermitOperate},
	"POST /api/v1/deadletters/replay": {wants: model.PermitOperate},
	"GET /api/v1/logs/deletions":      {wants: model.PermitOperate},
	"GET /api/v1/logs/deletions/{id}": {wants: model.PermitOperate},

	"GET /api/v1/system/config":       {wants: model.PermitSettings},
	"GET /api/v1/system/backup":       {wants: model.PermitSettings, costs: true},
	"PUT /api/v1/system/retention":    {wants: model.PermitSettings},
	"DELETE /api/v1/system/retention": {wants: model.PermitSettings},

	"POST /api/v1/logs/deletions":             {wants: model.PermitDelete},
	"POST /api/v1/logs/deletions/{id}/cancel": {wants: model.PermitDelete},

	"GET /api/v1/users":                       {wants: model.PermitAccess},
	"POST /api/v1/users":                      {wants: model.PermitAccess},
	"PUT /api/v1/users/{id}":                  {wants: model.PermitAccess},
	"DELETE /api/v1/users/{id}":               {wants: model.PermitAccess},
	"POST /api/v1/users/{id}/password":        {wants: model.PermitAccess},
	"POST /api/v1/users/{id}/sign-out":        {wants: model.PermitAccess},
	"DELETE /api/v1/users/{id}/second-factor": {wants: model.PermitAccess},
	"POST /api/v1/teams":                      {wants: model.PermitAccess},
	"PUT /api/v1/teams/{code}":                {wants: model.PermitAccess},
	"DELETE /api/v1/teams/{code}":             {wants: model.PermitAccess},
	"GET /api/v1/tokens":                      {wants: model.PermitAccess},
	"POST /api/v1/tokens":                     {wants: model.PermitAccess},
	"DELETE /api/v1/tokens/{id}":              {wants: model.PermitAccess},
	"GET /api/v1/roles":                       {wants: model.PermitAccess},
	"PUT /api/v1/roles/{role}":                {wants: model.PermitAccess},
	"PUT /api/v1/session/view":                {wants: model.PermitAccess},

	"GET /api/v1/audit":        {wants: model.PermitAudit},
	"GET /api/v1/audit/export": {wants: model.PermitAudit, costs: true},
	"GET /api/v1/audit/verify": {wants: model.PermitAudit},

	// Senders of records, on the main port and on those of OTLP.
	"/insert/jsonline":                     {wants: model.PermitIngest},
	"/insert/jsonline/{$}":                 {wants: model.PermitIngest},
	"/insert/loki/api/v1/push":             {wants: model.PermitIngest},
	"/insert/loki/api/v1/push/{$}":         {wants: model.PermitIngest},
	"/insert/elasticsearch":                {wants: model.PermitIngest},
	"/insert/elasticsearch/":               {wants: model.PermitIngest},
	"/insert/opentelemetry/v1/logs":        {wants: model.PermitIngest},
	"/insert/opentelemetry/v1/metrics":     {wants: model.PermitIngest},
	"/insert/opentelemetry/v1/traces":      {wants: model.PermitIngest},
	"/insert/opentelemetry/api/v1/logs":    {wants: model.PermitIngest},
	"/insert/opentelemetry/api/v1/metrics": {wants: model.PermitIngest},
	"/insert/opentelemetry/api/v1/traces":  {wants: model.PermitIngest},
	"/v1/logs":                             {wants: model.PermitIngest},
	"/v1/metrics":                          {wants: model.PermitIngest},
	"/v1/traces":                           {wants: model.PermitIngest},
	"POST /insert/journald/upload":         {wants: model.PermitIngest},
	"POST /insert/journald/upload/{$}":     {wants: model.PermitIngest},
	"POST /insert/journald/upload/upload":  {wants: model.PermitIngest},

	"POST /internal/v1/unsealed": {wants: model.PermitMember},
	"GET /internal/v1/pipeline":  {wants: model.PermitMember},
}

// Permissions lists what each route wants, by its pattern.
func Permissions() map[string]model.Permission {
	list := make(map[string]model.Permission, len(rights))
	for pattern, r := range rights {
		list[pattern] = r.wants
	}
	return list
}
