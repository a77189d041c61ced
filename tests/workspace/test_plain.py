"""Tool output is shown as plain text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_factory.workspace.excerpt import Excerpt
from backend_factory.workspace.plain import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mFAIL\x1b[0m ok", "FAIL ok"),
        ("\x1b]0;owned\x07title", "title"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\r\nb\rc\x00\x08d\te\n", "a\nbcd\te\n"),
        ("\x1bPq#0\x1b\\sixel\x1bc", "sixel"),
        ("\x9b2Jclear", "clear"),
        ("user\u202e\u2066admin", "useradmin"),
        ("ünï — 漢字 🏭", "ünï — 漢字 🏭"),
    ],
)
def test_escape_sequences_and_control_characters_are_removed(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(alphabet=st.sampled_from("\x1b\x9b\x9d[];]P\\\x07m0;ab\n\t\r\u202e")) | st.text())
def test_nothing_that_controls_a_terminal_is_left(text: str) -> None:
    shown = plain(text)
    assert all(char in "\n\t" or unicodedata.category(char) != "Cc" for char in shown)
    assert plain(shown) == shown


@given(st.lists(st.binary(max_size=40)), st.integers(2, 60))
def test_an_excerpt_is_whole_or_says_what_is_missing(chunks: list[bytes], limit: int) -> None:
    excerpt = Excerpt(limit)
    for chunk in chunks:
        excerpt.add(chunk)
    whole = b"".join(chunks)
    if excerpt.truncated:
        missing = len(whole) - 2 * (limit // 2)
        assert f"[... {missing} bytes left out ...]" in excerpt.text()
    else:
        assert excerpt.text() == whole.decode(errors="replace")
