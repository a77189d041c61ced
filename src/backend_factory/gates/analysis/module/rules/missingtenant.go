package rules

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// MissingTenant finds access to a table that is not bound to the caller's tenant.
//
// Names are the contract between functions: what reaches a key has to come through something that is called after the
// tenant (or after the partition that is made of it), and nothing that is called so may be filled by what a client sends.
// So each function can be judged alone, in any layout. The limit: a layout that calls the tenant by a name not listed here
// is complained about, and one that calls something else so is believed.
var MissingTenant = &analysis.Analyzer{Name: "missing_tenant", Doc: "access to data without the caller's tenant", Run: missingTenant}

var (
	// Names of the tenant; a client may fill nothing that is called so.
	tenants = regexp.MustCompile(`(?i)(tenant|username|user_?name|account|organi[sz]ation|customer|workspace|^org(id)?$|principal|claims)`)
	// Names that stand for it in keys, and elsewhere for other things.
	partitions = regexp.MustCompile(`(?i)(partition|scope|^pk$|^user_?id$|^subject$|^sub$)`)
	marshals   = regexp.MustCompile(`(?i)^(marshal|encode)`)
	// keyed are the inputs of DynamoDB that reach items, with the fields that say which.
	keyed = map[string][]string{
		"GetItemInput": {"Key"}, "DeleteItemInput": {"Key"}, "UpdateItemInput": {"Key"}, "PutItemInput": {"Item"},
		"Get": {"Key"}, "Delete": {"Key"}, "Update": {"Key"}, "ConditionCheck": {"Key"}, "Put": {"Item"},
		"DeleteRequest": {"Key"}, "PutRequest": {"Item"}, "KeysAndAttributes": {"Keys"},
		"QueryInput": {"ExpressionAttributeValues", "KeyConditions"}, "ScanInput": {"ExpressionAttributeValues"},
		"ExecuteStatementInput": {"Parameters"}, "BatchStatementRequest": {"Parameters"}, "ParameterizedStatement": {"Parameters"},
	}
	requestParts = regexp.MustCompile(`^(PathParameters|QueryStringParameters|MultiValueQueryStringParameters|Headers|MultiValueHeaders|Body|RawQueryString|RawPath|Cookies|StageVariables)$`)
	httpParts    = regexp.MustCompile(`^\((\*net/http\.Request|net/http\.Header|net/url\.Values)\)\.(FormValue|PostFormValue|PathValue|Cookie|Get|Values|BasicAuth)$`)
	httpFields   = regexp.MustCompile(`^(URL|Header|Form|PostForm|Body|RequestURI)$`)
	reading      = regexp.MustCompile(`^(encoding/json\.Unmarshal|\(\*encoding/json\.Decoder\)\.Decode)$`)
)

func missingTenant(pass *analysis.Pass) (any, error) {
	bodies := declared(pass)
	for _, file := range production(pass) {
		for _, declaration := range file.Decls {
			scope := &surroundings{pass: pass, bodies: bodies, in: declaration}
			ast.Inspect(declaration, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					scope.reach(n)
					scope.filled(n)
				case *ast.AssignStmt:
					scope.assigned(n)
				case *ast.CallExpr:
					scope.handed(n)
				}
				return true
			})
		}
	}
	return nil, nil
}

// surroundings is a declaration with what its expressions can refer to.
type surroundings struct {
	pass   *analysis.Pass
	bodies map[types.Object]*ast.FuncDecl
	in     ast.Node
}

func declared(pass *analysis.Pass) map[types.Object]*ast.FuncDecl {
	bodies := map[types.Object]*ast.FuncDecl{}
	for _, file := range pass.Files {
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Body != nil {
				bodies[pass.TypesInfo.Defs[function.Name]] = function
			}
		}
	}
	return bodies
}

// reach reports an input of DynamoDB whose key has nothing of the tenant.
func (s *surroundings) reach(literal *ast.CompositeLit) {
	path, kind := named(s.pass.TypesInfo.TypeOf(literal))
	fields, ok := keyed[kind]
	if !ok || !isDynamo(path) {
		return
	}
	var values []ast.Expr
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			for _, field := range fields {
				if pair.Key.(*ast.Ident).Name == field {
					values = append(values, pair.Value)
				}
			}
		}
	}
	ast.Inspect(s.in, func(n ast.Node) bool {
		if assignment, ok := n.(*ast.AssignStmt); ok {
			for i, left := range assignment.Lhs {
				target := left
				if index, ok := left.(*ast.IndexExpr); ok {
					target = index.X
				}
				selector, ok := target.(*ast.SelectorExpr)
				if !ok {
					continue
				}
				_, of := named(s.pass.TypesInfo.TypeOf(selector.X))
				if of == kind && slices.Contains(fields, selector.Sel.Name) {
					values = append(values, assignment.Rhs[min(i, len(assignment.Rhs)-1)])
				}
			}
		}
		return true
	})
	for _, value := range values {
		if s.speaks(value, map[any]bool{}, 0) {
			return
		}
	}
	s.pass.Reportf(literal.Pos(), "%s reaches items without the tenant of the caller: its %s has to hold the tenant", kind, strings.Join(fields, " or "))
}

// speaks says whether something in the expression is called after the tenant, or is made of something that is.
func (s *surroundings) speaks(n ast.Node, seen map[any]bool, depth int) (found bool) {
	if n == nil || depth > 6 || seen[n] {
		return false
	}
	seen[n] = true
	ast.Inspect(n, func(n ast.Node) bool {
		if found {
			return false
		}
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			// The key of a map says what an attribute is called, not what is in it.
			found = s.speaks(n.Value, seen, depth)
			return false
		case *ast.SelectorExpr:
			if _, ok := s.pass.TypesInfo.Uses[n.Sel].(*types.Var); ok && isTenant(n.Sel.Name) && !s.client(n, map[any]bool{}) {
				found = true
				return false
			}
			if function := s.bodies[s.pass.TypesInfo.Uses[n.Sel]]; function != nil {
				found = s.speaks(function.Body, seen, depth+1)
			}
			found = found || s.speaks(n.X, seen, depth)
			return false
		case *ast.Ident:
			object := s.pass.TypesInfo.Uses[n]
			if variable, ok := object.(*types.Var); ok {
				found = isTenant(variable.Name()) && !s.client(n, map[any]bool{}) || s.made(variable, seen, depth)
			}
			if function := s.bodies[object]; function != nil {
				found = found || s.speaks(function.Body, seen, depth+1)
			}
		case *ast.CallExpr:
			name := lastName(n.Fun)
			found = isTenant(name) && s.bodies[s.object(n.Fun)] == nil || marshals.MatchString(name) && s.holds(n.Args)
		}
		return !found
	})
	return found
}

// holds says whether one of the values that become an item is a struct with a field that is called after the tenant.
func (s *surroundings) holds(values []ast.Expr) bool {
	for _, value := range values {
		structure, ok := underlying(s.pass.TypesInfo.TypeOf(value)).(*types.Struct)
		if !ok || s.client(value, map[any]bool{}) {
			continue
		}
		for i := range structure.NumFields() {
			if tenants.MatchString(structure.Field(i).Name()) {
				return true
			}
		}
	}
	return false
}

func (s *surroundings) object(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		return s.pass.TypesInfo.Uses[e.Sel]
	case *ast.Ident:
		return s.pass.TypesInfo.Uses[e]
	}
	return nil
}

// made says whether what is put into the local variable speaks of the tenant.
func (s *surroundings) made(variable *types.Var, seen map[any]bool, depth int) (found bool) {
	if seen[variable] {
		return false
	}
	seen[variable] = true
	for _, value := range s.values(variable) {
		found = found || s.speaks(value, seen, depth)
	}
	return found
}

// values are the expressions that the declaration puts into the variable.
func (s *surroundings) values(variable types.Object) (values []ast.Expr) {
	ast.Inspect(s.in, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				target := left
				if index, ok := left.(*ast.IndexExpr); ok {
					target = index.X
				}
				if name, ok := target.(*ast.Ident); ok && s.pass.TypesInfo.ObjectOf(name) == variable {
					values = append(values, n.Rhs[min(i, len(n.Rhs)-1)])
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if s.pass.TypesInfo.ObjectOf(name) == variable && i < len(n.Values) {
					values = append(values, n.Values[i])
				}
			}
		case *ast.RangeStmt:
			for _, target := range []ast.Expr{n.Key, n.Value} {
				if name, ok := target.(*ast.Ident); ok && s.pass.TypesInfo.ObjectOf(name) == variable {
					values = append(values, n.X)
				}
			}
		case *ast.CallExpr:
			// maps.Copy(variable, more) and json.Unmarshal(text, &variable) put something into it.
			if name := callee(s.pass, n); name == "maps.Copy" && s.object(n.Args[0]) == variable {
				values = append(values, n.Args[1])
			} else if reading.MatchString(name) && s.object(pointed(n.Args[len(n.Args)-1])) == variable {
				values = append(values, source(n))
			}
		}
		return true
	})
	return values
}

func pointed(e ast.Expr) ast.Expr {
	if address, ok := ast.Unparen(e).(*ast.UnaryExpr); ok {
		return address.X
	}
	return e
}

// source is what a decoder reads: the text, or the reader that it was made with.
func source(call *ast.CallExpr) ast.Expr {
	if len(call.Args) == 2 {
		return call.Args[0]
	}
	if selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return selector.X
	}
	return call.Fun
}

// client says whether the expression is made of what a client sends: path, query, headers, body.
func (s *surroundings) client(n ast.Node, seen map[any]bool) (found bool) {
	if n == nil || seen[n] {
		return false
	}
	seen[n] = true
	ast.Inspect(n, func(n ast.Node) bool {
		if found {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.SelectorExpr:
			holder := s.pass.TypesInfo.TypeOf(n.X)
			path, name := named(holder)
			found = requestParts.MatchString(n.Sel.Name) && isWhole(holder) && !isQueue(holder) ||
				path == "net/http" && name == "Request" && httpFields.MatchString(n.Sel.Name)
		case *ast.CallExpr:
			found = httpParts.MatchString(callee(s.pass, n))
			if s.verified(n) {
				return false
			}
		case *ast.Ident:
			if variable, ok := s.pass.TypesInfo.Uses[n].(*types.Var); ok && !seen[variable] {
				seen[variable] = true
				for _, value := range s.values(variable) {
					found = found || s.client(value, seen)
				}
			}
		}
		return !found
	})
	return found
}

// verified says that the call checks what it is given, and gives back what can be believed.
func (s *surroundings) verified(call *ast.CallExpr) bool {
	return believed.MatchString(lastName(call.Fun))
}

var believed = regexp.MustCompile(`(?i)verif|authenticat|authori[sz]e|validat|claims|principal|session|tenant`)

func isQueue(t types.Type) bool {
	_, name := named(t)
	return name == "SQSEvent" || name == "SQSMessage"
}

// filled, assigned and handed report what is called after the tenant and gets its value from a client.
func (s *surroundings) filled(literal *ast.CompositeLit) {
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if name, ok := pair.Key.(*ast.Ident); ok && tenants.MatchString(name.Name) && isText(orAny(s.pass.TypesInfo.TypeOf(pair.Value))) {
				s.believes(name.Name, pair.Value)
			}
		}
	}
}

func (s *surroundings) assigned(n *ast.AssignStmt) {
	for i, left := range n.Lhs {
		if name := lastName(left); tenants.MatchString(name) && isText(orAny(s.pass.TypesInfo.TypeOf(left))) {
			s.believes(name, n.Rhs[min(i, len(n.Rhs)-1)])
		}
	}
}

func (s *surroundings) handed(call *ast.CallExpr) {
	signature, ok := s.pass.TypesInfo.TypeOf(call.Fun).(*types.Signature)
	if !ok {
		return
	}
	for i, argument := range call.Args {
		if i < signature.Params().Len() {
			parameter := signature.Params().At(i)
			if tenants.MatchString(parameter.Name()) && isText(parameter.Type()) {
				s.believes(parameter.Name(), argument)
			}
		}
	}
}

func (s *surroundings) believes(name string, value ast.Expr) {
	if s.client(value, map[any]bool{}) {
		s.pass.Reportf(value.Pos(), "%s is what the client says: take it from the verified token", name)
	}
}

func orAny(t types.Type) types.Type {
	if t == nil {
		return types.Universe.Lookup("any").Type()
	}
	return t
}

func isTenant(name string) bool {
	return tenants.MatchString(name) || partitions.MatchString(name)
}
