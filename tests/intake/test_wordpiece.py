"""A text becomes the tokens that the encoder was taught with; the numbers were printed by the `tokenizers` package."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_factory.intake.wordpiece import tokenize

BEGIN, END, UNKNOWN = 101, 102, 100
KNOWN = {
    "Add an API for invoices": [5587, 2019, 17928, 2005, 1999, 6767, 23522],
    "GET /v1/users?limit=10 returns 500!": [2131, 1013, 1058, 2487, 1013, 5198, 1029, 5787, 1027, 2184, 5651, 3156, 999],
    "Füße, café, naïve": [11865, 17499, 1010, 7668, 1010, 15743],
    "don't re-index `refresh_token`": [2123, 1005, 1056, 2128, 1011, 5950, 1036, 25416, 21898, 1035, 19204, 1036],
    "日本語のAPI": [1864, 1876, 1950, 1671, 9331, 2072],
    "tab\tnul\0 zero\u200bwidth": [21628, 16371, 2140, 5717, 9148, 11927, 2232],
    "unaffordable idempotency": [14477, 4246, 8551, 3085, 8909, 6633, 11008, 11916],
    "🏭 factory": [UNKNOWN, 4713],
    "x" * 101: [UNKNOWN],
}


@pytest.mark.parametrize("text", KNOWN)
def test_words_become_the_pieces_of_the_vocabulary(text: str) -> None:
    assert tokenize(text, 64).ids == [BEGIN, *KNOWN[text], END]


def test_title_and_body_are_two_parts() -> None:
    tokens = tokenize("Export orders\n\nAs a clerk I want a file.", 64)
    assert tokens.ids == [101, 9167, 4449, 102, 2004, 1037, 7805, 1045, 2215, 1037, 5371, 1012, 102]
    assert tokens.parts == [0] * 4 + [1] * 9


@pytest.mark.parametrize(("title", "body"), [(5, 300), (300, 5), (300, 300), (300, 0)])
def test_what_is_too_long_is_cut_and_neither_part_takes_all_the_room(title: int, body: int) -> None:
    tokens = tokenize("api " * title + "\n" + "job " * body, 50)
    assert len(tokens.ids) == len(tokens.parts) == 50
    assert tokens.ids[-1] == END
    if title and body:
        assert tokens.parts.count(0) >= min(title + 2, 23)
        assert tokens.parts.count(1) >= min(body + 1, 23)


def test_what_looks_like_a_mark_of_the_encoder_is_text() -> None:
    assert tokenize("a [SEP] b [CLS]", 64).ids.count(END) == 1


@given(st.text(max_size=400), st.integers(8, 64))
def test_any_text_becomes_at_most_so_many_tokens(text: str, longest: int) -> None:
    tokens = tokenize(text, longest)
    assert 2 <= len(tokens.ids) <= longest
    assert len(tokens.parts) == len(tokens.ids)
    assert tokens.ids[0] == BEGIN
    assert all(0 <= number < 30_522 for number in tokens.ids)
