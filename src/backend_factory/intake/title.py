"""A title for a request: Title Case, a noun phrase, one line, at most 60 characters, no markup."""

from backend_factory.intake.matter import Matter, Phrase
from backend_factory.intake.naming import FORMS, NOMINALS, PLACES, SPELLED, VAGUE, VENDORS
from backend_factory.intake.tables import listed
from backend_factory.intake.words import Words, area_of, singular

LONGEST_TITLE = 60
_SIGN_ON = frozenset({"sso", "sign-on", "sign-in", "login", "saml", "oidc", "oauth", "oauth2", "authentication", "auth"})
_TELLING_PLACES = listed("api backend server")
_UNSAID = "Backend Feature"
_MOST_FALLBACK_WORDS = 4


def title_of(matter: Matter, canon: frozenset[str], main: Words) -> str:
    """Return the title; `canon` is every word of the requesting clauses, `main` the chief clause for want of better."""
    if "okta" in canon and (canon & _SIGN_ON or _is_about(matter, "okta")):
        return "Okta SSO Integration"
    title = _cut(_named(matter)) or _cut(_telling(main))
    if not title:
        return _UNSAID
    return title if any(char.isalpha() for char in title) else _cut(["API", title])


def _is_about(matter: Matter, vendor: str) -> bool:
    phrases = (matter.subject, matter.place, *(found for deed in matter.deeds for found in deed.objects))
    mentioned = {word for phrase in phrases for word, _ in phrase}
    return vendor in mentioned and not mentioned - {vendor} - PLACES - set(FORMS)


def _named(matter: Matter) -> list[str]:
    doing, done_to = _doing(matter)
    form = FORMS.get(matter.form, "")
    if matter.corrects:
        thing = _spelled(matter.subject)
        if doing:
            return [*thing, *_unsaid(done_to, thing), doing]
        return [*(thing or ([] if form else ["Backend"])), *([form] if form else []), "Correction"]
    parts = _spelled(matter.subject or (() if _is_vague(matter.place) else matter.place) or done_to)
    if matter.subject and _is_worth_saying(matter):
        parts = [*_spelled(matter.place), *(part for part in parts if part not in _spelled(matter.place))]
    elif doing and not matter.subject and _is_vague(matter.place) and doing not in parts:
        parts.append(doing)
    if not parts:
        return ["Backend", form] if form and form != "Backend" else []
    return [*parts, form] if form and form not in parts else parts


def _doing(matter: Matter) -> tuple[str, Phrase]:
    """The first deed with an object, as a noun, and that object."""
    for deed in matter.deeds:
        for found in deed.objects:
            kept = tuple(word for word in found if word[0] not in VAGUE) or found
            if kept:
                return NOMINALS.get(deed.verb, ""), kept
    return "", ()


def _unsaid(phrase: Phrase, said: list[str]) -> list[str]:
    return [part for part in _spelled(phrase) if part not in said]


def _is_vague(place: Phrase) -> bool:
    return all(singular(word) in PLACES for word, _ in place)


def _is_worth_saying(matter: Matter) -> bool:
    """Whether the place belongs in front of the subject: "User Endpoint Pagination", and "API Filter" for want of more."""
    if _is_vague(matter.place):
        return not matter.form and len(matter.subject) == 1 and any(singular(word) in _TELLING_PLACES for word, _ in matter.place)
    return not _has_path(matter.place)


def _has_path(phrase: Phrase) -> bool:
    return any(word in ("/path", "http-call") for word, _ in phrase)


def _telling(words: Words) -> list[str]:
    """The first words of a clause that point somewhere, when no phrase of it could be named."""
    telling = tuple((word, face) for word, face in zip(words.canon, words.faces, strict=True) if area_of(word))
    return _spelled(telling[:_MOST_FALLBACK_WORDS])


def _spelled(phrase: Phrase) -> list[str]:
    parts: dict[str, None] = {}
    for word, face in phrase:
        parts.update(dict.fromkeys(_pieces(word, face)))
    return [part for part in parts if part]


def _pieces(word: str, face: str) -> list[str]:
    if word in ("/path", "http-call"):
        segments = path_segments(face)
        return [segments[-1].capitalize()] if segments else []
    single = singular(word)
    if word in SPELLED or single in SPELLED or word in VENDORS:
        return [SPELLED.get(word) or SPELLED.get(single) or word.capitalize()]
    if "-" in word:
        return [SPELLED.get(part, part.capitalize()) for part in word.split("-")]
    if any(char.isupper() for char in face[1:]) and not face.isupper() and face.isalnum():
        return [face]
    return [single[:1].upper() + single[1:]]


def path_segments(path: str) -> list[str]:
    """Return the nouns of a URL path, singular: `/api/v1/users/{id}` -> `["user"]`."""
    segments = [part.lower() for part in path.split("/")[1:] if part.isalpha()]
    return [singular(part) for part in segments if part not in ("api", "rest")]


def _cut(parts: list[str]) -> str:
    title = ""
    for part in parts:
        plain = "".join(char for char in part if char.isalnum() or char == " ")
        longer = f"{title} {plain}".strip()
        if len(longer) > LONGEST_TITLE:
            break
        title = longer
    return title
