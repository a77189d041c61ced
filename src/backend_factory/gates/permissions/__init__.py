"""Which permissions a function's code needs: read from what the Go linker kept of AWS's SDK."""
