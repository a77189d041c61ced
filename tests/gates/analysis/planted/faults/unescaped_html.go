// fault security-analysis G203: stored text that becomes HTML as it is

package faults

import (
	"html/template"
)

func page(text string) template.HTML {
	return template.HTML(text)
}
