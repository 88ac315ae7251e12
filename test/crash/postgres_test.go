package crash

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/test/postgres"
	"github.com/haetae/haetae/test/server"
)

// TestKillOnPostgres kills the server, and restarts the database below it, while senders are at it.
func TestKillOnPostgres(t *testing.T) {
	const rounds = 12
	until := soak(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	db := postgres.Start(t)
	s := server.New(t, "store.meta.type=postgres", "store.meta.dsn="+db.Database(t))
	senders := newSenders()
	n := 0
	for ; n < rounds || time.Now().Before(until); n++ {
		s.Run(t)
		stop := make(chan struct{})
		var all sync.WaitGroup
		for i, snd := range senders {
			all.Go(func() { snd.run(s.URL(""), rand.New(rand.NewPCG(seed, uint64(n*100+i))), stop) })
		}
		time.Sleep(time.Duration(rng.IntN(400)) * time.Millisecond) // the random moment
		if n%3 == 2 {
			db.Stop()
			waitLoad(t, senders) // they are answered from the queue
			db.Run(t)
		}
		s.Kill()
		close(stop)
		all.Wait()
	}
	accountRows(t, s, senders, fmt.Sprintf("kill -9 %d times on PostgreSQL, which was away %d times", n, n/3))
}
