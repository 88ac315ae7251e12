package app

// problemFull is the code of a queue that takes nothing because a bound is reached.
const problemFull = "queue.full"

// tellRefusals makes it a problem when a bound of the queue has sent everybody away for seconds.
func (a *app) tellRefusals() {
	q, ok := a.queue.(interface{ Refuses() string })
	if !ok { // Kafka's bounds are the brokers' own
		return
	}
	bound := q.Refuses()
	if bound == "" {
		a.health.clear(problemFull)
		return
	}
	text := "the disk has no room left for " + a.cfg.Data + "/queue: free some, or lower store.logs.max_size"
	if bound != "disk" {
		text = bound + " is reached: the store is slower than the senders, or cannot write; raise it, or look at the other problems"
	}
	a.health.set(problemFull, "senders are told to wait, "+text)
}
