// fault static-analysis U1000: a function that nothing calls

package faults

func nobodyCallsMe() int {
	return 42
}
