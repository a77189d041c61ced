"""What this compiler does not build, so that it can say so by name instead of leaving it out."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re
from dataclasses import dataclass

from backend_factory.domain.assignment import Blocked
from backend_factory.runners.blueprint.summarize.prose import Piece, straighten


@dataclass(frozen=True)
class Beyond:
    """A kind of demand that is out of reach, and what would bring it into reach."""

    name: str
    pattern: re.Pattern[str]
    needed: str


_PRODUCTS = (
    "okta|auth0|keycloak|cognito|azure ad|entra|active directory|ldap|jira|github|gitlab|slack|discord|teams channel|microsoft teams"
    "|pagerduty|opsgenie|servicenow|salesforce|hubspot|zendesk|stripe|paypal|adyen|twilio|sendgrid|mailchimp|shopify|splunk|datadog"
    "|grafana|elasticsearch|opensearch|kafka|rabbitmq|snowflake|bigquery|redshift|tenable|qualys|nessus|crowdstrike|wiz|rapid7"
    "|aws security hub|security hub|guardduty|aws inspector|google drive|google sheets|dropbox|sharepoint|openai|chatgpt|sap|zapier"
)

_TABLE: tuple[tuple[str, str, str], ...] = (
    (
        "machine learning",
        r"machine[ -]learning|\bml\b|\ba\.?i\.?\b|\bllms?\b|neural|predict\w*|forecast\w*|recommend(?:s|ations?|er)?\b|anomal(?:y|ies) detection"
        r"|detects? anomalies|sentiment|classif(?:y|ies|ication|ier)|embeddings?\b|train(?:s|ed|ing)? (?:a |the )?model|natural language"
        r"|summari[sz]es?\b|deep learning|chatbot",
        "a model, its training data and a measure of its quality",
    ),
    (
        "rendering of documents",
        r"\bpdfs?\b|excel|xlsx|\bword documents?|spreadsheets? (?:export|download)|export(?:s|ed|ing)?\b|(?:generate|render|create|produce|print)s? "
        r"(?:\w+ ){0,3}(?:reports?|documents?|invoices? (?:as|in))|(?:monthly|weekly|daily|quarterly) reports?|\bcsv (?:files?|downloads?)|download(?:s|ed)? as",
        "a document renderer and a description of the document",
    ),
    (
        "sending of messages",
        r"(?:send|sends|sent|sending|deliver|dispatch)\b.{0,60}\b(?:e-?mails?|sms|messages?|texts?|notifications?|alerts?|reminders?|push|webhooks?)\b"
        r"|\be-?mails? (?:the|to|an?|all|every|them|when|whenever|if)\b|e-?mailed\b|notif(?:y|ies|ied|ication|ications|ying)\b|remind(?:s|er|ers|ed)?\b"
        r"|(?:trigger|raise|fire)s? (?:an? )?alerts?|alert(?:s|ed|ing) (?:the|when|if|on|us|owners?|users?)|\bsms\b|text messages?|push notifications?"
        r"|web ?hooks?\b|call(?:s|ing)? (?:back|a url)|publish(?:es|ed)? (?:an? )?events?|emits? events?|get(?:s)? an? e-?mail",
        "a channel for messages, its credentials, and templates for what is sent",
    ),
    (
        "integration with another system",
        rf"\b(?:{_PRODUCTS})\b|integrat(?:e|es|ed|ing|ion|ions)\b (?:with|to|of|for|into)|third[ -]party (?:apis?|services?|systems?|providers?|tools?|integrations?|software)|external (?:api|service|system|provider)s?"
        r"|sync(?:s|ed|hroni[sz]e[sd]?)?\b.{0,40}\b(?:with|from|to)\b|\bcall(?:s|ing)? (?:an?|the|our|another) (?:\w+ )?(?:api|service)|(?:fetch|pull|poll|scrape|crawl)(?:e?s|ing)?\b .{0,40}\bfrom\b",
        "a description of the other system's interface and credentials for it",
    ),
    (
        "payments",
        r"(?:process|take|accept|collect|charge|capture|make|handle)(?:e?s|ing)? (?:\w+ ){0,2}(?:payments?|credit cards?|cards?|refunds?)\b|credit cards?\b"
        r"|payment (?:gateway|provider|processing)|check ?out\b|charg(?:e|es|ing) (?:the |a )?(?:customer|user|client)s?|billing run|refund(?:s|ing)? (?:the|a|customers?)",
        "a payment provider and its contract",
    ),
    (
        "text or geographic search",
        r"full[ -]?text|fuzzy|free[ -]text search|typo[ -]toleran\w+|wildcard|autocomplete|type-?ahead|partial match\w*|substring|search(?:es|ing)? (?:in|across|through|within|inside|over|for)\b"
        r"|geo(?:spatial|graphic\w*|-?search|-?query|-?location search|-?fenc\w+)|within \d+ ?(?:km|kilomet\w+|miles?|m)\b|nearest|near(?:by)? (?:a|the|me)|radius|semantic search|relevance",
        "a search index",
    ),
    (
        "files",
        r"(?:upload|attach|store)(?:s|ed|ing)? (?:\w+ ){0,3}(?:files?|images?|photos?|pictures?|videos?|documents?|attachments?|screenshots?|logos?|avatars?)"
        r"|file uploads?|(?:image|photo|picture|video|document|logo|avatar) uploads?|attachments?\b|binary (?:data|content)|thumbnails?|\b(?:csv|xml|json|parquet) (?:file|upload)s?\b|from (?:a )?csv\b|blobs?\b",
        "a store for files and limits for their size and kind",
    ),
    (
        "work at set times",
        r"\bcron\b|\bnightly\b|\bhourly\b|(?:every|each) (?:night|day|hour|week|month|morning|minute|\d+ (?:minutes?|hours?|days?|seconds?))\b|(?:run|runs|execute[sd]?|happen|process(?:es|ed)?|job) (?:\w+ ){0,3}(?:daily|weekly|monthly|periodically|on a schedule)"
        r"|scheduled (?:jobs?|tasks?|runs?)|periodic(?:ally)?\b|\bautomatically\b|background jobs?|recurr\w+|automatically (?:expire|delete|clos|archiv|remov|escalat|set|chang|mov)\w*"
        r"|(?:expire[sd]?|deleted|removed|closed|archived|purged|escalated?) (?:automatically|after \d+|by itself|when|once it|if)|retention|\bttl\b|auto-?(?:clos|expir|delet|archiv|assign|escalat)\w*",
        "a schedule and a rule of what happens when it comes",
    ),
    (
        "workflows",
        r"workflows?\b|state[ -]machines?|transitions?\b|approval (?:process|chain|flow|step)s?|(?:needs?|requires?|awaits?|with|by) (?:an? |the )?(?:\w+ )?approvals?\b|approvals?$|approv(?:e|es|ed by|al) (?:by|of|the|it|them|or|requests?|chain)|must be approved|escalat(?:e|es|ion)\b"
        r"|can only (?:move|go|change|be changed) from|(?:moves?|goe?s?|changes?) from .+ to |only (?:from|after) .+ to |multi-?step|orchestrat\w+|saga\b|sign-?off|undo|assign(?:s|ed)? automatically|round[ -]robin",
        "the states, who may move between them, and what each move does",
    ),
    (
        "computed figures",
        r"aggregat\w+|statistic\w*|\banalytics\b|\bcharts?\b|\bgraphs?\b|\btrends?\b|\baverages?\b|\bmedian\b|\bpercentiles?\b|\bhistogram\b|\bsum(?:s|med)? (?:of|up)\b|\bcounts? (?:per|by|of all|how)|group(?:ed)? by|top \d+|totals? (?:per|by|of)"
        r"|\bkpis?\b|\bmetrics (?:per|by|about|of)|(?:calculat|comput|deriv)(?:e|es|ed|ing|ation)\b|\bscor(?:es|ing) (?:the|each|them|every|by|of|based|risk)|\bscoring\b|scores? (?:them|each|every|risks?\b)|risk (?:analysis|scoring)|prioriti[sz](?:e|es|ation)\b|\brank(?:s|ed|ing)? (?:the|each|them|by)|leaderboards?|how many|dashboards?",
        "the formula, its inputs, and when the figure is brought up to date",
    ),
    (
        "another kind of interface",
        r"graphql|\bgrpc\b|\brpc\b|web ?sockets?|\bsse\b|server-sent|stream(?:s|ed|ing)?\b|real[ -]?time|long[ -]polling|\bsoap\b|odata|subscri(?:be|bes|ption to|ptions to)\b|live updates?|\bmqtt\b|\bsdks?\b|\bcli\b|command[ -]line",
        "a decision for that interface; this compiler builds resource APIs that answer requests",
    ),
    (
        "permissions by role",
        r"\broles?[ -]based|\brbac\b|\babac\b|\bpermissions?\b|\bonly (?:the )?(?:admins?|administrators?|managers?|owners?|editors?|moderators?|members?|authors?|creators?|supervisors?|staff)\b|(?:admins?|administrators?|managers?|editors?|viewers?|moderators?) (?:can|may|are allowed|should)\b"
        r"|for (?:admins?|administrators?) only|access control|\bacls?\b|their own (?:records|entries|items|orders|tickets)|visible only to|share[ds]? with|public(?:ly)? (?:accessible|readable)|anonymous(?:ly)?|without (?:signing in|sign-in|login|authentication)|unauthenticated",
        "the roles, who has them, and what each may do",
    ),
    (
        "accounts and sign-in of its own",
        r"\bsso\b|single sign-?on|\bsaml\b|\boauth2?\b|\boidc\b|passwords?\b|sign-?up|\blog[ -]?in (?:page|with|via|form|flow)|users? (?:can )?log ?in|registration flow|two-factor|\b2fa\b|\bmfa\b|authentication (?:service|flow|system)|session management|api keys?\b|issue[sd]? tokens?|user authentication|add authentication",
        "an identity provider and its settings; the feature itself only trusts tokens that the platform's provider signed",
    ),
    (
        "encryption or masking of single fields",
        r"encrypt\w*|\bhash(?:ed|es|ing)?\b|tokeni[sz]\w+|mask(?:ed|s|ing)?\b|anonymi[sz]\w+|pseudonymi[sz]\w+|redact\w*|\bgdpr\b|\bhipaa\b|\bpci\b|digital(?:ly)? sign\w+",
        "a key policy and a list of the fields; all data is encrypted at rest and in transit in any case",
    ),
    (
        "moving or changing what exists",
        r"migrat\w+|backfill\w*|legacy|(?:existing|old|current|previous) (?:data|records|database|tables?|system|api|code|endpoints?|service|implementation)|refactor\w*|rewrite|\brename\b|extend (?:the|our)|replace (?:the|our) (?:current|existing|old)|upgrade|deprecat(?:e|es|ing)\b|fix(?:es)? ",
        "access to what exists, and a description of how it has to change",
    ),
    (
        "a history of changes",
        r"audit(?:ed|ing|able)\b|audit[ -]?(?:log|trail|histor)\w*|history of|change (?:log|history)|(?:old|previous|past|earlier) versions?|versioning|version history|roll ?back to|restor(?:e|es|ed|ing)\b|undelet\w+|soft[ -]?delet\w+|event sourcing|recycle bin|trash\b",
        "a decision for how long each change is kept and who may read it",
    ),
    (
        "a promise of performance or availability",
        r"\b\d[\d,.]*\s*(?:k|m|million|thousand|billion)?\s*(?:requests?|req|rps|tps|qps|users|records|rows|items|events|messages|writes|reads) ?(?:per|/|a|each) ?(?:second|sec|s|minute|day|hour)\b|\brps\b|\bqps\b|99\.\d+|\buptime\b|\bsla\b|\bslo\b|(?:under|within|below|less than|in) \d+ ?(?:ms|milliseconds?|µs|microseconds?)|latency|throughput|millions? of|billions? of|thousands of"
        r"|high[ -]availab\w+|rate[ -]?limit\w*|throttl\w+|\bquotas?\b|low[ -]latency|\bcach(?:e[sd]?|ing)\b|scales? to",
        "a load profile and an environment in which it is measured",
    ),
    (
        "several regions",
        r"multi[ -]?region\w*|cross[ -]region|(?:several|multiple|two|all|other) (?:aws )?regions|data residency|fail-?over|disaster recovery|geo-?redundan\w+|replicat(?:e|es|ed|ion)\b",
        "the regions, and what may be lost when one fails",
    ),
    (
        "changes of many records at once",
        r"(?:bulk|mass|batch)[ -](?:delet|updat|edit|chang|operation)\w*|(?:delete|update|change|edit) (?:many|all|several|multiple)\b|cascad\w+|when (?:an?|the) \w+ is deleted",
        "a decision for what happens when a part of it fails",
    ),
    (
        "a user interface",
        r"\bfront-?end\b|\buser interface\b|\b(?:ui|gui|ux)\b|\bweb ?(?:pages?|apps?|sites? with)\b|\bmobile apps?\b|\b(?:calendar|table|list|detail|map) views?\b|\bbuttons? (?:to|that|which|in|on|for)\b"
        r"|\b(?:login|landing|start) page\b|\bdrop-?downs?\b|\bdark mode\b|\breact\b|\bangular\b",
        "the frontend team",
    ),
    (
        "translation",
        r"translat\w+|locali[sz]\w+|internationali[sz]\w+|\bi18n\b|multi-?lingual|several languages|multiple languages|currency conversion|convert(?:s|ed|ing)? (?:\w+ )?(?:currenc\w+|units?|between)|(?:current|live|latest|today's) exchange rates?",
        "the languages or units, and a source for the translations or rates",
    ),
    (
        "a rule that holds only under a condition",
        r"\b(?:if|when|unless|whenever|once)\b.+\b(?:required|must|mandatory|optional|cannot|allowed|forbidden|needed)\b|\b(?:required|must be|mandatory|optional|forbidden|allowed|needed) (?:only )?(?:if|when|unless|for all but)\b",
        "rules that hold for every record alike",
    ),
    (
        "merging and cleaning of data",
        r"\bmerg(?:e|es|ed|ing)\b|enrich\w*|normali[sz]\w+|\bdiff(?:s|ing)?\b|compare[sd]?\b|\bcrawl\w*|\bscan(?:s|ning)? (?:the|for|all|our|hosts|assets|networks?)|discover(?:s|y|ing)\b",
        "the rule by which records are compared and combined",
    ),
)

TABLE: tuple[Beyond, ...] = tuple(Beyond(name, re.compile(pattern, re.IGNORECASE), needed) for name, pattern, needed in _TABLE)

_FIELD_SUFFIX = re.compile(
    r"[\w-]*(?:[ -](?!an?\b|the\b|with\b|and\b|or\b|of\b|to\b|for\b|by\b)\w+)?[ -](?:flag|date|time|e-?mail|at|by|period|days|hours|minutes|count|number|level|type|name|status|reason|code|owner|url|id|in (?:seconds|minutes|hours|days|weeks|months)|\((?:bool|boolean|yes/no|yes or no|y/n|true/false|optional|required|integer|int|text|string|date)\b)(?![\w-])",
    re.IGNORECASE,
)
"""What follows a word that is the first of a field's name: "retention period", "approval date"."""
_ASKED_THING = re.compile(
    r"\b(?:apis?|services?|endpoints?|backend|registry)\s+(?:for|of|to manage|that (?:stores|manages|tracks))\s+(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_THING_ENDS = re.compile(r"(?:\s+(?:with|where|having|that have)\b|\s*[:.(]|\s*$)", re.IGNORECASE)
_QUOTED_VALUES = re.compile(
    r"\([\w./+-]+(?:(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+|\s*[/|]\s*)[\w./+-]+)+(?:[,;]\s*default [\w-]+)?\)|\"[^\"]*\"|`[^`]*`|\bone of\b[^.;()]*|\beither\b[^.;()]*",
    re.IGNORECASE,
)
_ENUMERATES = re.compile(r"\b(?:apis?|services?|endpoints?|backend|with|has|have|having|including)\b|:", re.IGNORECASE)
_EDGE_LEFT = re.compile(r".*(?:,|;|\(|\b(?:and|with|via|using|plus|that|which)\b|:)", re.IGNORECASE | re.DOTALL)
_EDGE_RIGHT = re.compile(r",|;|\)|\s+and\s|\.\s|\.$|$", re.IGNORECASE)


def find_beyond(piece: Piece) -> Blocked | None:
    """The refusal of the first demand in `piece` that cannot be compiled, quoting the smallest part that says it."""
    for quote in piece.quotes:
        plain = straighten(quote)
        readable = _QUOTED_VALUES.sub(lambda m: " " * len(m.group()), plain)
        hits = [(found.start(), found, beyond) for beyond in TABLE if (found := _first_demand(beyond.pattern, readable))]
        if hits:
            _, found, beyond = min(hits, key=lambda hit: hit[0])
            return refuse(_part(quote, plain, found.start(), found.end()), beyond)
    return None


def _first_demand(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match that is not the beginning of a field's name, or a thing to keep records of ("an API for reminders with a date")."""
    for found in pattern.finditer(text):
        is_field = (
            len(found.group().split()) <= 2
            and _FIELD_SUFFIX.match(text, found.end())
            and _ENUMERATES.search(text, 0, found.start())
        )
        kept = (
            found.group().lower().endswith("s")
            and _ASKED_THING.search(text[: found.start()])
            and _THING_ENDS.match(text, found.end())
        )
        if not is_field and not kept:
            return found
    return None


def refuse(quote: str, beyond: Beyond) -> Blocked:
    """The blocker for a demand beyond this compiler."""
    return Blocked(
        reason="unsupported_demand",
        demand=quote,
        needed=f"{beyond.needed[0].upper()}{beyond.needed[1:]}.",
        tried=(
            "Looked for a way to build it from records, rules, relations, batches and correlation.",
            f"It asks for {beyond.name}.",
        ),
        question=f"“{_short(quote)}” asks for {beyond.name}, which I cannot build. Leave it out, or word it as records and rules?",
    )


def _part(quote: str, plain: str, start: int, end: int) -> str:
    """The item around a match in a longer statement; all of it where the rest would say nothing without."""
    if not _ENUMERATES.search(plain, 0, start):
        return quote.strip(" \n\t.,;:")
    left = _EDGE_LEFT.match(plain, 0, start)
    if not left or not re.search(r"\w", plain[: left.end()]):
        begin = 0
    else:
        edge = re.search(r"(?:,|;|\(|:|\w+)\s*$", plain[: left.end()])
        begin = edge.start() if edge and edge.group().strip().isalpha() else left.end()
    right = _EDGE_RIGHT.search(plain, end)
    return quote[begin : right.start() if right else len(quote)].strip(" \n\t.,;:")


def _short(quote: str) -> str:
    one_line = " ".join(quote.split())
    return one_line if len(one_line) <= 200 else f"{one_line[:199]}…"
