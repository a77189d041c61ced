"""How people lead up to a request, state a wish or a fault: the expressions behind every verdict.

Every expression runs on one clause (lower-case canonical words, single spaces) or one line, and repeats nothing
inside a repetition, so its cost grows with the length of the text and no faster.
"""

import re
from dataclasses import dataclass

from backend_factory.intake.tables import listed


def _words(*lines: str) -> str:
    """Join alternatives that are spread over lines."""
    return "|".join(alternative.strip() for text in lines for alternative in text.strip().replace("\n", "|").split("|"))


@dataclass(frozen=True, slots=True)
class Telltale:
    """An expression that is searched for only where one of its words stands: most clauses have none."""

    words: frozenset[str]
    expression: re.Pattern[str]

    def within(self, canon: tuple[str, ...], line: str) -> bool:
        """Whether `line`, which is `canon` joined by spaces, holds the expression."""
        return not self.words.isdisjoint(canon) and self.expression.search(line) is not None


SECTIONS: dict[str, str] = {
    "noise": """
        steps to reproduce|to reproduce|how to reproduce|reproduction|repro|environment|versions?|screenshots?|logs?
        log output|actual|actual behaviou?r|actual results?|current behaviou?r|system info.*|stack ?trace|traceback
        additional context|checklist|alternatives|alternatives considered|describe alternatives.*|out of scope|non goals
        references?|links?|related|context|why|background|motivation|workaround|impact
    """,
    "wanted": "expected|expected (?:behaviou?r|results?|outcome)|what should happen|desired (?:behaviou?r|outcome)",
    "trouble": "describe the bug|bug|bug report|bug description|what happened|what happens|problem|issue",
    "request": """
        feature request|feature|request|proposal|proposed solution|solution|describe the solution.*|suggestion|requirements?
        tasks?|to ?do|scope|goals?|acceptance-criteria|deliverables|user story|story|description|summary|what
    """,
    "interface": "frontend|ui|ux|ui/ux|gui|frontend tasks|frontend changes|ui changes|design|mobile|web|client",
    "backend": "backend|server|server-side|apis?|backend tasks|(?:backend|api) changes|endpoints?|infrastructure|infra",
    "documentation": "docs|documentation",
    "upkeep": "tests?|testing|unit tests|qa",
}
"""What a heading announces."""

SECTION = re.compile("|".join(f"(?P<{kind}>(?:{_words(names)})$)" for kind, names in SECTIONS.items()))


HEADING_STARTS = listed("""
    steps to how reproduction repro environment version versions screenshot screenshots log logs actual current system stack
    stacktrace traceback additional checklist alternatives describe out non references reference links link related context
    why background motivation workaround impact expected what desired the bug problem issue feature request proposal proposed
    solution suggestion requirement requirements task tasks todo scope goal goals acceptance deliverables user story
    description summary frontend front-end front ui ux ui/ux gui design mobile web client backend back-end back server
    server-side api apis endpoint endpoints infrastructure infra docs documentation test tests testing unit qa
""")
"""First words of headings, for a look before the leap."""

TAGS: dict[str, str] = {
    tag: kind
    for kind, tags in {
        "request": "feat feature feature-request request enhancement fr improvement story task epic proposal todo new",
        "trouble": "bug fix bugfix hotfix regression defect crash error",
        "documentation": "docs doc documentation readme",
        "upkeep": "chore ci test tests build style refactor deps dependencies release lint tooling cli cleanup",
        "question": "question q help support discussion discuss rfc poll how-to spike",
        "interface": "ui ux frontend front-end fe web mobile ios android css design gui dashboard app client",
        "backend": "backend back-end be api server rest service db database auth infra aws lambda serverless",
        "report": "pr wip-pr release-notes",
    }.items()
    for tag in tags.split()
}
"""Words in brackets or before a colon at the very beginning: `[BE]`, `docs:`, `feat(api):`."""

TAG = re.compile(
    r"\s*(?:\[([^\[\]\n]{1,40})\]\s*:?"
    r"|\(([A-Za-z/ -]{2,16})\)"
    r"|([A-Za-z][A-Za-z/-]{0,19})(?:\(([^()\n]{0,40})\))?!?\s?[:|](?=\s)"
    r"|#?((?:[A-Z][A-Z0-9]{0,9}-){1,3}\d{1,7}|#\d{1,7})\s?[:.\-–—|]?(?=\s))"
)
"""Groups: bracketed, in parentheses, before a colon, its scope, ticket."""

_COURTESIES = """
    hi|hello|hey|dear|team|all|folks|everyone|guys|please|pls|plz|kindly|thanks|also|then|next|finally|first|second|so|ok|okay
    and|but|plus|additionally|furthermore|moreover|just|maybe|perhaps|ideally|basically|wip|as well|in addition|(?:i
    we) (?:think|believe|guess|feel)(?: that)?
    feature request|feature idea|user story|[,:;()]
"""
COURTESY = re.compile(rf"(?:{_words(_COURTESIES)}) ")

_PERSON = r"(?:i|we|you|they|it|someone|somebody|anyone|users?|customers?|clients?|admins?|people|our \w+|the \w+|\w+ team)"
_SOFT = r"(?:(?:please|kindly|maybe|also|possibly|really|still|just|now|currently|do|would|will|definitely|probably) ){0,4}"
_WISHES = r"(?:needs?|wants?|requires?|propose|suggest|request|wish|like|would like|'d like|would love|'d love|would prefer|hope)"
_PLEASING = (
    r"(?:really |very |super |so )?"
    r"(?:nice|great|good|useful|helpful|handy|cool|awesome|nifty|beneficial|amazing|better|ideal|lovely) (?:if|to|for|when) "
)
_SUBJECT = r"(?:(?:we|you|there|i|it|one|users?|the \w+|us|people) )?(?:(?:could|can|was|were|would|had|to) )?"
_GETTING = r"(?:be able to |have |get |be |also |see )?"

POLITE = re.compile(
    rf"(?:can|could|would|will) (?:you|we|someone|somebody|anyone|u) {_SOFT}(?:be able to |get |have |see |mind )?"
    r"|(?:is|would|will) (?:it|there) (?:be )?(?:possible|feasible|a chance|any chance) "
    r"(?:to |for you to |that we )(?:have |get )?"
    r"|any chance (?:we|you) (?:can|could) |(?:would|will) love (?:to )?(?:see |have |get )?"
)
"""A request in the form of a question."""

WISH = re.compile(
    rf"(?:as an? [^,]{{1,80}}?(?: ,)? )?{_PERSON}(?:'d)? {_SOFT}{_WISHES} (?:you |someone |us |it |them )?"
    r"(?:to (?:be able to )?(?:have |get |see |use )?|for |that |is |having |adding |a way to )?"
    rf"|(?:it|that) (?:would|will|could|might) (?:also )?be {_PLEASING}{_SUBJECT}{_GETTING}"
    rf"|would be {_PLEASING}{_SUBJECT}{_GETTING}"
    r"|(?:there|we) (?:should|must|has to|needs? to|ought to) (?:(?:be|have|also) ){0,3}"
    r"|(?:we|you|i) (?:have to|gotta|are going to|'ll need to) (?:also )?|let's |lets |let us "
    r"|need(?:ed)? (?:to )?|needs |want(?:ed)? (?:to )?|looking for |requesting |request (?:for|to|:) "
    r"|(?:ability|possibility|option) to "
)
"""A request in the form of a wish or a need."""

REPORTING = re.compile(
    r"(?:[:(] )?(?:(?:in )?this (?:pr|commit|change|patch|branch|mr) (?!should|must|needs)|thanks for|thank you for|congrat"
    r"|kudos|great (?:job|work)|nice (?:job|work)|well done)"
)
"""Work that is already there."""

FULL_STACK = re.compile(r"\b(?:frontend (?:&|and) backend|backend (?:&|and) frontend|full-?stack)\b")
FIRST_PERSON_PLAN = re.compile(
    r"(?:i|we)(?:'m|'re| am| are)? (?:\w+ )?"
    r"(?:trying to|try to|building|developing|creating|working on|using|tried|have|wondering|new to|following)\b"
)
QUESTION_OPENING = re.compile(
    r"(?:how|what|what's|why|where|when|which|who|whose|is|are|isn't|aren't|does|do|did|doesn't|don't|has|have (?:you|we)|should"
    r"|shouldn't|can|could|would|am|was|were|any (?:idea|ideas|way|plans?|updates?|news|thoughts)|anyone|question|wondering"
    r"|i wonder|not sure|i am wondering|i'm wondering|curious) "
)
REAL_QUESTION = re.compile(
    r"(?:how|why|what|where|which|who|when) "
    r"(?:do|does|did|to|can|could|should|would|is|are|am|will|was|were|about|if|kind|type|version) "
    r"|(?:what's|how's|is there|are there|any (?:idea|plan|way|chance|update|news)|is (?:this|it)|does|do you|do we|anyone know"
    r"|has anyone|i wonder|wondering|not sure) "
)
"""A question even without its mark."""

_NOT = r"(?:can't|cannot|couldn't|doesn't|don't|didn't|isn't|aren't|won't|never|not)"
_FAULTS = r"""
    fails?|failing|failed|crash(?:es|ed|ing)?|broken|breaks|bug|buggy|doesn't work|does not work|don't work|not working
    isn't working|stopped working|no longer works?|unable to|wrong|wrongly|incorrect|incorrectly|unexpected|unexpectedly
    stack ?trace|traceback|regression|hangs?|freezes|times out|timed out|timing out|leaks?|leaking|typeerror
    nullpointerexception|segfault|panics?|deadlocks?|stuck|weird|strange|inconsistent|inconsistently|randomly
    intermittent|intermittently|rarely
    error (?:when|while|on|in|[45]\d\d)|[45]\d\d (?:error|when|on|for|from|internal|if)|(?:http|status|code) [45]\d\d
"""
_FAILING = r"""
    return|returned|returning|save|saved|load|loaded|loading|update|updated|respond|connect|login|delete|deleted|show|shown
    find|found|get|match|respect|respected|recogni[sz]ed?|work|log|access|see|handled|applied|persisted|sent
"""
_FAULT_WORDS = """
    fail fails failing failed crash crashes crashed crashing broken breaks bug buggy doesn't does don't do not isn't
    stopped longer unable wrong wrongly incorrect incorrectly unexpected unexpectedly stack stacktrace traceback regression
    hang hangs freezes times timed timing leak leaks leaking typeerror nullpointerexception segfault panic panics deadlock
    weird strange inconsistent inconsistently randomly intermittent intermittently rarely
    deadlocks stuck error http status code 400 401 403 404 409 422 429 500 501 502 503 504 returns returned returning
    responds responded throws throwing throw threw gives giving gets getting got receives received receiving produces
    produced raises raised raising results resulted shows showed showing ends ended seeing can't cannot can couldn't could
    didn't did is aren't are won't never
"""
TROUBLE = Telltale(
    listed(_FAULT_WORDS),
    re.compile(
        rf"\b(?:{_words(_FAULTS)})\b"
        r"|\b(?:return|respond|throw|give|get|receive|produce|raise|result|show|end)(?:s|ing|ed) [^,;]{0,40}?"
        r"(?:[45]\d\d|errors?|exceptions?|null|empty|nothing|bad request|internal)\b"
        r"|\b(?:got|getting|gets|seeing|throws?|threw) [^,;]{0,40}?(?:[45]\d\d|errors?|exceptions?)\b"
        rf"|\b{_NOT} (?:\w+ ){{0,2}}?(?:{_words(_FAILING)})\b"
    ),
)
WANTED = Telltale(
    listed("should shouldn't must ought needs need has have supposed expected expect instead rather so"),
    re.compile(
        r"\b(?:should|shouldn't|must|ought to|needs? to|has to|have to|supposed to|expected|expect|instead of|rather than"
        r"|so that)\b"
    ),
)
IDLE_WANTED = Telltale(
    listed("should must expected expect has needs"),
    re.compile(
        r"\b(?:should|must|expected|expect(?:ed)?(?: it)? to|has to|needs to) (?:: )?"
        r"(?:(?:not|just|it|to|be|still|the|no|api|endpoint|request|service|server|call|page) ){0,6}"
        r"(?:work|works|working|crash|fail|error|errors|happen|succeed|fixed|correct)\b"
    ),
)
"""A wanted behaviour that says no more than that the fault should go."""

GAP = Telltale(
    listed("there there's no missing doesn't does don't do not isn't lacks lack can't cannot can only"),
    re.compile(
        r"\b(?:there (?:is|are|isn't|is currently|seems to be) (?:currently |also )?(?:no|not|any)|there's no"
        r"|no (?:way|endpoint|api|support|option|possibility|route|backend) (?:to|for|that)"
        r"|missing (?:an? )?(?:endpoint|api|support|feature|route)|(?:is|are) (?:currently |still )?missing"
        r"|(?:doesn't|does not|don't|do not|not yet|isn't|not) (?:yet |currently )?"
        r"(?:support|supported|have|expose|provide|include|offer|possible|available|exist|implemented)"
        r"|lacks?|(?:can't|cannot|can not) (?:currently |yet )?be|only supports?)\b"
    ),
)
CONSUMER = Telltale(
    listed("frontend ui page component react app screen client"),
    re.compile(
        r"\b(?:call|calling|consume|consuming|use|using|fetch|fetching|connect|connecting|hook) (?:up )?"
        r"(?:to |from |with )?(?:the |our |your )?(?:\w+ ){0,2}?(?:api|apis|endpoint|endpoints|backend)\b[^,;]{0,60}"
        r"\b(?:frontend|ui|page|component|react|app|screen|client)\b"
    ),
)
"""A program that uses the backend."""
