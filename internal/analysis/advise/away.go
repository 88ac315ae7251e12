package advise

import "github.com/haetae/haetae/internal/model"

// away names brokers that do not answer: senders may wait for them, so nothing else is as urgent.
func away(f *Figures) *model.Advice {
	n := 0
	for _, b := range f.Brokers {
		if b.Away {
			n++
		}
	}
	v := values{"brokers": float64(len(f.Brokers)), "away": float64(n)}
	switch n {
	case 0:
		return nil
	case len(f.Brokers):
		return urgent("away", "brokers_away", v)
	}
	return urgent("away", "broker_away", v)
}
