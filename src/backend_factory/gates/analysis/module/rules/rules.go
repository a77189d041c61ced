// Package rules holds the factory's own rules: what a review of a multi-tenant service on AWS would ask about.
package rules

import (
	"strings"

	"go/ast"

	"golang.org/x/tools/go/analysis"
)

// All are the rules, and the two that report no fault but what the contract is compared with.
var All = []*analysis.Analyzer{
	IgnoredErrors, BuiltQueries, UnboundedReads, MissingTenant, MissingContext, LoggedSecrets, FakeSuccess, Routes, Schemas,
}

// production returns the files that are no tests.
func production(pass *analysis.Pass) []*ast.File {
	var files []*ast.File
	for _, file := range pass.Files {
		if !strings.HasSuffix(pass.Fset.File(file.Pos()).Name(), "_test.go") {
			files = append(files, file)
		}
	}
	return files
}
