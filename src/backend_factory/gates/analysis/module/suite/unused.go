package main

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
	staticunused "honnef.co/go/tools/unused"
)

// unused reports what staticcheck's U1000 only computes: its own program needs the whole program to print it.
var unused = &analysis.Analyzer{
	Name:     "U1000",
	Doc:      "code that nothing in its package uses",
	Requires: []*analysis.Analyzer{staticunused.Analyzer.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		found := pass.ResultOf[staticunused.Analyzer.Analyzer].(staticunused.Result)
		for _, object := range found.Unused {
			// Tests share helpers, and not each package of tests needs all of them.
			if at := position(pass, object.Position); at.IsValid() && !strings.HasSuffix(object.Position.Filename, "_test.go") {
				pass.Reportf(at, "%s %s is unused", object.Kind, object.Name)
			}
		}
		return nil, nil
	},
}

func position(pass *analysis.Pass, at token.Position) token.Pos {
	for _, file := range pass.Files {
		if found := pass.Fset.File(file.Pos()); found.Name() == at.Filename && at.Line <= found.LineCount() {
			return found.LineStart(at.Line)
		}
	}
	return token.NoPos
}
