// fault code-rules missing-context: an HTTP client that waits for ever

package faults

import (
	"net/http"
)

func patient() *http.Client {
	return &http.Client{}
}
