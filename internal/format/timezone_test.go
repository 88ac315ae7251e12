package format

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
)

// Views read a line without the zone of its receipt. A line that was recognised by its zone's own abbreviation
// would lose its views if the end of its time could not be found without it.
func TestViewsOfAnyZone(t *testing.T) {
	for _, name := range []string{
		"Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Maputo", "Africa/Nairobi", "America/Adak",
		"America/Anchorage", "America/Chicago", "America/Denver", "America/Halifax", "America/Havana",
		"America/Los_Angeles", "America/New_York", "America/St_Johns", "Asia/Hong_Kong", "Asia/Jakarta",
		"Asia/Jayapura", "Asia/Jerusalem", "Asia/Karachi", "Asia/Kolkata", "Asia/Makassar", "Asia/Manila",
		"Asia/Seoul", "Asia/Shanghai", "Asia/Tokyo", "Australia/Adelaide", "Australia/Perth", "Australia/Sydney",
		"Europe/Athens", "Europe/Berlin", "Europe/Dublin", "Europe/Lisbon", "Europe/London", "Europe/Moscow",
		"Pacific/Auckland", "Pacific/Honolulu", "Pacific/Pago_Pago", "UTC",
	} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, month := range []time.Month{time.January, time.July} {
			at := time.Date(2026, month, 15, 9, 30, 0, 0, loc)
			z := Zone{Location: loc, Now: at.UnixNano()}
			for _, c := range []struct{ layout, text, format, view, want string }{
				{"2006-01-02 15:04:05 MST", " ERROR [main] com.x.Foo - boom", "java@1", "log.logger", "com.x.Foo"},
				{"Jan 02 15:04:05 MST", " web-1 sshd[7]: text", "syslog-3164@1", "service.name", "sshd"},
				{"2006-01-02 15:04:05 MST", ` level=warn msg="x" a=b`, "logfmt@1", "a", "b"},
			} {
				line := at.Format(c.layout) + c.text
				f, h, ok := Recognise(line, nil, z)
				if !ok || f.Name() != c.format || h.Time != at.UnixNano() {
					t.Errorf("%s: %s: recognised %v, time %d, want %s, %d", name, line, ok, h.Time, c.format, at.UnixNano())
					continue
				}
				got := ""
				for _, v := range f.Views(line, nil) {
					if v.Name == c.view {
						got = v.Value
					}
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s: %s: view %s (-want +got):\n%s", name, line, c.view, diff)
				}
			}
		}
	}
}
