"""Whether words of a request ask for something: only what asks for nothing may be set aside as context.

Doubt asks: a sentence that is neither greeting, heading, reason, purpose nor a word on how things are today, and that says what
no demand says, is a demand until a person says otherwise.
"""

import re
from functools import cache

_SIGNALS = re.compile(
    r"\b(?:must|shall|has to|have to|needs? to|wants?|would like|requires?|required|expects?|expected|only|never|always|unique|"
    r"at least|at most|no more than|less than|more than|up to|within|maximum|minimum|every|except|unless|with an?|each with|"
    r"correlat\w+|process(?:es|ed)?|ingest\w*|import(?:s|ed)?|export\w*|notif\w+|valid\w+|reject\w*|refus\w+|prevent\w*|forbid\w*|"
    r"delet\w+|expir\w+|encrypt\w*|authenticat\w+|authoriz\w+|integrat\w+|filter\w*|sort\w*|deduplicat\w+|retain\w*|purg\w+|audit\w*)\b",
    re.IGNORECASE,
)
"""Words with which something is asked for, whatever form they come in."""
_ORDER = re.compile(
    r"^(?:please |also |and |then )*(?:add|build|create|implement|expose|support|provide|allow|let|store|keep|save|record|track|"
    r"remove|return|send|list|show|update|calculate|compute|score|link|match|schedule|archive|log|serve|offer|make|write|read)\b",
    re.IGNORECASE,
)
_WISH = re.compile(r"\b(?:should|need|needs|can you|could you|could we|can we|i'd like|we'd like)\b", re.IGNORECASE)
_REASON = re.compile(
    r"^(?:,\s*)?(?:so that|so|because|since|in order that|as an?|for (?:our|the|my)|"
    r"thanks?|thank you|hi|hello|hey|cheers|best|sorry)\b",
    re.IGNORECASE,
)
"""A reason, a purpose, a role, a greeting."""
_TODAY = re.compile(
    r"^(?:currently|today|right now|at the moment|at present|until now|nowadays|now|we|i|our|they|my|the \w+ team"
    r"|there (?:is|are))\b",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"(?:background|context|motivation|why|problem|goals?|reason|rationale|introduction|current situation|(?:business )?value)\W*"
)
_STATES = re.compile(
    r"\b(?:has|have|is|are|can|may|must|should|will|belongs?|holds?|contains?|need|want|includes?)\b|:\s*\w", re.IGNORECASE
)
_OUT = re.compile(
    r"\b(?:out of scope|not in scope|not part of (?:this|it)|non-?goals?|won'?t do|not needed|for later)\b", re.IGNORECASE
)
_OUT_HEADING = re.compile(r"(?:out of scope|not in scope|non-?goals?|later|not now|future|won'?t do|excluded)")
_HEADING = re.compile(r"(?:#{1,6}|h[1-6]\.)?\s*\**([A-Za-z][\w '/-]{1,40}?)\**\s*:?")
_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]", re.IGNORECASE)
_TICKET = re.compile(r"\b[A-Z][A-Z0-9]*-\d+\b|\bh[1-6]\.")
_SAY = """
background context motivation problem goals reason rationale introduction value why a about all also am an and any are as asap
asked at be been build by can cheers could create do does each following for from get give go have he hello help hey hi his
how i if in into is it its just know let like look make makes many maybe me more much my need needs new nice no nothing now of
ok on or other our out people please possible regards really so some someone something soon team thank thanks that the their
them then there these they thing things this those to too two up us use very want was we were what when where which who will
with would you your best hurry important urgent great useful everyone morning afternoon acceptance api apis attributes backend
behaviour behavior constraints criteria data description details endpoint endpoints entities feature features fields goal
model notes operations overview properties registry inventory tracker catalog catalogue records relations requirements rest
resource rules scope service services simple small story summary system title user validation assignee due epic estimate
labels label priority reporter sprint status task ticket type fast quick responsive performant snappy easy reliable
maintainable robust scalable secure idempotent stable lightweight intuitive user-friendly documented well-documented tested
deployable production production-ready quality clean code practices coverage tests test documentation docs monitoring logging
logs structured alarms comprehensive automated unit integration golang aws lambda function functions dynamodb dynamo
cloudformation gateway sqs serverless restful json http https openapi swagger infrastructure chariot tabularium platform
platform's usual existing patterns conventions stack using should
"""
_SAY_NOTHING = frozenset(_SAY.split())
"""Words that ask for nothing that the platform does not give to every feature."""


def asks(quote: str, text: str, said: str) -> str:
    """The words with which `quote`, a part of the request `text`, asks for something; empty where it asks for nothing.

    `said` is what the demands say: a title that repeats it adds nothing.
    """
    bare = " ".join(quote.split()).strip(" ,;:.!?-*•#")
    words = [word for word in _WORD.findall(_TICKET.sub(" ", quote)) if word.lower() not in _SAY_NOTHING]
    if _BACKGROUND.fullmatch(_section(quote, text)) or _is_title(quote, text, words, said):
        return ""
    if signal := _SIGNALS.search(bare):
        return signal[0]
    if not words or _REASON.match(bare):
        return ""
    if order := _ORDER.match(bare) or _WISH.search(bare):
        return order[0]
    return "" if _TODAY.match(bare) else " ".join(words)


def out_of_scope(quote: str, text: str) -> bool:
    """Whether the request itself says that `quote` is left out: in its sentence, or by the heading above it."""
    at = text.find(quote)
    if at < 0:
        return False
    start = max(text.rfind(mark, 0, at) for mark in ("\n", ". ", "; "))
    sentence = text[start + 1 : at + len(quote)]
    return bool(_OUT.search(sentence) or _OUT_HEADING.fullmatch(_section(quote, text)))


def _is_title(quote: str, text: str, words: list[str], said: str) -> bool:
    """A line of its own without a verb, which names what the demands say in full."""
    alone = quote.strip() in (line.strip() for line in text.split("\n")) and len(text.strip().split("\n")) > 1
    return alone and not _STATES.search(_TICKET.sub("", quote).strip(" :")) and all(_stem(word) in _stems(said) for word in words)


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text))


def _stem(word: str) -> str:
    bare = word.lower().removesuffix("'s")
    for ending, then in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", "")):
        if len(bare) > 3 and bare.endswith(ending) and not bare.endswith("ss"):
            return bare[: -len(ending)] + then
    return bare


def _section(quote: str, text: str) -> str:
    """The heading under which the quote stands, in lower case; a blank line before it does not end it, another heading does."""
    at = text.find(quote)
    lines = text[: max(at, 0)].split("\n")[:-1]
    for line in reversed(lines):
        found = _HEADING.fullmatch(line.strip())
        if found and (
            line.strip().startswith(("#", "h", "*")) or line.strip().endswith(":") or _BACKGROUND.fullmatch(found[1].lower())
        ):
            return found[1].strip().lower()
    return ""
