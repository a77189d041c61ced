"""What is asked for: the sentence that names the kinds of record, and lists of their fields."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import Operation, PlatformType
from backend_factory.runners.blueprint.summarize import naming
from backend_factory.runners.blueprint.summarize.fields import read_fields
from backend_factory.runners.blueprint.summarize.operations import OPERATION_LIST, operations_in
from backend_factory.runners.blueprint.summarize.phrases import is_name, split_list, without_article
from backend_factory.runners.blueprint.summarize.prose import Piece
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, Sketch, Topic
from backend_factory.runners.blueprint.summarize.wording import without_asides

_ASK = (
    r"(?:(?:as an? [\w' -]{1,60}?,?\s+(?=(?:i|we)\s))?(?:(?:i|we)(?:'d| would) like\s+(?:to be able to\s+|to have\s+|to\s+)?|our \w+ (?:have |has )?asked (?:us )?for\s+|(?:i|we|our \w+|the \w+ team|customers|users|it)\s+(?:urgently |really |also |still )?(?:need|needs|want|would like|'d like|require|are looking for|should have|must have)\s+(?:you\s+)?(?:to\s+)?"
    r"|(?:can|could|would) you\s+(?:please\s+)?|let'?s\s+|let us\s+|please\s+|(?:the )?goal is (?:to have |to )?|there should be\s+|i'd like\s+(?:to have\s+)?|to\s+)\s*)?"
)
_MAKE = (
    r"(?:(?:build|create|implement|add|develop|design|provide|expose|write|set up|make|introduce|deliver|offer|have|ship|need|want|define|get|implementing|building"
    r"|creating|be able to|generate)\s+(?:me\s+|us\s+)?)?"
)
_ADJECTIVES = (
    r"(?:(?:an?|the|our|some|one|new|simple|small|basic|minimal|complete|full|back-?end|rest|restful|http|https|json|crud|go|golang|aws|lambda|serverless|internal"
    r"|tabularium|chariot|multi-?tenant|secure|production-ready|robust|web|resource|little|proper|dedicated|central|well-tested|tested|micro)[\s-]+)*"
)
_THING = (
    r"(?:(?:crud|rest|restful|micro|web|http)?[\s-]*(?:apis?|services?|endpoints?|backend|back-end|microservices?)(?: and (?:a )?(?:service|backend))?|resources?|registry|catalog(?:ue)?|inventory|directory|tracker"
    r"|register|data ?store|crud(?: operations)?|(?:data|tabularium) (?:types?|models?)|types?|entit(?:y|ies)|models?|feature|system|application|lambda(?: function)?|something|somewhere|(?:a )?(?:way|place|tool|solution)|database|list of all)"
)
_MANAGE = (
    r"(?:(?:(?:the )?management of|manag(?:e|es|ing)|stor(?:e|es|ing)|track(?:s|ing)?|plan(?:s|ning)?|handl(?:e|es|ing)|maintain(?:s|ing)?|keep(?:s|ing)?(?: track of)?|record(?:s|ing)?|regist(?:er|ers|ering)|hold(?:s|ing)?"
    r"|administ(?:er|ers|ering)|organi[sz](?:e|es|ing)|sav(?:e|es|ing)|serv(?:e|es|ing)|expos(?:e|es|ing)|work(?:s|ing)? with|catalogu?(?:e|es|ing)|persist(?:s|ing)?|provid(?:e|es|ing)|crud (?:for|on|of)|log(?:s|ging)?)\s+)"
)
_PROCESS = (
    r"(?:(?:(?:batch|bulk)[ -])?(?:process(?:es|ing)?|ingest(?:s|ing)?|ingestion of|import(?:s|ing)?|consum(?:e|es|ing)|receiv(?:e|es|ing)|load(?:s|ing)?|collect(?:s|ing)?|upload(?:s|ing)?"
    r"|(?:accept(?:s|ing)?|tak(?:e|es|ing)|tak(?:e|es|ing) in) (?:batches of|bulk))\s+(?:(?:batches|bulks|large batches|a batch) of\s+)?)"
)
_WITH = (
    r"(?:\s*:\s*(?:(?:each|every|an?) [\w -]+? has\s+)?|,?\s+(?:with|having|that have|that has|which have|which has|that each have|where each (?:has|\w+ has)|each with|each having|each has|including|who have|consisting of|described by|containing|whose)"
    r"(?: only)?(?: the)?(?: following)?(?: fields| attributes| properties| data)?(?:\s*:)?\s+)"
)
_LETS = r"(?:(?:lets?|allows?|enables?|helps?)\s+(?:us|users|people|clients|customers|callers|teams|operators|\w+)\s+(?:to\s+)?)?"

_VERB_AS_NOUN = r"(?<=\bfor )(?:add|post|insert|enter|read|get|view|see|show|replace|update|edit|change|modify|patch|delete|remove|list|browse|record|process|import|log|plan|store|track)\s+(?!and\b|or\b)"
"""After "for" stands a noun: "an API for change requests"."""

_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_ASK}{_MAKE}{_ADJECTIVES}{_THING}\s+(?:(?:that|which|to|in order to|for users to|(?:where|in which|so that|so) (?:the |our |all )?(?:[\w-]+ ){1, 3}?can)\s+(?:can\s+|should\s+|will\s+)?{_LETS}|for\s+|of\s+)(?!{_VERB_AS_NOUN})(?:(?P<process>{_PROCESS})|(?P<ops>{OPERATION_LIST})\s+|{_MANAGE})(?P<rest>.+)",
        r"(?:i|we|our \w+|the \w+)\s+(?:urgently |really |also |have |has )*(?:needs?|wants?|asked (?:us )?for|would like|requires?|must have|should have|are looking for)\s+(?:to have |to keep )?(?:an? |the )?(?:central |shared |simple |single |full |complete )*(?:list|overview|record|log)\s+of\s+(?:all )?(?:our |the )?(?P<rest>.+)",
        rf"{_ASK}{_MAKE}{_ADJECTIVES}{_THING}\s+(?:for|of|around|about|called|named)\s+(?:our\s+|the\s+)?(?P<rest>.+)",
        rf"{_ASK}{_MAKE}{_ADJECTIVES}(?P<noun>[\w'-]+(?: [\w'-]+){{0,3}}?)\s+(?:(?P<process>(?:processing|ingestion|import))\s+|(?:management|tracking|registry|inventory|crud|data|resource|catalog|rest|record)\s+)*(?:apis?|services?|endpoints?|backend|microservice|registry|catalog(?:ue)?|inventory|directory|tracker|register|database|resource|entity|types?|model)(?P<rest>{_WITH}.+|)",
        rf"{_ASK}{_MAKE}{_ADJECTIVES}(?P<process>(?:data |batch )?(?:processing|ingestion|import)\s+)(?:apis?|services?|endpoints?|backend|pipeline)\s+for\s+(?P<rest>.+)",
        rf"(?:{_ASK}|{_MAKE}){_LETS}(?:(?P<process>{_PROCESS})|(?P<ops>{OPERATION_LIST})\s+|{_MANAGE})(?P<rest>.+)",
    )
)
_SPLIT = re.compile(rf"^(?P<nouns>.+?)(?:{_WITH}(?P<fields>.+))?$", re.IGNORECASE)
_IN_BATCHES = re.compile(
    r",?\s+(?:in|as) (?:batch(?:es)?|bulk),?(?: of (?:at most |up to )?(?P<n>\d+)\b| \(?(?:of )?(?:at most|up to|max(?:imum)?) (?P<n2>\d+)(?: (?!per\b|an?\b|each\b|at\b)\w+)?(?: (?:per|a|each) batch| at a time| at once)?\)?|\b)",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\s+(?:idempotently|reliably|safely|securely|quickly|efficiently|asynchronously|in the background|exactly once)\b",
    re.IGNORECASE,
)
_ARRIVED = re.compile(
    r"\s+(?:(?:that|which) (?:are|is) )?(?:ingested|imported|processed|received|collected|uploaded|loaded|sent|arriving|coming in)$",
    re.IGNORECASE,
)
_SENDERS = re.compile(
    r"\s+(?:from|by|via) (?:our |the |all |various |different |several |many |multiple |other )*(?P<senders>[a-z-]+(?: [a-z-]+)?s)\b$",
    re.IGNORECASE,
)
_WHERE_EACH = re.compile(r"(?:\bwhere|:) (?:each|every|an?|the) (?P<noun>[\w-]+(?: [\w-]+)?) (?:has|have)\b", re.IGNORECASE)
_BRACKETED = re.compile(r"^(?P<noun>[^()]+?)\s*\((?P<inside>[^()]*)\)$")
_ONE_MORE = re.compile(r"^(?:for|one for|another for)\s+(?P<rest>.+)$", re.IGNORECASE)
_ANOTHER = re.compile(r"^(?P<rest>(?P<noun>[\w-]+(?: [\w-]+)?)\s+with\s+.+)$", re.IGNORECASE)
_SUFFIX = re.compile(r"\s+(?:data|records?|entries|information|infos?|objects?|resources?|feeds?|items? data)$", re.IGNORECASE)
_OF_ACRONYM = re.compile(r"[A-Z]{2,5} (?:records|entries|items|objects)$")
"""Without its second word "DNS records" would be no thing at all."""
_POSSESSIVE = re.compile(r"^(?:their|its|the|our)\s+(?:own\s+)?", re.IGNORECASE)
_HAS = re.compile(
    r"^(?:each |every |an? |the |all |one )?(?P<noun>[\w'-]+(?: [\w'-]+){0,2}?)\s+(?:(?:should |(?P<must>must |has to |needs to )|can |will |may )?(?:has|have|contains?|consists? of|includes?|carr(?:y|ies)|holds?|stores?|records?|needs?)"
    r"|is described by|comes? with)(?: the)?(?: following)?(?: fields| attributes| properties)?:?\s+(?P<fields>.+)$",
    re.IGNORECASE,
)
_FIELDS = re.compile(
    r"^(?:(?:the |its |their )?(?:fields|attributes|properties|columns|data)(?: of (?:an? |the |each )?(?P<noun>[\w' -]+?))?(?: are| is| include)?\s*:?\s+"
    r"|(?:with|having|has|have|including|which have|that have|where each (?:one )?has|each with|each has|(?:each|every) (?:one|record|entry) has|should have|must have|records? (?:have|has))(?: the)?(?: following)?(?: fields| attributes| properties)?:?\s+)(?P<fields>.+)$",
    re.IGNORECASE,
)
_MAY_HAVE = re.compile(
    r"^(?:\W*and )?(?:[\w' -]+ )?(?:may|can|could|might|optionally) (?:also |optionally )?(?:have|has|hold|contain|include|carry)\b",
    re.IGNORECASE,
)
_NO_ENTITY = frozenset(
    [
        "it",
        "they",
        "record",
        "records",
        "entry",
        "entries",
        "item",
        "each",
        "every",
        "one",
        "system",
        "service",
        "api",
        "field",
        "fields",
        "request",
        "user",
        "users",
        "we",
        "i",
    ]
)
_WHAT = re.compile(
    r"^(?:the )?(?:following|these|this|that|things|stuff|something|data|it|them|backend|features?|api|everything)(?: (?:fields|data|records|entities|resources|things))?$",
    re.IGNORECASE,
)


def read_opening(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "an API for suppliers with a name..."; False if the words are of another form."""
    text = without_asides(text)
    for form in _FORMS:
        found = form.fullmatch(text)
        if found and _read_request(piece, found.groupdict(), sketch):
            return True
    more = _ONE_MORE.match(text) if sketch.entities else None
    if more is None and sketch.entities and (another := _ANOTHER.match(text)) and naming.is_plural(another["noun"].lower()):
        more = another
    return bool(more and _read_request(piece, {"rest": more["rest"]}, sketch))


def read_has_fields(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "each window has a start and an end" or "fields: name, email"."""
    if (found := _HAS.match(text)) and found["noun"].lower() not in _NO_ENTITY:
        noun = without_article(found["noun"]).lower()
        entity = sketch.refer(noun)
        if entity is None and is_name(noun) and _may_be_new(text, noun, sketch):
            entity = add_entity(noun, sketch)
        known = set(entity.fields) if entity else set()
        if entity is None or not _list_into(entity, found["fields"], piece, sketch):
            return False
        _require(entity, known, piece, must=bool(found["must"]))
        return True
    if found := _FIELDS.match(text):
        entity = sketch.refer(found["noun"]) if found["noun"] else sketch.current
        known = set(entity.fields) if entity else set()
        if entity is None or not _list_into(entity, found["fields"], piece, sketch):
            return False
        _require(entity, known, piece, must=False)
        return True
    return False


def _require(entity: EntitySketch, known: set[str], piece: Piece, *, must: bool) -> None:
    """What a record must have is required of it, and what it may have is not."""
    may = _MAY_HAVE.search(piece.plain) is not None
    for field in entity.fields.values():
        if field.name not in known and field.required is None and (must or may):
            field.required = not may


def _may_be_new(text: str, noun: str, sketch: Sketch) -> bool:
    """A new kind of record is spoken of in general ("each post", "posts"), or is a field of another ("the customer")."""
    known = any(naming.singular(f.label) == naming.singular(noun) for e in sketch.entities.values() for f in e.fields.values())
    return not sketch.entities or known or not text.lower().startswith(("the ", "this ", "that "))


def add_entity(noun: str, sketch: Sketch) -> EntitySketch | None:
    """The entity that a noun phrase names, made where it is new; None where it is no name."""
    bare = without_article(_POSSESSIVE.sub("", noun.strip().strip("'\"`")))
    phrase = (bare if _OF_ACRONYM.match(bare) else _SUFFIX.sub("", bare)).lower()
    phrase = re.sub(r"\s+(?:management|tracking|administration)$", "", phrase)
    phrase = re.sub(r"^(?:new|simple|all|our|many|several|incoming|raw|individual|different)\s+", "", phrase)
    if not is_name(phrase) or _WHAT.match(phrase):
        return None
    label = naming.singular(phrase)
    if known := sketch.find(label):
        return known
    name = naming.entity_name(label)
    if not name:
        return None
    platform = {"asset": PlatformType.ASSET, "vulnerability": PlatformType.RISK, "risk": PlatformType.RISK}.get(label)
    entity = EntitySketch(name, label, naming.plural(label), platform=platform)
    sketch.entities[name] = entity
    sketch.current = entity
    sketch.last_field = None
    return entity


def _read_request(piece: Piece, parts: dict[str, str | None], sketch: Sketch) -> bool:
    rest = (parts.get("rest") or "").strip().rstrip(".:;")
    rest = re.sub(r"^([\w' -]+?) \(([^()]*,[^()]*)\)$", r"\1: \2", rest)
    if noun := parts.get("noun"):
        split = _SPLIT.match(f"{noun}{' ' + rest if not rest.startswith(':') else rest}" if rest else noun)
    else:
        split = _SPLIT.match(rest)
    if split is None:
        return False
    before, current, last = dict(sketch.entities), sketch.current, sketch.last_field
    batches = _IN_BATCHES.search(split["nouns"])
    comes_in = bool(parts.get("process") or batches)
    nouns = _ARRIVED.sub("", _HOW.sub("", _IN_BATCHES.sub("", split["nouns"]))) if comes_in else split["nouns"]
    senders = _SENDERS.search(nouns)
    entities = _entities(nouns[: senders.start()] if senders else nouns, piece, sketch)
    if not entities or (split["fields"] and not _list_into(_whose(rest, entities, sketch), split["fields"], piece, sketch)):
        for name in set(sketch.entities) - set(before):
            del sketch.entities[name]
        sketch.current, sketch.last_field = current, last
        return False
    if senders:
        sketch.assume(f"It makes no difference which of the {senders['senders'].lower()} sends: whoever is signed in may.")
    for each in entities:
        each.demands.append(piece.index)
        if ops := parts.get("ops"):
            _name_operations(each, ops)
        if batches and (size := batches["n"] or batches["n2"]):
            sketch.promises.append(("max_batch", size))
        if comes_in:
            sketch.ingestions.setdefault(each.name, piece.index)
            sketch.about(piece.index, Topic.INGESTION)
    sketch.about(piece.index, Topic.RECORDS)
    sketch.current = entities[0]
    return True


def _name_operations(entity: EntitySketch, words: str) -> None:
    """Take the operations that are named; to add or register records alone is to keep them."""
    named = operations_in(words)
    if named != {Operation.CREATE} or re.match(r"creat|post|insert", words, re.IGNORECASE):
        entity.named_operations |= named


def _whose(rest: str, entities: list[EntitySketch], sketch: Sketch) -> EntitySketch:
    """The kind of record whose fields follow: the one that is named before them, or the last."""
    named = _WHERE_EACH.search(rest)
    return (sketch.refer(named["noun"]) if named else None) or entities[-1]


def _entities(nouns: str, piece: Piece, sketch: Sketch) -> list[EntitySketch]:
    """The entities of "teams and their members" or "hotels (name, stars) and rooms (number)"; none where a phrase is no name."""
    found: list[EntitySketch] = []
    known = set(sketch.entities)
    for noun in split_list(re.sub(r"\bwith (?=their\b)", "and ", nouns)):
        bracketed = _BRACKETED.match(noun)
        entity = add_entity(bracketed["noun"] if bracketed else noun, sketch)
        if entity is None or (bracketed and not _read_brackets(entity, bracketed["inside"], piece, sketch)):
            for name in set(sketch.entities) - known:
                del sketch.entities[name]
            return []
        if re.match(r"(?:their|its)\b", noun, re.IGNORECASE) and found:
            sketch.owners.append((entity.name, found[0].name, True))
        found.append(entity)
    return found


def _read_brackets(entity: EntitySketch, inside: str, piece: Piece, sketch: Sketch) -> bool:
    """What stands in brackets after a kind of record: its fields, or another word for it."""
    other = re.sub(r"^(?:aka|also called|also known as|a\.k\.a\.|i\.e\.|or)\s+", "", inside.strip(), flags=re.IGNORECASE).lower()
    if naming.is_plural(other) and naming.is_plural(entity.plural) and is_name(other) and "," not in other:
        entity.aliases.add(naming.singular(other))
        return True
    return _list_into(entity, inside, piece, sketch)


def _list_into(entity: EntitySketch, text: str, piece: Piece, sketch: Sketch) -> bool:
    """Read an enumeration of fields; where it does not read as one, nothing is kept."""
    kept = dict(entity.fields)
    if read_fields(text, entity, sketch):
        entity.fields = kept
        return False
    entity.demands.append(piece.index)
    sketch.about(piece.index, Topic.RECORDS)
    sketch.current = entity
    return True
