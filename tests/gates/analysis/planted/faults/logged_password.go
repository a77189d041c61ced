// fault code-rules logged-secrets: a log line with a password

package faults

import (
	"log"
)

type login struct{ User, Password string }

func logPassword(l login) {
	log.Printf("login of %s with %s", l.User, l.Password)
}
