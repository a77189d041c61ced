"""Tables of words are written as text, so that they can be read and changed as text."""

import textwrap


def listed(words: str) -> frozenset[str]:
    """Return the words of `words`, which are separated by any white space."""
    return frozenset(words.split())


def rows(table: str) -> dict[str, str]:
    """Read rows of the form "value: key, key"; a row goes on where the next line is indented further."""
    joined = textwrap.dedent(table).strip().replace("\n ", " ")
    pairs = (row.split(": ", 1) for row in joined.splitlines())
    return {key.strip(): value for value, keys in pairs for key in keys.split(",")}
