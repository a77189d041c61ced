"""Reading a request: what is refused, what is cleaned, what is kept."""

import pytest

from backend_factory.errors import AskerError
from backend_factory.intake import LONGEST_REQUEST, read_request


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ("", "empty"),
        (b"", "empty"),
        (" \n\t ", "empty"),
        ("\u200b\u202e\ufeff", "invisible"),
        ("\x07\x1b\x08", "control"),
        ("a" * (LONGEST_REQUEST + 1), "at most 65,536"),
        ("é" * (LONGEST_REQUEST // 2 + 1), "at most 65,536"),
        (b"PK\x03\x04\0\0", "binary"),
        ("an API\0", "binary"),
        (b"an API for caf\xe9s", "not UTF-8"),
        ("an API \udcff", "not UTF-8"),
    ],
)
def test_what_cannot_be_a_request_is_refused_with_a_hint(raw: bytes | str, complaint: str) -> None:
    with pytest.raises(AskerError, match=complaint) as refusal:
        read_request(raw)
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("raw", "request_text"),
    [
        (b"\xef\xbb\xbfadd an API", "add an API"),
        ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
        ("cafe\u0301", "café"),
        ("pay\u202edrowssap\u202c", "paydrowssap"),
        ("pass\u200bword", "password"),
        ("a\x1b[31mred", "a[31mred"),
        ("soft\u00adhyphen", "softhyphen"),
        ("tagged\U000e0041\U000e0042", "tagged"),
        ("  padded \n", "padded"),
        ("a\u200db", "ab"),
        ("e\u200b\u0301", "é"),
    ],
)
def test_what_cannot_be_seen_is_removed(raw: bytes | str, request_text: str) -> None:
    assert read_request(raw) == request_text


@pytest.mark.parametrize(
    "text",
    [
        "Füge eine API für Verträge hinzu",
        "资产管理接口",
        "نحتاج واجهة برمجية للأصول",
        "می‌خواهم یک API",
        "परियोजना क्‍ष",
        "family 👨‍👩‍👧 ❤️ 👍🏽",
        "tab\tand\nline",
        "$(rm -rf /) {{ 7*7 }} <b>bold</b> ../../etc",
    ],
)
def test_visible_text_of_every_script_is_kept(text: str) -> None:
    assert read_request(text) == text


def test_the_longest_request_is_accepted() -> None:
    assert len(read_request("a" * LONGEST_REQUEST)) == LONGEST_REQUEST
