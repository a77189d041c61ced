// Command vulnerabilities is govulncheck, built from the pinned modules of this one.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/vuln/scan"
)

func main() {
	command := scan.Command(context.Background(), os.Args[1:]...)
	err := command.Start()
	if err == nil {
		err = command.Wait()
	}
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	var exit interface{ ExitCode() int }
	if errors.As(err, &exit) {
		os.Exit(exit.ExitCode())
	}
	os.Exit(1)
}
