"""What holds for every feature anyway, what the platform decides, and what asks for nothing."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.runners.blueprint.summarize.prose import Piece
from backend_factory.runners.blueprint.summarize.sketch import Sketch, Topic
from backend_factory.runners.blueprint.summarize.wording import says_for_whom

_SOFT = r"(?:(?:everything|it|all|data|records?|the api|the service|each|every|users?|requests?|endpoints?|access|the|and|with|must|should|is|are|be|has to|to|needs?|including|includes?|of course|please|use|using|uses|via|as|that|have|has|a|an|only|any|all of it|we|run|runs|running|on|written|write|deploy(?:ed)?|built|in|for|by|provide|keep|make|sure|full|good|proper)\s+)*"

_KNOWN: tuple[tuple[Topic, str], ...] = (
    (
        Topic.ISOLATION,
        r"(?:multi-?tenan(?:t|cy)|tenant[- ](?:isolat(?:ion|ed)|aware|scoped|separat(?:ion|ed))|isolat(?:ed|ion)(?: (?:per|by|between|for each) (?:tenants?|customers?|accounts?))?|separat(?:e|ed) (?:per|by|between|for each) (?:tenants?|customers?|accounts?))"
        r"|(?:(?:each|every|a|one) (?:tenant|customer|account)|tenants|customers|accounts) (?:can |may |must |should )?(?:only )?(?:sees?|access(?:es)?|reads?|gets?)(?: and (?:change|edit|manage)s?)?(?: only)? (?:its|their|his) own(?: [\w]+)*"
        r"|(?:no|a) (?:tenant|customer|account) (?:can|may|must|cannot|must not|can never|should)(?: ever| never| not)* (?:see|access|read)(?: the)?(?: data| records)?(?: of)? (?:another|other)(?: tenant| customer| account)?s?(?:'s?)?(?: data| records)?"
        r"|(?:per|by) (?:tenant|customer|account)",
    ),
    (
        Topic.SIGN_IN,
        r"(?:(?:for )?(?:authenticated|signed-?in|logged-?in)(?: (?:users?|callers?|clients?|requests?|only|access))*|(?:secured?|protected|authenticat(?:ed|ion)|authorization|authoriz(?:ed|er)|sign-?in|login)(?: (?:by|with|via|through|required|is required|must be required|needed|token|tokens|is needed|a))*(?: (?:jwt|tokens?|bearer tokens?|sign-?in))?|jwt(?: auth(?:entication|orizer)?| tokens?| authorization)?|bearer tokens?|sign(?:ed)? in)(?: for (?:all|every|each) (?:endpoints?|requests?|calls?))?",
    ),
    (
        Topic.VALIDATION,
        r"(?:validat(?:e|es|ed|ion)(?: (?:of )?(?:all |every |the )?(?:input|inputs|requests?|fields|data|bodies|everything))?|input validation|(?:invalid|bad|malformed|wrong|unknown) (?:input|data|requests?|records?|values?|fields?)(?: (?:is|are|must be|should be|gets?))? (?:refused|rejected)(?: with (?:a |an )?(?:clear |helpful |good )?(?:errors?|messages?|error messages?))?|(?:clear|helpful|good|proper|meaningful) error(?:s| messages?| handling)|error handling|proper errors?)",
    ),
    (
        Topic.CONCURRENCY,
        r"(?:optimistic (?:locking|concurrency)(?: control)?|concurrent (?:changes|updates|edits|writes)(?: (?:are|must be|should be))? (?:detected|refused|safe|rejected|handled)|(?:no )?lost updates?(?: (?:are|must be) (?:prevented|avoided))?|conditional (?:writes|updates)|etags?|if-match)",
    ),
    (Topic.LISTING, r"(?:paginat(?:ed|ion)|paged|paging)(?: (?:lists?|results|for lists?))?"),
)  # fmt: skip

_PLATFORM = (
    r"(?:go|golang|aws|aws lambda|lambda|lambda functions?|dynamo ?db|cloud ?formation|api gateway|sqs|serverless|rest|rest api|restful|json|http|https|openapi|open api|swagger|infrastructure as code|chariot|tabularium|the platform"
    r"|(?:unit |integration |automated |comprehensive )*tests?|(?:test )?coverage|documentation|docs|documented|tested|production[- ]ready|production quality|clean code|best practices|logging|structured logs?|logs|monitoring|alarms|deployable|scalable|secure|reliable|maintainable|robust|fast|quick|responsive|performant|snappy|simple|easy to (?:use|understand|maintain|consume)|user-friendly|intuitive|well[- ]documented|lightweight|stable"
    r"|the (?:usual|platform's|existing) (?:patterns|conventions|stack)|our (?:usual |existing )?(?:stack|patterns|conventions|platform)|idempotent)"
)
_PLATFORM_ONLY = re.compile(
    rf"^{_SOFT}{_PLATFORM}(?:\s*(?:,|and|with|on|in|,\s*and|/|for|as)\s+{_SOFT}{_PLATFORM})*$", re.IGNORECASE
)
_TOPICS = tuple(
    (topic, re.compile(rf"^{_SOFT}(?:{pattern})(?:\s+(?:and|,)\s+(?:{pattern}))*$", re.IGNORECASE)) for topic, pattern in _KNOWN
)

_CONTEXT = re.compile(
    r"^(?:(?:so that|so|because|in order that|since)\b.+|(?:currently|today|right now|at the moment|at present|until now|nowadays|background|context|motivation|reason|why)\b.*"
    r"|as an? [\w' -]+|(?:many )?thanks?(?: you)?(?: .*)?|thx|cheers|best(?: regards)?|regards|hi|hello|hey(?: .*)?|hi (?:all|team|there|everyone)|hello (?:all|team|there|everyone)|(?:this|it) (?:is|would be|will be) (?:very |really |quite |extremely )?(?:important|urgent|helpful|great|useful|nice|a must).*"
    r"|that'?s (?:it|all)|nothing (?:else|more|fancy)|(?:please )?(?:(?:implement|build|create|add|support|we need|i need) )?(?:the )?following(?: (?:fields|rules|things|features))?|(?:can|could) (?:we|you|i|someone) (?:please )?(?:get|have|build|make|create|add|provide|do)(?: us| me)? (?:an? )?(?:rest )?(?:api|service|backend|endpoint)s? for (?:that|this|it|them|these)|(?:no hurry|asap|as soon as possible)"
    r"|(?:the )?(?:rules|requirements|details|acceptance criteria|constraints) (?:are|is)|(?:we|i|our team|they) (?:currently|now|today) .+|please|i need (?:an? )?(?:rest )?(?:api|service|backend|endpoint)|we need (?:an? )?(?:rest )?(?:api|service|backend|endpoint)|[A-Z][A-Z0-9]+-\d+)$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:acceptance criteria|requirements?|rules?|details?|fields?|notes?|description|user story|scope|operations|endpoints|validation|relations?|behaviou?r|attributes|properties|data model|entities|title)$",
    re.IGNORECASE,
)
"""Introduces what follows; only with its colon, for a field may have such a name."""
_TICKET_LINE = re.compile(
    r"^(?:priority|due|reporter|assignee|labels?|story points|estimate|sprint|epic|type|status): ?[\w-]+$", re.IGNORECASE
)
"""A line of a ticket's head, before anything is asked for."""
_TELLS = re.compile(
    r"^(?:so|because|in order|since|currently|today|right now|at the moment|at present|until now|nowadays|we|i|our|they|this|it|thank|reason|why|context|background|motivation)\b",
    re.IGNORECASE,
)
_DEMANDS = re.compile(
    r"\b(?:build|create|implement|an api|a service|endpoint|must|should|shall|required|unique|filter(?:ed)?|sort(?:ed)?|with an?)\b",
    re.IGNORECASE,
)
"""A reason or a background that says one of these asks for something after all."""
_TODAY = re.compile(
    r"^(?:(?:we|i|our \w+|they)\s+)?(?:currently|today|right now|at the moment|at present|until now|nowadays|now)\b",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"^(?:background|context|motivation|why|problem|goal|goals|reason|rationale|introduction|current situation|business value|value)$"
)
_OUT = re.compile(r"^(?:out of scope|not in scope|non-?goals?|later|not now|future|won'?t do|excluded)$")
_OUT_INLINE = re.compile(
    r"^(?:out of scope|not in scope|non-?goals?)\s*(?::|is|are)\s*.+|.+ (?:is|are) (?:out of scope|not in scope|not part of this|not needed(?: now| yet)?|for later)$",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"^(?:it |answers? |responses? |requests? |the api |calls? )*(?:must |should |are |is |be )*(?:answer(?:s|ed)?|respond(?:s|ed)?|return(?:s|ed)?|served)? ?(?:within|in under|in less than|in) (?:a second|one second|1 ?s(?:econd)?)$",
    re.IGNORECASE,
)


def read_quality(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read what every feature has (isolation, sign-in, validation) and what the platform settles (language, tests)."""
    for entity in sketch.entities.values():
        text = re.sub(
            rf"^(?:the |all |each |every )?(?:{re.escape(entity.plural)}|{re.escape(entity.label)}) (?:are|is|must be|should be) ",
            "",
            text,
            flags=re.IGNORECASE,
        )
    for topic, pattern in _TOPICS:
        if pattern.fullmatch(text):
            sketch.about(piece.index, topic)
            return True
    if _WITHIN.match(text):
        sketch.promises.append(("Answer time", "every answer within one second at 10 clients with 50 requests each"))
        sketch.about(piece.index, Topic.RECORDS)
        return True
    if _PLATFORM_ONLY.match(text):
        sketch.context[piece.index] = "Settled by the platform and its standards; the Solution Architect takes it up."
        return True
    return False


def read_context(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Set aside greetings, reasons, background and headings: they ask for nothing."""
    if says_for_whom(text):
        sketch.context[piece.index] = "Says for whom; who is signed in decides."
        return True
    if _BACKGROUND.match(piece.section) and piece.kind != "heading":
        sketch.context[piece.index] = "Background."
        return True
    label = piece.kind != "bullet" and (
        (piece.plain.endswith(":") and _LABEL.match(text.rstrip(":"))) or (not sketch.entities and _TICKET_LINE.match(text))
    )
    if (
        label
        or (piece.kind == "heading" and not _DEMANDS.search(text))
        or (_CONTEXT.match(text) and not (_TELLS.match(text) and _DEMANDS.search(text)))
    ):
        sketch.context[piece.index] = "Asks for nothing by itself."
        return True
    return False


def is_background(piece: Piece) -> bool:
    """Whether the piece tells how things are today, which asks for nothing whatever it names."""
    return bool(_BACKGROUND.match(piece.section) or _TODAY.match(piece.plain))


def section_is_out(piece: Piece) -> bool:
    """Whether the piece stands under a heading such as "Out of scope"."""
    return piece.kind != "heading" and bool(_OUT.match(piece.section))


def says_out_of_scope(piece: Piece) -> bool:
    """Whether the piece says of itself that it is left out: "Reports are out of scope"."""
    return bool(_OUT_INLINE.match(piece.plain.strip(" .")))
