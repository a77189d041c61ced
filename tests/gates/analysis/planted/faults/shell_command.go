// fault code-rules built-queries: a shell command with a value in it

package faults

import (
	"context"
	"os/exec"
)

func pinged(ctx context.Context, host string) ([]byte, error) {
	return exec.CommandContext(ctx, "sh", "-c", "ping -c 1 "+host).Output()
}
