package kafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// SASL settings. OAUTHBEARER asks the token endpoint by client credentials (RFC 6749 section 4.4).
type SASL struct {
	Mechanism string `yaml:"mechanism" doc:"PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER; empty for none"`
	Username  string `yaml:"username" doc:"of PLAIN and SCRAM"`
	Password  string `yaml:"password" doc:"of PLAIN and SCRAM"`
	OAuth     OAuth  `yaml:"oauthbearer" doc:"of OAUTHBEARER"`
}

// OAuth says where tokens come from.
type OAuth struct {
	TokenURL     string `yaml:"token_url" doc:"token endpoint that is asked with client credentials"`
	ClientID     string `yaml:"client_id" doc:"who asks"`
	ClientSecret string `yaml:"client_secret" doc:"its secret"`
	Scope        string `yaml:"scope" doc:"scope to ask for; empty for the endpoint's own"`
}

// Bounds of one question to the token endpoint.
const (
	tokenTimeout = 10 * time.Second
	maxToken     = 1 << 20
)

// mechanism returns nil when there is none.
func (s *SASL) mechanism() (sasl.Mechanism, error) {
	switch s.Mechanism {
	case "":
		if s.Username != "" || s.Password != "" || s.OAuth.TokenURL != "" {
			return nil, &SettingError{"sasl.mechanism", errors.New("is empty, so nobody would log in; name one, or take the other keys of sasl out")}
		}
		return nil, nil
	case "OAUTHBEARER":
		if u, err := url.Parse(s.OAuth.TokenURL); err != nil || u.Host == "" {
			return nil, &SettingError{"sasl.oauthbearer.token_url", fmt.Errorf("%q is not an address such as https://id.example.com/token", s.OAuth.TokenURL)}
		}
		return oauth.Oauth(s.OAuth.token), nil
	case "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512":
	default:
		return nil, &SettingError{"sasl.mechanism", fmt.Errorf("%q is unknown; there are PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER", s.Mechanism)}
	}
	if s.Username == "" {
		return nil, &SettingError{"sasl.username", errors.New("is empty")}
	}
	switch s.Mechanism {
	case "SCRAM-SHA-256":
		return scram.Auth{User: s.Username, Pass: s.Password}.AsSha256Mechanism(), nil
	case "SCRAM-SHA-512":
		return scram.Auth{User: s.Username, Pass: s.Password}.AsSha512Mechanism(), nil
	}
	return plain.Auth{User: s.Username, Pass: s.Password}.AsMechanism(), nil
}

// token asks for a new token; the client calls it for each connection.
func (o *OAuth) token(ctx context.Context) (oauth.Auth, error) {
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	form := url.Values{"grant_type": {"client_credentials"}}
	if o.Scope != "" {
		form.Set("scope", o.Scope)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return oauth.Auth{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(o.ClientID), url.QueryEscape(o.ClientSecret)) // RFC 6749 section 2.3.1
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return oauth.Auth{}, fmt.Errorf("cannot get a token: %w", err)
	}
	defer resp.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxToken))
	if err != nil {
		return oauth.Auth{}, fmt.Errorf("cannot get a token: %w", err)
	}
	if resp.StatusCode != http.StatusOK || json.Unmarshal(body, &answer) != nil || answer.Token == "" {
		return oauth.Auth{}, fmt.Errorf("cannot get a token: the endpoint %s answers %s", o.TokenURL, resp.Status)
	}
	return oauth.Auth{Token: answer.Token}, nil
}
