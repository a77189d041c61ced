"""The standard table of attacks: one idea a file, what is sent as data, derived from contract and plan."""
