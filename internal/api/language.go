package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/logsql"
)

// Word is a word of LogsQL as completion offers it.
type Word struct {
	Name   string `json:"name"`
	Syntax string `json:"syntax" doc:"how it is written"`
	Help   string `json:"help" doc:"what it does, in one line of English; the console words it by name"`
}

// Language lists the words of LogsQL that this server reads.
type Language struct {
	Filters        []Word `json:"filters" doc:"forms of filters other than functions"`
	Functions      []Word `json:"functions" doc:"functions of filters"`
	Pipes          []Word `json:"pipes" doc:"by their main names"`
	StatsFunctions []Word `json:"stats_functions"`
}

type languageOutput struct {
	Body Language
}

// queryLanguage gives the parser's own tables, so that what is offered and what is read cannot differ.
func queryLanguage() Language {
	return Language{
		Filters: words(logsql.Filters), Functions: words(logsql.Functions),
		Pipes: words(logsql.Pipes), StatsFunctions: words(logsql.StatsFunctions),
	}
}

func words(entries []logsql.Entry) []Word {
	out := make([]Word, len(entries))
	for i, e := range entries {
		out[i] = Word(e)
	}
	return out
}

type checkInput struct {
	Query string `query:"query" doc:"LogsQL, perhaps unfinished"`
	As    string `query:"as" enum:"query,stream_filter" default:"query" doc:"stream_filter for what a team or token is bounded to"`
}

type checkOutput struct {
	Body struct {
		Problem *Problem `json:"problem,omitempty" doc:"what is wrong with the query; missing when it can be run"`
	}
}

func (s *server) registerLanguage(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "check-logs-query", Method: http.MethodGet, Path: "/api/v1/logs/check", Tags: []string{"logs"},
		Summary: "Whether a query can be read, without running it",
	}, func(_ context.Context, in *checkInput) (*checkOutput, error) {
		var out checkOutput
		var err error
		if in.As == "stream_filter" {
			_, err = s.Access.CheckStream(in.Query)
		} else {
			_, err = s.parse(in.Query, "", "", time.Now())
		}
		if err != nil {
			out.Body.Problem = problemOf(err)
		}
		return &out, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "get-logs-language", Method: http.MethodGet, Path: "/api/v1/logs/language", Tags: []string{"logs"},
		Summary: "The words of the query language, for completion and help",
	}, func(context.Context, *struct{}) (*languageOutput, error) {
		return &languageOutput{Body: queryLanguage()}, nil
	})
}
