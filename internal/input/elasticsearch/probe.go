package elasticsearch

import (
	"net/http"
	"strings"
)

// version is what clients read from the root. Shippers compare it with their own before they send; it says
// which form of the bulk protocol is spoken here.
const version = "8.19.0"

const rootBody = `{"name":"haetae","cluster_name":"haetae","cluster_uuid":"aGFldGFlLWxvZy1pbnRha2Ux",` +
	`"version":{"number":"` + version + `","build_flavor":"default","build_type":"tar","build_hash":"unknown",` +
	`"build_date":"2026-01-01T00:00:00.000Z","build_snapshot":false,"lucene_version":"9.12.0",` +
	`"minimum_wire_compatibility_version":"7.17.0","minimum_index_compatibility_version":"7.0.0"},` +
	`"tagline":"You Know, for Search"}` + "\n"

// probes are the answers to what shippers ask before and after they send, by the first segment of the path.
// Nothing of it is kept: there are no templates, policies or pipelines to manage here.
var probes = map[string]string{
	"_license": `{"license":{"status":"active","uid":"00000000-0000-0000-0000-000000000000","type":"basic",` +
		`"issue_date":"2026-01-01T00:00:00.000Z","issue_date_in_millis":1767225600000,"max_nodes":1000,` +
		`"max_resource_units":null,"issued_to":"haetae","issuer":"haetae","start_date_in_millis":-1}}`,
	"_xpack": `{"build":{},"license":{"uid":"00000000-0000-0000-0000-000000000000","type":"basic","mode":"basic",` +
		`"status":"active"},"features":{"ilm":{"available":false,"enabled":false},` +
		`"security":{"available":false,"enabled":false}},"tagline":""}`,
	"_cluster": `{"cluster_name":"haetae","status":"green","timed_out":false,"number_of_nodes":1,` +
		`"number_of_data_nodes":1,"active_primary_shards":1,"active_shards":1,"relocating_shards":0,` +
		`"initializing_shards":0,"unassigned_shards":0,"delayed_unassigned_shards":0,"number_of_pending_tasks":0,` +
		`"number_of_in_flight_fetch":0,"task_max_waiting_in_queue_millis":0,"active_shards_percent_as_number":100.0}`,
	"_nodes":              `{"_nodes":{"total":1,"successful":1,"failed":0},"cluster_name":"haetae","nodes":{}}`,
	"_template":           `{}`,
	"_index_template":     `{"index_templates":[]}`,
	"_component_template": `{"component_templates":[]}`,
	"_data_stream":        `{"data_streams":[]}`,
	"_ilm":                `{}`,
	"_ingest":             `{}`,
	"_alias":              `{}`,
	"_aliases":            `{}`,
}

const (
	acknowledged = `{"acknowledged":true,"shards_acknowledged":true}`
	refreshed    = `{"_shards":{"total":1,"successful":1,"failed":0}}`
)

// probe answers everything that stores nothing.
func (h *handler) probe(w http.ResponseWriter, r *http.Request, path []string) {
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	var first, last string
	if len(path) > 0 {
		first, last = path[0], path[len(path)-1]
	}
	answer, known := probes[first]
	switch {
	case len(path) == 0 && read:
		h.answer(w, r, http.StatusOK, rootBody)
	case last == "_refresh" || last == "_flush":
		h.answer(w, r, http.StatusOK, refreshed)
	case known && (read || r.Method == http.MethodPost && first == "_nodes"):
		h.answer(w, r, http.StatusOK, answer)
	case known && (r.Method == http.MethodPut || r.Method == http.MethodPost):
		h.answer(w, r, http.StatusOK, acknowledged)
	case len(path) == 1 && !strings.HasPrefix(first, "_") && (r.Method == http.MethodHead || r.Method == http.MethodPut):
		h.answer(w, r, http.StatusOK, acknowledged) // an index is there as soon as somebody writes to it
	default:
		h.fail(w, r, http.StatusNotFound, "resource_not_found_exception",
			r.Method+" /"+strings.Join(path, "/")+" is not known here: documents are sent to _bulk, INDEX/_bulk, "+
				"INDEX/_doc and INDEX/_create; questions are asked at /select/logsql/query")
	}
}
