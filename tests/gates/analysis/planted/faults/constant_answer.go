// fault code-rules fake-success: a handler that answers 200 with a constant, whatever it is asked

package faults

import (
	"net/http"
)

func constantAnswer(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	w.Write([]byte(`{"status":"created"}`))
}
