"""Text of strangers between marks that it cannot hold itself, so that a model can tell it from orders."""

import hashlib


def fenced(text: str) -> str:
    """`text` as a block of data, marked as those of the assignment are: by its own hash."""
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"<data id={mark}>\n{text}\n</data id={mark}>"
