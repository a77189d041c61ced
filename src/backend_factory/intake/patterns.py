"""Which kinds of backend work a request names: one row a pattern."""

from backend_factory.domain.detection import Pattern
from backend_factory.intake.naming import VENDORS


def _row(*groups: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in groups)


_CORRELATING = (
    "correlate correlates correlating correlation match matches matching link links linking map maps associate associates"
)

# A pattern is named when each set of one of its rows has a word of the request (singular, canonical).
_ROWS: tuple[tuple[Pattern, tuple[frozenset[str], ...]], ...] = (
    (Pattern.REST_API, _row("api endpoint rest http-call crud route openapi graphql")),
    (
        Pattern.AUTHENTICATION,
        _row(
            "sso okta saml oidc oauth oauth2 jwt ldap scim auth0 keycloak cognito authentication authorization auth authenticate"
            " authorize login logout sign-on sign-in sign-up mfa 2fa totp otp passkey rbac kerberos password"
        ),
    ),
    (Pattern.INTEGRATION, _row("integration integrate integrating connector webhook third-party")),
    (
        Pattern.INTEGRATION,
        (VENDORS - {"aws", "kafka", "elasticsearch", "cognito", "apple", "linear", "notion", "teams"},),
    ),
    (
        Pattern.DATA_PROCESSING,
        _row(
            "process processes processing processor ingest ingests ingesting ingestion import importer export exporter etl"
            " pipeline batch bulk queue worker transform transforms parse parses parser aggregate aggregates aggregation enrich"
            " enriches enrichment deduplicate deduplicates deduplication sync stream streaming csv"
        ),
    ),
    (
        Pattern.RISK_ANALYSIS,
        _row(
            "risk",
            "score scores scoring analysis analyse analyses analyze analyzes assess assesses assessment rank ranks ranking"
            " prioritize prioritise prioritization prioritisation severity exposure calculate calculates calculation rating stale"
            " expire expires",
        ),
    ),
    (Pattern.ASSET_CORRELATION, _row("asset", _CORRELATING)),
    (Pattern.VULNERABILITY_MANAGEMENT, _row("vulnerability cve cvss epss kev")),
    (Pattern.TABULARIUM_TYPE, _row("tabularium data-type data-model")),
    (
        Pattern.TABULARIUM_TYPE,
        _row("type model entity", "create add define register introduce creating adding build implement"),
    ),
    (
        Pattern.CLOUDFORMATION,
        _row("cloudformation dynamodb sqs sns s3 kinesis eventbridge iam infrastructure dead-letter step-functions stack"),
    ),
    (Pattern.LAMBDA, _row("lambda serverless")),
)
_FALLBACK = frozenset({"backend", "service", "microservice", "server-side"})


def patterns_of(singulars: frozenset[str]) -> tuple[Pattern, ...]:
    """Return the patterns that the words of a request name, in the order of `Pattern`.

    A backend or service of which nothing else is said is served as a REST API.
    """
    named = {pattern for pattern, row in _ROWS if all(group & singulars for group in row)}
    if not named and singulars & _FALLBACK:
        named = {Pattern.REST_API}
    return tuple(pattern for pattern in Pattern if pattern in named)
