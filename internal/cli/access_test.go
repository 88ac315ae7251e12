package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// known is an Access with users and tokens of a test.
type known struct {
	Access
	users  []model.User
	tokens []model.Token
}

func (k known) Users(context.Context) ([]model.User, error)   { return k.users, nil }
func (k known) Tokens(context.Context) ([]model.Token, error) { return k.tokens, nil }

func (k known) RevokeToken(context.Context, string) (model.Token, error) {
	return model.Token{}, model.ErrNotFound
}

// unwritable is an output without room.
type unwritable struct{}

func (unwritable) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// revoking remembers what is revoked.
type revoking struct {
	known
	fault   error
	revoked string
}

func (r *revoking) RevokeToken(_ context.Context, id string) (model.Token, error) {
	r.revoked = id
	return model.Token{}, r.fault
}

// A token that cannot be written would be valid, and nobody would have it.
func TestTokensThatCannotBeWrittenAreRevoked(t *testing.T) {
	for _, c := range []struct {
		fault error
		want  string
	}{
		{nil, "so it is revoked again"},
		{errors.New("the server is away"), "revoke t7: it could not be revoked at once: the server is away"},
	} {
		r := &revoking{fault: c.fault}
		err := CreateToken{Access: r, Token: model.Token{ID: "t7"}, Out: unwritable{}, Err: io.Discard}.Run(t.Context())
		if r.revoked != "t7" || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("revoked %q, error %v", r.revoked, err)
		}
	}
}

func (k known) AddToken(_ context.Context, t model.Token) (model.Token, string, error) {
	return t, "text", nil
}

// Who sees everything, a part and nothing look different, and so do users that are disabled.
func TestUsersShowWhatTheySee(t *testing.T) {
	var out strings.Builder
	users := []model.User{
		{Name: "all", Role: model.RoleViewer, Everything: true},
		{Name: "part", Role: model.RoleViewer, Teams: []string{"net", "pay"}, Disabled: true},
		{Name: "none", Role: model.RoleViewer},
		{Name: "root", Role: model.RoleAdmin},
	}
	if err := (ListUsers{Access: known{users: users}, Out: &out}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"all", "everything", "no"}, {"part", "net,pay", "yes"}, {"none", "nothing", "no"}, {"root", "everything", "no"}}
	lines := strings.Split(out.String(), "\n")[1:]
	for i, w := range want {
		if f := strings.Fields(lines[i]); f[0] != w[0] || f[3] != w[1] || f[4] != w[2] {
			t.Errorf("%q, want %q", lines[i], w)
		}
	}
}

// A token that is over says so, one that is not there is named, and one that can send nothing is told of where no program reads.
func TestTokensSayWhatTheyAreWorth(t *testing.T) {
	past, later := time.Unix(0, 0), time.Now().Add(time.Hour)
	k := known{tokens: []model.Token{{ID: "old", Expires: &past}, {ID: "new", Expires: &later}, {ID: "ever"}}}
	var out strings.Builder
	if err := (ListTokens{Access: k, Out: &out}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if strings.Contains(line, "(expired)") != strings.HasPrefix(line, "old") {
			t.Errorf("%q", line)
		}
	}
	if err := (RevokeToken{Access: k, ID: "nosuch", Out: &out}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no token nosuch") {
		t.Errorf("revoking says %v", err)
	}
	for _, c := range []struct {
		role     model.Role
		datasets []string
		warned   bool
	}{
		{model.RoleIngest, []string{"traps"}, true},
		{model.RoleIngest, []string{"logs", "traps"}, false},
		{model.RoleIngest, nil, false},
		{model.RoleViewer, []string{"traps"}, false},
	} {
		var out, warned strings.Builder
		err := CreateToken{Access: k, Token: model.Token{Role: c.role, Datasets: c.datasets}, Out: &out, Err: &warned}.Run(t.Context())
		if err != nil || out.String() != "text\n" || c.warned != (warned.Len() > 0) {
			t.Errorf("%v: %v, out %q, warned %q", c, err, out.String(), warned.String())
		}
	}
}
