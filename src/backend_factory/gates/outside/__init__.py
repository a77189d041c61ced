"""The deployed feature as strangers meet it: visits over HTTP, made-up records, attacks, load; shared by the gate's checks."""
