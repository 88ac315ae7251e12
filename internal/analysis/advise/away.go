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
	switch v := (values{"brokers": float64(len(f.Brokers)), "away": float64(n)}); {
	case f.Away && len(f.Brokers) == 0: // none has answered since the start
		return urgent("away", "brokers_away", values{"brokers": float64(f.Seeds)})
	case n == 0:
		return nil
	case n == len(f.Brokers):
		return urgent("away", "brokers_away", v)
	default:
		return urgent("away", "broker_away", v)
	}
}
