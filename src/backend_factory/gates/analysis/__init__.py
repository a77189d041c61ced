"""Static analysis of Go: the embedded tool, built once, and what one run of it says, read by several checks."""
