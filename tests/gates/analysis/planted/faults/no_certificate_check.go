// fault security-analysis G402: TLS without a look at the certificate

package faults

import (
	"crypto/tls"
)

func trusting() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
}
