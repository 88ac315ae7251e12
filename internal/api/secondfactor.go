package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// NewSecondFactor is one that waits to be confirmed by a code. It is shown once.
type NewSecondFactor struct {
	Secret string `json:"secret" doc:"base32, for apps that read no picture"`
	URI    string `json:"uri" doc:"otpauth://, what the picture says"`
}

// RecoveryCodes let somebody in without the second factor, each once. They are shown once.
type RecoveryCodes struct {
	Codes []string `json:"recovery_codes" nullable:"false"`
}

type codeInput struct {
	Body struct {
		Code string `json:"code" maxLength:"64"`
	}
}

func (s *server) registerSecondFactor(a huma.API) {
	const path = "/api/v1/account/second-factor"
	huma.Register(a, huma.Operation{
		OperationID: "begin-second-factor", Method: http.MethodPost, Path: path, Tags: []string{accessTag},
		Summary: "Make the secret of a second factor (RFC 6238), which holds once a code has confirmed it",
	}, func(ctx context.Context, in *passwordInput) (*uncached[NewSecondFactor], error) {
		var made NewSecondFactor
		_, err := s.accountChange(ctx, "second_factor.begin", func(told model.TellOwn) (err error) {
			made.Secret, made.URI, err = s.Access.BeginSecondFactor(ctx, PrincipalOf(ctx), in.Body.Password, visitOf(ctx).caller, told)
			return err
		})
		return outcome(fresh(made), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "confirm-second-factor", Method: http.MethodPut, Path: path, Tags: []string{accessTag},
		Summary: "Confirm a second factor by its code",
	}, func(ctx context.Context, in *codeInput) (*uncached[RecoveryCodes], error) {
		return s.recoveryCodes(ctx, "second_factor.add", func(told model.TellOwn) ([]string, error) {
			return s.Access.ConfirmSecondFactor(ctx, PrincipalOf(ctx), in.Body.Code, visitOf(ctx).caller, told)
		})
	})
	huma.Register(a, huma.Operation{
		OperationID: "remove-second-factor", Method: http.MethodDelete, Path: path, Tags: []string{accessTag},
		Summary: "Sign in without a second factor again", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *passwordInput) (*struct{}, error) {
		return s.accountChange(ctx, "second_factor.remove", func(told model.TellOwn) error {
			return s.Access.RemoveSecondFactor(ctx, PrincipalOf(ctx), in.Body.Password, visitOf(ctx).caller, told)
		})
	})
	huma.Register(a, huma.Operation{
		OperationID: "new-recovery-codes", Method: http.MethodPost, Path: "/api/v1/account/recovery-codes", Tags: []string{accessTag},
		Summary: "Make new recovery codes; those before hold no more",
	}, func(ctx context.Context, in *passwordInput) (*uncached[RecoveryCodes], error) {
		return s.recoveryCodes(ctx, "second_factor.recovery_codes", func(told model.TellOwn) ([]string, error) {
			return s.Access.NewRecoveryCodes(ctx, PrincipalOf(ctx), in.Body.Password, visitOf(ctx).caller, told)
		})
	})
}

// recoveryCodes is a change of one's own account that makes recovery codes.
func (s *server) recoveryCodes(ctx context.Context, action string, change func(model.TellOwn) ([]string, error)) (*uncached[RecoveryCodes], error) {
	var made RecoveryCodes
	_, err := s.accountChange(ctx, action, func(told model.TellOwn) (err error) {
		made.Codes, err = change(told)
		return err
	})
	return outcome(fresh(made), err)
}
