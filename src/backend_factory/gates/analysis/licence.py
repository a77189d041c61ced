"""Which licence a text is, and whether code under it may be linked into a service that is not published."""

import re

ALLOWED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Apache-2.0", ("apache license version 2.0",)),
    ("MIT", ("permission is hereby granted, free of charge, to any person obtaining a copy",)),
    ("BSD", ("redistribution and use in source and binary forms, with or without modification, are permitted",)),
    ("ISC", ("permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby",)),
    ("ISC", ("permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby",)),
    ("Unlicense", ("this is free and unencumbered software released into the public domain",)),
    ("CC0-1.0", ("cc0 1.0 universal",)),
    ("Zlib", ("this software is provided 'as-is', without any express or implied warranty", "altered source versions")),
)
"""Permissive licences, each by phrases that only its text has: https://spdx.org/licenses/"""
_TIED = re.compile(
    r"gnu (?:lesser |affero |library )?general public license|mozilla public license|eclipse public license"
    r"|server side public license|business source license|commons clause|elastic license"
    r"|creative commons attribution-noncommercial"
)


def licence(text: str) -> str:
    """The name of the permissive licence that the text is; empty where it is none, or ties its users to conditions."""
    plain = _plain(text)
    return "" if ties(text) else next((name for name, phrases in ALLOWED if all(phrase in plain for phrase in phrases)), "")


def ties(text: str) -> bool:
    """Whether the text is, or speaks of, a licence that ties those who use the code to conditions."""
    return _TIED.search(_plain(text)) is not None


def _plain(text: str) -> str:
    plain = " ".join(re.sub(r"[#*_>]|//", " ", text.lower()).split())
    return plain.replace("license, version 2.0", "license version 2.0")
