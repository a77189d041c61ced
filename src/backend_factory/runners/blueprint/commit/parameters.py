"""Parameters of the stack: those that every deployment shares, and what each of them means."""

import json

DECIDED: tuple[tuple[str, str], ...] = (("TenantClaim", "username"), ("LogLevel", "INFO"), ("AlarmTopic", ""))
"""The platform's claim, and no topic: an environment that has one sets it."""

MEANINGS: tuple[tuple[str, str, str], ...] = (
    ("ArtifactBucket", "the environment", "bucket of the functions' zips"),
    ("ApiArtifactKey", "each deployment", "key of the API function's zip; changes with its content"),
    ("WorkerArtifactKey", "each deployment", "key of the worker's zip; changes with its content"),
    ("Issuer", "the environment", "issuer of the tokens: their `iss` claim, an https address without query"),
    ("Audience", "the environment", "audience of the tokens: their `aud` or `client_id` claim"),
    ("TenantClaim", "the parameters file", "claim that names the tenant; a token without it is refused with 401"),
    ("LogLevel", "the parameters file", "least level of log lines: DEBUG, INFO, WARN or ERROR"),
    ("AlarmTopic", "the environment", "ARN of the SNS topic that the alarms tell; empty for none"),
)
"""Name, who gives it, meaning."""


def decided() -> dict[str, str]:
    """The values that do not depend on the environment."""
    return dict(DECIDED)


def parameters() -> str:
    """The parameters file, in the form that `aws cloudformation create-change-set --parameters` takes."""
    entries = [{"ParameterKey": name, "ParameterValue": value} for name, value in DECIDED]
    return json.dumps(entries, indent=2) + "\n"
