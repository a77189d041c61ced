// fault static-analysis SA1012: a nil context, behind a comment that would silence the complaint

package faults

import (
	"context"
	"net/http"
)

//lint:file-ignore SA1012 it works

func nilContext() (*http.Request, error) {
	//lint:ignore SA1012 it works
	return http.NewRequestWithContext(nil, http.MethodGet, "https://example.com", nil) //nolint:staticcheck
}

var _ context.Context
