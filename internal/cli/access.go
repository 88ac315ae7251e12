package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Access makes users and tokens: a server does, or the metadata of a data folder that no server has open.
type Access interface {
	AddToken(ctx context.Context, t model.Token) (added model.Token, text string, err error)
	Tokens(ctx context.Context) ([]model.Token, error)
	RevokeToken(ctx context.Context, id string) (model.Token, error)
	AddUser(ctx context.Context, u model.User, password string) (added model.User, made string, err error)
	Users(ctx context.Context) ([]model.User, error)
	ResetPassword(ctx context.Context, id string) (password string, err error)
	ResetSecondFactor(ctx context.Context, id string) error
}

// Answers reports whether a server answers on the socket of the data folder.
func (s Server) Answers(ctx context.Context) bool {
	body, err := s.client().get(ctx, "/healthz", url.Values{}, nil)
	if err != nil {
		return false
	}
	return body.Close() == nil
}

// Access is that of a server.
func (s Server) Access() Access { return serverAccess{s.client()} }

type serverAccess struct{ *client }

func (s serverAccess) AddToken(ctx context.Context, t model.Token) (model.Token, string, error) {
	var made struct {
		model.Token
		Secret string `json:"secret"`
	}
	order := map[string]any{"name": t.Name, "role": t.Role, "datasets": append([]string{}, t.Datasets...), "stream": t.Stream}
	if t.Expires != nil {
		order["expires"] = t.Expires
	}
	err := s.call(ctx, http.MethodPost, "/api/v1/tokens", order, &made)
	return made.Token, made.Secret, err
}

func (s serverAccess) Tokens(ctx context.Context) ([]model.Token, error) {
	var list struct {
		Tokens []model.Token `json:"tokens"`
	}
	err := s.call(ctx, http.MethodGet, "/api/v1/tokens", nil, &list)
	return list.Tokens, err
}

func (s serverAccess) RevokeToken(ctx context.Context, id string) (model.Token, error) {
	return model.Token{ID: id}, s.remove(ctx, "/api/v1/tokens/"+url.PathEscape(id))
}

func (s serverAccess) ResetSecondFactor(ctx context.Context, id string) error {
	return s.remove(ctx, "/api/v1/users/"+url.PathEscape(id)+"/second-factor")
}

// remove asks for something to be deleted, which has no answer.
func (s serverAccess) remove(ctx context.Context, path string) error {
	body, err := s.do(ctx, http.MethodDelete, path, nil, nil)
	if err != nil {
		return err
	}
	return body.Close()
}

func (s serverAccess) AddUser(ctx context.Context, u model.User, password string) (model.User, string, error) {
	var made struct {
		model.User
		Password string `json:"password"`
	}
	order := map[string]any{
		"name": u.Name, "full_name": u.FullName, "email": u.Email, "role": u.Role, "everything": u.Everything, "teams": append([]string{}, u.Teams...),
	}
	if password != "" {
		order["password"] = password
	}
	err := s.call(ctx, http.MethodPost, "/api/v1/users", order, &made)
	return made.User, made.Password, err
}

func (s serverAccess) Users(ctx context.Context) ([]model.User, error) {
	var list struct {
		Users []model.User `json:"users"`
	}
	err := s.call(ctx, http.MethodGet, "/api/v1/users", nil, &list)
	return list.Users, err
}

func (s serverAccess) ResetPassword(ctx context.Context, id string) (string, error) {
	var made struct {
		Password string `json:"password"`
	}
	err := s.call(ctx, http.MethodPost, "/api/v1/users/"+url.PathEscape(id)+"/password", nil, &made)
	return made.Password, err
}

// CreateToken makes a token and writes it: alone when a program reads it, with what to do with it for a person.
type CreateToken struct {
	Access   Access
	Token    model.Token
	Terminal bool
	Out, Err io.Writer // Err is warned of a token that is of no use
}

// Run makes the token. One that could not be written is revoked: nobody has it.
func (c CreateToken) Run(ctx context.Context) error {
	added, text, err := c.Access.AddToken(ctx, c.Token)
	if err != nil {
		return err
	}
	fault := c.write(added, text)
	if fault == nil {
		return nil
	}
	if _, err := c.Access.RevokeToken(context.WithoutCancel(ctx), added.ID); err != nil {
		return fmt.Errorf("cannot write the token: %w; nobody has it, so revoke %s: it could not be revoked at once: %w", fault, added.ID, err)
	}
	return fmt.Errorf("cannot write the token, so it is revoked again: %w", fault)
}

func (c CreateToken) write(added model.Token, text string) error {
	if p := (model.Principal{Send: added.Datasets}); (added.Role == model.RoleIngest || added.Role == model.RoleAgent) && len(added.Datasets) > 0 && !p.MaySend(model.DatasetLogs) {
		fmt.Fprintf(c.Err, "haetae: this token cannot send anything yet: senders send to %s, and it is bounded to %s\n", model.DatasetLogs, strings.Join(added.Datasets, ","))
	}
	if !c.Terminal {
		_, err := fmt.Fprintln(c.Out, text)
		return err
	}
	until := "until it is revoked: haetae token revoke " + added.ID
	if added.Expires != nil {
		until = "until " + added.Expires.Local().Format(time.DateTime)
	}
	_, err := fmt.Fprintf(c.Out, "%s\n\nThis is the token %q; it is not shown again. It holds %s\nPrograms send it as Authorization: Bearer TOKEN.\n", text, added.Name, until)
	return err
}

// ListTokens writes a table of all tokens, without what is secret of them.
type ListTokens struct {
	Access Access
	Out    io.Writer
}

// Run writes the table.
func (l ListTokens) Run(ctx context.Context) error {
	list, err := l.Access.Tokens(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(l.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tROLE\tDATASETS\tSTREAM\tEXPIRES\tLAST USED\tFROM")
	for _, t := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Name, t.Role, orDash(strings.Join(t.Datasets, ",")), orDash(t.Stream),
			expiryText(t.Expires, time.Now()), momentText(t.LastUsed), orDash(t.LastAddress))
	}
	return w.Flush()
}

func momentText(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.Local().Format("2006-01-02 15:04")
}

func expiryText(t *time.Time, now time.Time) string {
	if t != nil && !t.After(now) {
		return momentText(t) + " (expired)"
	}
	return momentText(t)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// RevokeToken revokes a token by its id, or by all of its text.
type RevokeToken struct {
	Access Access
	ID     string
	Out    io.Writer
}

// Run revokes the token.
func (r RevokeToken) Run(ctx context.Context) error {
	id := r.ID
	if parts := strings.Split(id, "_"); len(parts) == 3 {
		id = parts[1]
	}
	_, err := r.Access.RevokeToken(ctx, id)
	if problem := (*Problem)(nil); errors.Is(err, model.ErrNotFound) || errors.As(err, &problem) && problem.Code == "not_found" {
		return fmt.Errorf("there is no token %s; haetae token list shows all", id)
	}
	if err != nil {
		return fmt.Errorf("cannot revoke the token %s: %w", id, err)
	}
	_, err = fmt.Fprintf(r.Out, "the token %s is revoked\n", id)
	return err
}

// AddUser makes a user. Without a password one is made and written, as CreateToken writes a token.
type AddUser struct {
	Access   Access
	User     model.User
	Password string
	Terminal bool
	Out      io.Writer
}

// Run makes the user.
func (a AddUser) Run(ctx context.Context) error {
	added, made, err := a.Access.AddUser(ctx, a.User, a.Password)
	if err != nil {
		return err
	}
	return passwordText(a.Out, a.Terminal, added.Name, made)
}

// passwordText writes a password that was made, if one was.
func passwordText(out io.Writer, terminal bool, name, made string) error {
	var err error
	switch {
	case made == "":
		_, err = fmt.Fprintf(out, "%s can sign in, and is then asked for another password\n", name)
	case terminal:
		_, err = fmt.Fprintf(out, "%s\n\nThis is the password of %s until the next sign-in, which asks for another one.\n", made, name)
	default:
		_, err = fmt.Fprintln(out, made)
	}
	return err
}

// ListUsers writes a table of all users.
type ListUsers struct {
	Access Access
	Out    io.Writer
}

// Run writes the table.
func (l ListUsers) Run(ctx context.Context) error {
	list, err := l.Access.Users(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(l.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tFULL NAME\tROLE\tSEES\tDISABLED\tSIGNS IN BY\tSECOND FACTOR\tLAST SIGN-IN")
	for _, u := range list {
		by := "password"
		if u.Provider != "" {
			by = u.Provider
		}
		var last *time.Time
		if !u.LastSignIn.IsZero() {
			last = &u.LastSignIn
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", u.Name, orDash(u.FullName), u.Role, sees(&u), yesNo(u.Disabled), by, yesNo(u.SecondFactor), momentText(last))
	}
	return w.Flush()
}

// sees names what a user sees: everything, or that of teams.
func sees(u *model.User) string {
	switch {
	case u.Everything || u.Role == model.RoleAdmin:
		return "everything"
	case len(u.Teams) > 0:
		return strings.Join(u.Teams, ",")
	}
	return "nothing"
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// ResetPassword makes a new password for a user who cannot get in, and writes it as CreateToken writes a token.
type ResetPassword struct {
	Access       Access
	Name         string
	SecondFactor bool // removes that too: the phone is lost, and the recovery codes are
	Terminal     bool
	Out          io.Writer
}

// Run makes the password.
func (r ResetPassword) Run(ctx context.Context) error {
	list, err := r.Access.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range list {
		if strings.EqualFold(u.Name, r.Name) {
			made, err := r.Access.ResetPassword(ctx, u.ID)
			if err == nil && r.SecondFactor {
				err = r.Access.ResetSecondFactor(ctx, u.ID)
			}
			if err != nil {
				return err
			}
			return passwordText(r.Out, r.Terminal, u.Name, made)
		}
	}
	return fmt.Errorf("there is no user %q; haetae user list shows all", r.Name)
}
