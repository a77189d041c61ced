// fault code-rules unbounded-reads: a body that is decoded whatever its size

package faults

import (
	"encoding/json"
	"net/http"
)

func decoded(r *http.Request, into any) error {
	return json.NewDecoder(r.Body).Decode(into)
}
