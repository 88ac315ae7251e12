// Package api is the HTTP face of Haetae: its own API at /api/v1 with an OpenAPI 3.1 description generated from
// these types, and VictoriaLogs' query paths at /select/logsql. Handlers are thin: they read parameters, call
// what the application hands in, and write the answer.
package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Engine runs queries over the stores.
type Engine interface {
	// Run hands result rows to emit, which is never called concurrently; the batch is valid during the call.
	// Errors: *model.LimitError, context errors, or the store's.
	Run(ctx context.Context, r Request, emit func(*logsql.Batch) error) (Stats, error)
	// CheckTail says why a query cannot be followed; nil when it can.
	CheckTail(q *logsql.Query) error
	// Tail follows new rows until ctx ends or emit fails. Chunks without rows keep the cursor moving; the first one
	// comes at once, unless the tail is refused.
	Tail(ctx context.Context, r TailRequest, emit func(TailChunk) error) error
}

// Request is one query with the time range of its page: Min <= _time <= Max in ns since the epoch.
type Request struct {
	Scope    model.Scope
	Query    *logsql.Query
	Min, Max int64
	Memory   int64 // bytes that it may hold; 0 means the server's bound, which is never exceeded
	Timeout  int64 // ns; 0 means the server's bound
	// Page asks for the first rows of an order; nil when the query's pipes say which rows it wants.
	Page *model.Page
	// Text is the query as it was asked, and ID the name that the caller gave it, for the list of queries.
	Text, ID string
	Progress *model.Progress // written meanwhile; may be nil
	Explain  *model.Explain  // written at the end; may be nil
	// Reads is told of the datasets of each search before it begins, also of those for queries within the query, several at a
	// time; may be nil.
	Reads func(datasets []string)
}

// Stats says what a query cost.
type Stats struct {
	SegmentsTotal  int    `json:"segments_total" doc:"segments in the queried datasets"`
	SegmentsRead   int    `json:"segments_read" doc:"segments of which at least one block was read"`
	BlocksTotal    int    `json:"blocks_total"`
	BlocksRead     int    `json:"blocks_read"`
	RowsScanned    int64  `json:"rows_scanned"`
	RowsMatched    int64  `json:"rows_matched"`
	BytesRead      int64  `json:"bytes_read" doc:"compressed bytes read from segments"`
	DurationMillis int64  `json:"duration_ms"`
	CompleteUpTo   string `json:"complete_up_to,omitempty" doc:"everything received until this time was searched, RFC 3339"`
	Partial        bool   `json:"partial" doc:"something could not be searched"`
	PartialReason  string `json:"partial_reason,omitempty"`
	// First and Last are the places of the first and last row of a page that has any.
	First model.Place `json:"-"`
	Last  model.Place `json:"-"`
}

// TailRequest follows a query. Cursor is what an earlier chunk carried, or empty for "from now".
type TailRequest struct {
	Scope   model.Scope
	Query   *logsql.Query
	Cursor  string
	Text    string // as asked, for the list of queries
	ID      string
	MaxRate int                     // rows shown in a second; 0 shows all
	Reads   func(datasets []string) // as in Request
}

// TailChunk is a run of new rows in order of arrival within each partition.
type TailChunk struct {
	Rows    *logsql.Batch // nil when the chunk only moves the cursor
	Skipped int64         // rows passed over since the last chunk because the reader was slow
	Sampled int64         // rows that matched and were left out since the last chunk, to keep to MaxRate
	Cursor  string
}

// Options are what the application hands in.
type Options struct {
	Version   string
	Engine    Engine
	Status    func() Status
	Sources   func() SourceList
	Inputs    func() []InputType
	Saved     SavedQueries
	Rules     Rules
	Try       func(TryRequest) (TryResult, error)
	Letters   Letters
	Deletions Deletions
	Backups   Backups
	System    SystemSource
	Advice    func(context.Context) (PipelineAdvice, error)
	Pipeline  PipelineSource
	Keeper    RetentionKeeper
	Log       *slog.Logger
	Patterns  func(scope model.Scope) PatternBook // of what queries of a scope have seen
	Access    Access
	Providers []Provider // of OpenID Connect
	// SignInWith lets in whom they know.
	SignInWith SignInWith
	// OpenIngest says that records of this machine itself need no token.
	OpenIngest bool
	// Audit writes an entry of the audit trail; an error means that it is not written. nil writes none.
	Audit func(ctx context.Context, e model.AuditEntry) error
	Trail Trail
}

type server struct {
	Options
	queries  *queries
	unlisted Engine // for queries that are a part of one that is listed

	letterGroups sharedGroups
	throttled    attempts
}

// Register adds all routes of the package to mux and returns the OpenAPI description.
func Register(mux *http.ServeMux, o Options) *huma.OpenAPI {
	s := &server{Options: o, queries: newQueries(), unlisted: o.Engine}
	s.Engine = &tracked{Engine: o.Engine, queries: s.queries, audit: s.audit}
	huma.NewError = newHumaError
	cfg := huma.DefaultConfig("Haetae", o.Version)
	cfg.Info.Description = "Logs of the whole infrastructure: search, follow, and see who sends. Errors are RFC 9457 problems."
	cfg.OpenAPIPath = "/api/v1/openapi"
	cfg.SchemasPath = "/api/v1/schemas"
	cfg.DocsPath = ""     // docs.go serves them without outside scripts
	cfg.CreateHooks = nil // no $schema member in answers
	cfg.Transformers = append(cfg.Transformers, answeredProblem)
	a := humago.New(mux, cfg)
	s.registerLogs(a)
	s.registerPatterns(a)
	s.registerExplain(a)
	s.registerLanguage(a)
	s.registerQueries(a)
	s.registerExport(a)
	s.registerStatus(a)
	s.registerSystem(a)
	s.registerAdvice(a)
	s.registerPipeline(a)
	s.registerRetention(a)
	s.registerSources(a)
	s.registerInputs(a)
	s.registerSaved(a)
	s.registerFormats(a)
	s.registerRules(a)
	s.registerLetters(a)
	s.registerDeletions(a)
	s.registerBackup(a)
	s.registerAccess(a)
	s.registerAudit(a)
	s.registerOIDC(mux)
	s.registerLogsQL(mux)
	registerDocs(mux, a.OpenAPI())
	return a.OpenAPI()
}
