// fault code-rules ignored-errors: an error that is assigned to nothing

package faults

import (
	"encoding/json"
)

func blank(text []byte) (name string) {
	_ = json.Unmarshal(text, &name)
	return name
}
