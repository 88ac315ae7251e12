package api

import "github.com/danielgtaylor/huma/v2"

// limits are the most characters of texts and the most members of lists, by the names of properties.
type limits map[string]int

// on writes the limits into the description of a body, where the OpenAPI layer holds requests to them; tags cannot name the
// constants that internal/access holds everybody to.
func (l limits) on(s *huma.Schema) *huma.Schema {
	for name, most := range l {
		switch p := s.Properties[name]; {
		case p == nil: // this body lacks it
		case p.Type == huma.TypeArray:
			p.MaxItems = &most
		default:
			p.MaxLength = &most
		}
	}
	return s
}
