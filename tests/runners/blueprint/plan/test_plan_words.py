"""Any text becomes a valid name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_factory.runners.blueprint.plan.words import camel, free, kebab, pascal


@pytest.mark.parametrize(
    ("text", "go", "wire", "path"),
    [
        ("ip_address", "IPAddress", "ipAddress", "ip-address"),
        ("asset ids", "AssetIDs", "assetIds", "asset-ids"),
        ("cve", "CVE", "cve", "cve"),
        ("api_url", "APIURL", "apiUrl", "api-url"),
        ("Café's opening time", "CafesOpeningTime", "cafesOpeningTime", "cafes-opening-time"),
        ("2nd owner", "N2ndOwner", "n2ndOwner", "2nd-owner"),
        ("…", "Value", "value", "value"),
    ],
)
def test_names_follow_the_conventions_of_their_place(text: str, go: str, wire: str, path: str) -> None:
    assert (pascal(text), camel(text), kebab(text)) == (go, wire, path)


@given(st.text())
def test_any_text_gives_valid_names(text: str) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", pascal(text))
    assert re.fullmatch(r"[a-z][A-Za-z0-9]*", camel(text))
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kebab(text))


@given(st.lists(st.sampled_from(["id", "ID", "idValue", "idValue2", "other"])))
def test_a_taken_name_gives_way_whatever_its_letter_case(taken: list[str]) -> None:
    assert free("id", taken, "Value").lower() not in {each.lower() for each in taken}
