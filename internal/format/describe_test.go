package format

import "testing"

// An example that is taken for another format would mislead whoever reads it.
func TestExamplesAreRecognised(t *testing.T) {
	all := Describe()
	if len(all) != len(examples) || len(all) < 15 {
		t.Fatalf("%d formats are described, %d have an example", len(all), len(examples))
	}
	for _, d := range all {
		f, _, ok := Recognise(d.Example, nil, receipt)
		if !ok || f.Name() != d.Name {
			t.Errorf("the example of %s is %v", d.Name, f)
		}
		if d.Summary == "" {
			t.Errorf("%s has no summary", d.Name)
		}
	}
}
