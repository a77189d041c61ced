"""Lists, batches and correlation: statements about how records are found, come in and belong together."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.runners.blueprint.summarize import naming
from backend_factory.runners.blueprint.summarize.fields import RELATIVE, place_field
from backend_factory.runners.blueprint.summarize.openings import add_entity
from backend_factory.runners.blueprint.summarize.phrases import is_name, split_list, without_article
from backend_factory.runners.blueprint.summarize.prose import Piece
from backend_factory.runners.blueprint.summarize.sketch import CorrelationSketch, EntitySketch, FieldSketch, Sketch, Topic, refuse

_SUBJECT = r"(?:(?:the )?(?:lists?|results?|listing|list answers?|(?P<noun>[\w' -]+?)) (?:can be |should be |must be |are |is |may be |to be )?)?"
_FILTER = re.compile(
    rf"^(?:users (?:can )?|with |supports? |and )*{_SUBJECT}(?:filter(?:ed|able|ing|s)?|search(?:ed|able)?|look(?:ed)? up|narrowed(?: down)?|find|found|query|queried|list(?= (?!sort|order|filter|are |is )[\w' -]+ (?:by|for) ))(?: (?:them|it|lists?|results|records|(?P<noun2>[\w' -]+?)))? (?:by|on|for) (?P<fields>.+)$",
    re.IGNORECASE,
)
_SORT = re.compile(
    rf"^(?:users (?:can )?|with |supports? |and )*{_SUBJECT}(?:sort(?:ed|able|ing|s)?|order(?:ed|able|ing)?)(?: (?:them|it|lists?|results|records|(?P<noun2>[\w' -]+?)))? (?:by|on) (?P<fields>.+)$",
    re.IGNORECASE,
)
_LIST_ONLY = re.compile(
    r"^(?:with |supports? |and |the |lists? (?:are |is |should be |must be |have |with )|all |results (?:are |should be )|there is |list(?:ing)? with |endpoints? (?:are )?)*(?:cursor[- ](?:based )?)?(?:paginat(?:ed|ion)|paged|paging|cursors?|filters?|sort(?:ing)?|filtering|newest first|oldest first|most recent first)"
    r"(?:(?:,| and|, and| with| by|)\s+(?:a |an )?(?:cursor[- ]?)?(?:paginat(?:ed|ion)|paged|paging|cursors?|pages?|filters?|sort(?:ing)?|filtering|newest first|lists?))*$",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"^(?:(?:the )?(?P<noun>[\w' -]+?) )?(?:(?:are|is|be|must be|should be) )?(?:listed |sorted |shown |returned |ordered |in )*(?:newest|oldest|most recent|latest)(?: (?:ones|records))? first$",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\b(?:ranges?|between|periods?|intervals?|spans?|within|since|before|after|older|newer|greater|less|partial|contains?|from .* (?:to|until))\b",
    re.IGNORECASE,
)
_BUILT_IN_SORT = re.compile(
    r"^(?:the )?(?:creation|created|updated|last updated|last modified|last change|update|modification|newest|oldest)(?: (?:date|time|at|first|timestamp))*$",
    re.IGNORECASE,
)
_INGEST = re.compile(
    r"^(?:(?:it |they )?(?:also )?)?(?:process(?:es)?|ingests?|imports?|consumes?|receives?|loads?|collects?|accepts?|takes?(?: in)?|batch uploads?)\s+(?:(?:batches|bulks|large batches|a batch|up to (?P<n1>\d+) records) of\s+)?(?P<noun>[\w' -]+?)(?:\s+(?:in|as|by) (?:batches|batch|bulk)(?: of (?:at most |up to )?(?P<n2>\d+))?)?$",
    re.IGNORECASE,
)
_BATCH = re.compile(
    r"^(?:(?:the )?(?:(?P<noun>[\w' -]+?) )?(?:can |may |should |must |also |are |is |be |will )*(?:ingested|imported|processed|uploaded|loaded|sent|received|submitted|delivered|arrives?|come in|created|added|accepted)(?: (?:in|as|by))? (?:batch(?:es)?|bulk|bulks)|(?:with |and |supports? |offers? |needs? |an? )*(?:batch|bulk)(?: (?:import|ingest|ingestion|upload|processing|insert|creation))?s?(?: endpoint)?)"
    r"(?: of (?:at most |up to )?(?P<n>\d+)(?: records| items| entries)?| (?:of|for) (?P<noun2>[\w' -]+))?$",
    re.IGNORECASE,
)
_BATCH_SIZE = re.compile(
    r"^(?:a |each |every )?batch(?:es)? (?:has|have|holds?|contains?|is|are|of)?\s?(?:at most|up to|max(?:imum)?(?: of)?|limited to) (?P<n>\d+) ?(?:records|items|entries|[\w]+)?$",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"^(?:the )?(?:(?:ingestion|processing|import|it|they|batch(?:es)?|the batch endpoint|everything|all|records?|endpoint|requests?|messages?|[\w]+) )?(?:must |should |has to |is |are |be |needs to be |processed |handled |with )*(?:idempotent(?:ly)?|idempotency|exactly once|only once|once|safe to (?:repeat|retry|resend|send again)|retry-safe)$"
    r"|^(?:sending|receiving|uploading|importing|submitting) (?:the same|a) (?:batch|record|data|message|item)s? (?:twice|again)(?: must| should| does)? (?:not )?(?:change nothing|have no effect|creates? duplicates|creates? no duplicates|is harmless|has no further effect)$"
    r"|^(?:duplicates?|repeated (?:records|batches|messages)) (?:are|must be|should be|is) (?:ignored|refused|skipped|harmless|dropped|not stored twice)$",
    re.IGNORECASE,
)
_DEDUPLICATED = re.compile(
    r"^(?:(?:it |they |and )?de-?dup(?:licat)?e?s?(?:d|ing)? (?:them|it|records|the records)|(?:the )?records (?:are |must be |should be )?de-?dup(?:licat)?ed|de-?duplication)(?: (?:by|on|using|based on|via) (?P<keys>[\w' ,-]+))?$",
    re.IGNORECASE,
)
_DEAD = re.compile(
    r"^(?:with |and |the |all |any )*(?:(?:a )?dead[- ]letters?(?: queues?| handling)?|dlq)(?: for (?:failed|failing|bad|broken|poison) (?:records|messages|items))?$"
    r"|^(?:with |and |the |any |all )*(?:records?|messages?|items?|entries|[\w]+|those|ones|what)? ?(?:which |that )?(?:failed|failing|fails?|bad|broken|poison|invalid|malformed|unprocessable|cannot be processed|can't be processed)?(?: (?:records?|messages?|items?|entries|ones))?(?: to process)? (?:must |should |are |is |be |go |goes |end up |ends up |put |moved |land |lands |sent |kept |set |stored )*(?:in |into |to |as |on |aside as |aside )*(?:an? |the )?(?:dead[- ]letters?(?: queue)?|dlq|aside)$",
    re.IGNORECASE,
)
_CORRELATE = re.compile(
    r"^(?:(?P<pre>it |they |them |which )?(?:also )?(?:(?:can |should |must |will |are |is |be |to )*))?(?:(?P<first>[\w' -]+?) (?:are |is |should be |must be |can be |be )?)??"
    r"(?:correlat(?:es?|ed|ing|ion)|match(?:es|ed)?|link(?:s|ed)?|relat(?:es?|ed)|connect(?:s|ed)?|map(?:s|ped)?|cross-referenc(?:es?|ed)|join(?:s|ed)?|associat(?:es?|ed))\s+"
    r"(?:of\s+)?(?:(?P<left>[\w' -]+?)\s+)?(?:with|to|and|against|onto)\s+(?:an? |our |the |known |existing |all |their |its |matching |affected |corresponding |respective )*(?P<right>[\w'-]+(?: [\w'-]+){0,2}?)(?:\s+data|\s+records)?"
    r"(?:,?\s+(?:(?:based )?on|by|using|via|through|with|over|where|when|if|that (?:share|have)|which (?:share|have)|sharing|having)\s+(?:an? |the |their |its |same |common |equal |matching |shared |both have the same |they share )*(?P<keys>.+?)(?:\s+(?:is|are) (?:equal|the same|identical)|\s+match(?:es)?)?)?$",
    re.IGNORECASE,
)


def read_listing(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "filter by owner", "sorted by start", "lists are paginated"."""
    if not sketch.entities:
        return False
    if newest := _NEWEST.match(text):
        sketch.assume(
            "Lists come in the order of creation, oldest first; newest first is one of the orders that can be asked for."
        )
        return bool(_targets(newest["noun"], sketch)) and _listed_as(piece, sketch)
    if _LIST_ONLY.match(text):
        sketch.about(piece.index, Topic.LISTING)
        return True
    for form, is_sort in ((_FILTER, False), (_SORT, True)):
        if found := form.match(text):
            return _listed(piece, found, is_sort, sketch)
    return False


def _of_records(text: str, sketch: Sketch) -> str:
    """The text with the nouns of what arrives replaced by "records"."""
    for name in sketch.ingestions or ([sketch.current.name] if sketch.current else []):
        entity = sketch.entities[name]
        nouns = {entity.plural, entity.label, entity.plural.split()[-1], entity.label.split()[-1]}
        text = re.sub(
            rf"\b(?:{'|'.join(map(re.escape, sorted(nouns, key=len, reverse=True)))})\b", "records", text, flags=re.IGNORECASE
        )
    return text


def read_ingestion(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "ingests readings in batches", "processing is idempotent", "failed records go to a dead-letter queue"."""
    if (most := _BATCH_SIZE.match(text)) and sketch.ingestions:
        sketch.promises.append(("max_batch", most["n"]))
        return _about(piece, sketch)
    told = _of_records(text, sketch)
    if deduplicated := _DEDUPLICATED.match(told):
        if not _known_by(deduplicated["keys"], sketch):
            return False
        told = "idempotent"
    if _ONCE.match(told) or _DEAD.match(told):
        if not sketch.ingestions and sketch.current:
            sketch.ingestions[sketch.current.name] = piece.index
            sketch.assume(
                f"Repeats and dead letters speak of {sketch.current.plural} that arrive in batches, so these can be sent in batches."
            )
        return bool(sketch.ingestions) and _about(piece, sketch)
    for form in (_BATCH, _INGEST):
        if found := form.match(text):
            noun = found["noun"] or (found.groupdict().get("noun2"))
            if noun and not is_name(without_article(noun)):
                return False
            entity = (
                (sketch.refer(without_article(noun)) or add_entity(noun, sketch))
                if noun and not re.match(r"(?:it|they|them|records?|data|items)$", noun.strip(), re.IGNORECASE)
                else sketch.current
            )
            if entity is None:
                return False
            size = next((v for k, v in found.groupdict().items() if k in ("n", "n1", "n2") and v), None)
            if size:
                sketch.promises.append(("max_batch", size))
            sketch.ingestions.setdefault(entity.name, piece.index)
            entity.demands.append(piece.index)
            return _about(piece, sketch)
    return False


def read_correlation(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "correlates them with assets by hostname"."""
    found = _CORRELATE.match(RELATIVE.sub("", text))
    if not found:
        return False
    partner = found["right"]
    first = found["left"] or found["first"]
    left = sketch.current
    if first and not re.fullmatch(
        r"(?:it|them|they|these|those|this|data|records|the data|each|each one|each of them|every one|all of them|every record|the records|both|also|up)",
        first.strip(),
        re.IGNORECASE,
    ):
        left = sketch.refer(without_article(first)) or add_entity(first, sketch)
    if left is None:
        return False
    before, last = sketch.current, sketch.last_field
    right = sketch.refer(without_article(partner)) or add_entity(partner, sketch)
    sketch.current, sketch.last_field = before or left, last
    if right is None or right is left:
        return False
    text_keys = found["keys"] or ""
    keys = (
        tuple(without_article(k).lower() for part in split_list(text_keys) for k in re.split(r"\s+or\s+", part) if k.strip())
        if text_keys
        else ()
    )
    if not all(is_name(key) for key in keys):
        return False
    relates = not re.search(r"\b(?:correlat|match|join|cross)", text, re.IGNORECASE)
    sketch.correlations.append(
        CorrelationSketch(
            left.name,
            right.name,
            keys,
            not re.search(r"\band\b", text_keys),
            piece.index,
            relates,
            naming.is_plural(partner.lower()),
        )
    )
    for each in (left, right):
        each.demands.append(piece.index)
    sketch.about(piece.index, Topic.CORRELATION)
    return True


def _known_by(keys: str | None, sketch: Sketch) -> bool:
    """Take the fields by which what arrives again is known; none named: a later default decides."""
    entity = next((sketch.entities[name] for name in sketch.ingestions), sketch.current)
    labels = [without_article(part).lower() for part in split_list(keys or "")]
    if entity is None or not all(is_name(label) for label in labels):
        return False
    fields = [place_field(label, FieldSketch("", ""), entity, sketch) for label in labels]
    if not all(field and field.name for field in fields):
        return False
    entity.key = tuple(field.name for field in fields if field) or entity.key
    return True


def _listed_as(piece: Piece, sketch: Sketch) -> bool:
    sketch.about(piece.index, Topic.LISTING)
    return True


def _about(piece: Piece, sketch: Sketch) -> bool:
    sketch.about(piece.index, Topic.INGESTION)
    return True


def _listed(piece: Piece, found: re.Match[str], is_sort: bool, sketch: Sketch) -> bool:
    noun = found["noun"] or found["noun2"]
    targets = _targets(noun, sketch)
    if not targets:
        return False
    labels = [
        re.sub(r",? (?:ascending|descending|first|newest first|asc|desc)$", "", without_article(p).lower())
        for p in split_list(found["fields"])
    ]
    for label in labels:
        if not is_sort and (_RANGE.search(label) or _BUILT_IN_SORT.match(label)):
            return _refuse_filter(piece, label, sketch)
    labels = [part for label in labels for part in re.split(r"\s+or(?: by)?\s+|^by\s+", label) if part]
    if not all(is_name(label) for label in labels):
        return False
    for label in labels:
        if is_sort and _BUILT_IN_SORT.match(label):
            continue
        homes = [e for e in targets if any(label in (f.label, f.name) for f in e.fields.values())] or targets[:1]
        for entity in homes:
            (entity.sorts if is_sort else entity.filters).append(label)
    for entity in targets:
        entity.demands.append(piece.index)
    sketch.about(piece.index, Topic.LISTING)
    return True


def _refuse_filter(piece: Piece, label: str, sketch: Sketch) -> bool:
    """Lists are narrowed by equal values: a range or a time that the service keeps itself is named, and is no field."""
    quote = sketch.quotes.get(piece.index, label)
    refuse(
        sketch, quote, "A field by whose exact value lists are narrowed.", f"Lists can be narrowed by equal values of fields, and sorted; {label} is neither.",
        f"Lists are narrowed by equal values; “{label}” would need a range or a time that the service keeps. Leave it out (lists can be sorted by a time), or filter by which field?",
        unsupported=True,
    )  # fmt: skip
    return True


def _targets(noun: str | None, sketch: Sketch) -> list[EntitySketch]:
    current = [sketch.current] if sketch.current else []
    if noun is None or re.fullmatch(
        r"(?:they|it|them|all|records?|lists?|results?|users?|that|which|can|be|can be|we)", noun.strip(), re.IGNORECASE
    ):
        return current + [e for e in sketch.entities.values() if e not in current]
    bare = re.sub(r"^(?:list of |lists of )", "", without_article(noun).lower())
    entity = sketch.refer(bare)
    return [entity] if entity else []
