// variant code-rules: a constructor and a goroutine that outlive requests on purpose

package right

import (
	"context"
	"time"
)

type Refresher struct{ load func(context.Context) error }

func NewRefresher(load func(context.Context) error) (*Refresher, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return &Refresher{load: load}, load(ctx)
}

func (r *Refresher) Detached(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	return r.load(ctx)
}
