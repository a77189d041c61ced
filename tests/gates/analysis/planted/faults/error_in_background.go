// fault code-rules ignored-errors: an error that is lost in a goroutine

package faults

import (
	"context"
)

func background(ctx context.Context, work func(context.Context) error) {
	go work(ctx)
}
