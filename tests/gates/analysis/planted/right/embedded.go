// variant code-rules: an embedded struct that carries the principal, and a no-op that says so

package right

import (
	"context"
	"errors"
)

type caller struct{ principal string }

type Session struct {
	caller
	open func(tenant string) error
}

func (s Session) Start() error {
	if s.principal == "" {
		return errors.New("nobody")
	}
	return s.open(s.principal)
}

type noopAudit struct{}

func (noopAudit) Record(context.Context, string) error { return nil }

var Audit interface {
	Record(context.Context, string) error
} = noopAudit{}
