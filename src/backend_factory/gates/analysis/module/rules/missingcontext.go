package rules

import (
	"go/ast"
	"go/types"
	"regexp"

	"golang.org/x/tools/go/analysis"
)

// MissingContext finds work that nobody can end: without the caller's context, or without a limit in time.
var MissingContext = &analysis.Analyzer{Name: "missing_context", Doc: "work without context or time limit", Run: missingContext}

var (
	boundless  = regexp.MustCompile(`^net/http\.(Get|Post|PostForm|Head|NewRequest)$`)
	unstopable = regexp.MustCompile(`^\(\*database/sql\.(DB|Tx|Conn|Stmt)\)\.(Query|QueryRow|Exec|Prepare|Ping|Begin)$`)
)

func missingContext(pass *analysis.Pass) (any, error) {
	for _, file := range production(pass) {
		for _, declaration := range file.Decls {
			given := false
			if function, ok := declaration.(*ast.FuncDecl); ok {
				given = hasContext(pass, function.Type)
			}
			withContext(pass, declaration, given)
		}
	}
	return nil, nil
}

// withContext looks at what has, or whose surroundings have, a context.
func withContext(pass *analysis.Pass, in ast.Node, given bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if !given && hasContext(pass, n.Type) {
				withContext(pass, n.Body, true)
				return false
			}
		case *ast.CallExpr:
			started(pass, n, given)
		case *ast.CompositeLit:
			client(pass, n)
		case *ast.SelectorExpr:
			if object, ok := pass.TypesInfo.Uses[n.Sel].(*types.Var); ok && object.Name() == "DefaultClient" && object.Pkg() != nil && object.Pkg().Path() == "net/http" {
				pass.Reportf(n.Pos(), "http.DefaultClient waits for ever: make a client with a Timeout")
			}
		}
		return true
	})
}

func started(pass *analysis.Pass, call *ast.CallExpr, given bool) {
	switch name := callee(pass, call); {
	case name == "context.TODO":
		pass.Reportf(call.Pos(), "context.TODO: hand the caller's context on")
	case name == "context.Background" && given:
		pass.Reportf(call.Pos(), "context.Background where the caller's context is at hand")
	case boundless.MatchString(name):
		pass.Reportf(call.Pos(), "%s without a context: use http.NewRequestWithContext and a client with a Timeout", called(call))
	case unstopable.MatchString(name):
		pass.Reportf(call.Pos(), "%s without a context: use %sContext", called(call), called(call))
	case name == "os/exec.Command" && given:
		pass.Reportf(call.Pos(), "exec.Command without a context: use exec.CommandContext")
	}
	if fun, ok := call.Fun.(*ast.Ident); ok && fun.Name == "new" && len(call.Args) == 1 && isClient(pass.TypesInfo.TypeOf(call.Args[0])) {
		pass.Reportf(call.Pos(), "an http.Client without Timeout waits for ever")
	}
}

// client reports an HTTP client that waits for ever.
func client(pass *analysis.Pass, literal *ast.CompositeLit) {
	if !isClient(pass.TypesInfo.TypeOf(literal)) {
		return
	}
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok && pair.Key.(*ast.Ident).Name == "Timeout" {
			return
		}
	}
	pass.Reportf(literal.Pos(), "an http.Client without Timeout waits for ever")
}

func isClient(t types.Type) bool {
	path, name := named(t)
	_, pointer := types.Unalias(t).(*types.Pointer)
	return path == "net/http" && name == "Client" && !pointer
}

// hasContext says whether the function is given a context, by itself or in a request.
func hasContext(pass *analysis.Pass, function *ast.FuncType) bool {
	for _, field := range function.Params.List {
		path, name := named(pass.TypesInfo.TypeOf(field.Type))
		if path == "context" && name == "Context" || path == "net/http" && name == "Request" {
			return true
		}
	}
	return false
}
