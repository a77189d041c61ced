"""Outside effects: the code host, the stack, tickets."""
