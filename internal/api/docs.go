package api

import (
	"crypto/rand"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsHTML string

var docsTemplate = template.Must(template.New("docs").Funcs(template.FuncMap{
	"typeName": typeName,
	"lower":    strings.ToLower,
}).Parse(docsHTML))

type docsOperation struct {
	Method, Path string
	*huma.Operation
}

type docsCode struct {
	Code, Title string
	Status      int
}

type docsSchema struct {
	Name string
	*huma.Schema
}

// registerDocs serves the description as a page for people at /api/docs, without scripts.
func registerDocs(mux *http.ServeMux, doc *huma.OpenAPI) {
	mux.HandleFunc("GET /api/docs", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		nonce := rand.Text()
		w.Header().Set("Content-Security-Policy", apiPolicy+"; style-src 'nonce-"+nonce+"'")
		_ = docsTemplate.Execute(w, map[string]any{ // the client may be gone
			"Nonce": nonce, "Doc": doc, "Operations": operations(doc), "Codes": sortedCodes(), "Schemas": schemas(doc),
		})
	})
}

func operations(doc *huma.OpenAPI) []docsOperation {
	var ops []docsOperation
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete, "PATCH": item.Patch} {
			if op != nil {
				ops = append(ops, docsOperation{method, path, op})
			}
		}
	}
	slices.SortFunc(ops, func(a, b docsOperation) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	return ops
}

func schemas(doc *huma.OpenAPI) []docsSchema {
	var all []docsSchema
	for name, schema := range doc.Components.Schemas.Map() {
		all = append(all, docsSchema{name, schema})
	}
	slices.SortFunc(all, func(a, b docsSchema) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func sortedCodes() []docsCode {
	var all []docsCode
	for code, c := range codes {
		all = append(all, docsCode{code, c.title, c.status})
	}
	slices.SortFunc(all, func(a, b docsCode) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// typeName writes a schema's type as people do: text, list of Source.
func typeName(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	case s.Type == huma.TypeArray:
		return "list of " + typeName(s.Items)
	}
	return s.Type
}
