// fault code-rules missing-context: http.Get, without context and time limit

package faults

import (
	"net/http"
)

func fetched() (*http.Response, error) {
	return http.Get("https://example.com/feed")
}
