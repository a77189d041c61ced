package rules

import (
	"go/ast"
	"go/types"
	"regexp"

	"golang.org/x/tools/go/analysis"
)

// FakeSuccess finds functions that say that all went well without having looked at what they were given.
var FakeSuccess = &analysis.Analyzer{Name: "fake_success", Doc: "success without work", Run: fakeSuccess}

// idle are names of what does nothing on purpose, or has nothing to look at.
var idle = regexp.MustCompile(`(?i)no_?op|nop|discard|null|nothing|disabled|silent|health|ready|readiness|live|liveness|ping|version|options|preflight`)

func fakeSuccess(pass *analysis.Pass) (any, error) {
	for _, file := range production(pass) {
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || function.Body == nil || idle.MatchString(function.Name.Name) || idle.MatchString(receiver(function)) {
				continue
			}
			if given(pass, function) && !looks(pass, function) && pretends(pass, function) {
				pass.Reportf(function.Name.Pos(), "%s says that all went well, and looks at nothing that it is given", function.Name.Name)
			}
		}
	}
	return nil, nil
}

func receiver(function *ast.FuncDecl) string {
	if function.Recv == nil || len(function.Recv.List) == 0 {
		return ""
	}
	return types.ExprString(function.Recv.List[0].Type)
}

// given says whether the function is given something to work on: more than a context and a place to write the answer to.
func given(pass *analysis.Pass, function *ast.FuncDecl) bool {
	for _, field := range function.Type.Params.List {
		path, name := named(pass.TypesInfo.TypeOf(field.Type))
		if !(path == "context" && name == "Context" || path == "net/http" && name == "ResponseWriter") {
			return true
		}
	}
	return false
}

// looks says whether the body uses a parameter (other than to write an answer), its receiver, or anything that can change.
func looks(pass *analysis.Pass, function *ast.FuncDecl) (found bool) {
	parameters := map[types.Object]bool{}
	fields := function.Type.Params.List
	if function.Recv != nil {
		fields = append(fields, function.Recv.List...)
	}
	for _, field := range fields {
		if path, name := named(pass.TypesInfo.TypeOf(field.Type)); path == "net/http" && name == "ResponseWriter" {
			continue
		}
		for _, name := range field.Names {
			parameters[pass.TypesInfo.Defs[name]] = true
		}
	}
	ast.Inspect(function.Body, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			object := pass.TypesInfo.Uses[name]
			variable, isVariable := object.(*types.Var)
			found = found || parameters[object] || isVariable && variable.Parent() == pass.Pkg.Scope()
		}
		return !found
	})
	return found
}

// pretends says whether the function can only succeed: each return has a nil error, or it answers with a good status.
func pretends(pass *analysis.Pass, function *ast.FuncDecl) bool {
	results := function.Type.Results
	if results == nil {
		return answers(pass, function)
	}
	if !isError(pass.TypesInfo.TypeOf(results.List[len(results.List)-1].Type)) {
		return false
	}
	returns, success := 0, true
	ast.Inspect(function.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			returns++
			if len(n.Results) == 0 {
				success = false
				return false
			}
			last := n.Results[len(n.Results)-1]
			success = success && (isNil(pass, last) || isGood(pass, last))
		}
		return true
	})
	return returns > 0 && success
}

// isGood says whether the call makes an answer from nothing but constants, a good status among them: Answer(200, nil).
func isGood(pass *analysis.Pass, e ast.Expr) (good bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	for _, argument := range call.Args {
		value := pass.TypesInfo.Types[argument].Value
		good = good || value != nil && len(value.ExactString()) == 3 && value.ExactString()[0] == '2'
	}
	return good
}

// answers says whether an HTTP handler writes an answer, and a good one as far as can be seen.
func answers(pass *analysis.Pass, function *ast.FuncDecl) (writes bool) {
	bad := false
	ast.Inspect(function.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch name := callee(pass, call); name {
		case "(net/http.ResponseWriter).WriteHeader":
			value := pass.TypesInfo.Types[call.Args[0]].Value
			writes = true
			bad = bad || value == nil || value.ExactString()[0] != '2'
		case "(net/http.ResponseWriter).Write", "(*encoding/json.Encoder).Encode", "fmt.Fprint", "fmt.Fprintf", "fmt.Fprintln", "io.WriteString":
			writes = true
		case "net/http.Error", "net/http.NotFound", "net/http.Redirect":
			bad = true
		}
		return true
	})
	return writes && !bad
}
