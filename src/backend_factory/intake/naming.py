"""Tables for names: forms that a feature takes, nouns for what it does, spellings that are not Title Case."""

from backend_factory.intake.tables import listed

# The noun that ends a title -> how it is written there.
FORMS: dict[str, str] = {
    "api": "API",
    "endpoint": "Endpoint",
    "route": "Endpoint",
    "service": "Service",
    "microservice": "Service",
    "backend": "Backend",
    "server": "Server",
    "lambda": "Lambda Function",
    "function": "Function",
    "integration": "Integration",
    "connector": "Connector",
    "webhook": "Webhook",
    "type": "Type",
    "data-type": "Type",
    "model": "Model",
    "data-model": "Model",
    "entity": "Model",
    "schema": "Schema",
    "table": "Table",
    "database": "Database",
    "queue": "Queue",
    "worker": "Worker",
    "cron": "Scheduled Job",
    "job": "Job",
    "pipeline": "Pipeline",
    "importer": "Importer",
    "exporter": "Exporter",
    "middleware": "Middleware",
    "cloudformation": "CloudFormation Infrastructure",
    "infrastructure": "Infrastructure",
    "stack": "Infrastructure",
    "template": "Infrastructure",
}
# A form named by these alone says little; they are dropped beside another name.
PLACES = frozenset(
    {
        "api",
        "backend",
        "server",
        "service",
        "platform",
        "system",
        "server-side",
        "rest",
        "app",
        "application",
        "chariot",
    }
)

# A verb's base -> the noun for it in a title; empty where the form alone says it ("an API to list invoices").
_SILENT = """
    create get list read return fetch retrieve manage handle add provide expose serve have make use support
    update allow let enable build implement save show see view access change replace edit modify maintain do run
    take accept
"""
_SPOKEN = """
    aggregate=Aggregation analyse=Analysis analyze=Analysis approve=Approval archive=Archiving assess=Assessment
    assign=Assignment authenticate=Authentication authorize=Authorization batch=Batching calculate=Calculation
    cancel=Cancellation check=Check classify=Classification collect=Collection compute=Calculation
    convert=Conversion correlate=Correlation count=Count deduplicate=Deduplication delete=Deletion
    detect=Detection email=Email download=Download encrypt=Encryption enrich=Enrichment expire=Expiry
    export=Export filter=Filtering generate=Generation import=Import ingest=Ingestion integrate=Integration
    invite=Invitation limit=Limit link=Linking log=Logging map=Mapping match=Matching merge=Merge
    migrate=Migration monitor=Monitoring normalise=Normalization normalize=Normalization notify=Notification
    paginate=Pagination parse=Parsing persist=Storage predict=Prediction prioritise=Prioritization
    prioritize=Prioritization process=Processing publish=Publishing purge=Purge rank=Ranking receive=Intake
    record=Recording register=Registration reject=Rejection remove=Removal report=Reporting reset=Reset restore=Restore
    revoke=Revocation rotate=Rotation scan=Scan schedule=Scheduling score=Scoring search=Search send=Delivery
    sort=Sorting store=Storage stream=Streaming summarise=Summary summarize=Summary sync=Sync synchronise=Sync
    synchronize=Sync tag=Tagging track=Tracking transform=Transformation translate=Translation trigger=Trigger
    upload=Upload validate=Validation verify=Verification version=Versioning
"""
NOMINALS: dict[str, str] = dict.fromkeys(_SILENT.split(), "") | {
    verb: noun for verb, _, noun in (pair.partition("=") for pair in _SPOKEN.split())
}

# Words with a spelling of their own.
SPELLED: dict[str, str] = {
    word.lower(): word
    for word in [
        "API",
        "APIs",
        "REST",
        "CRUD",
        "SSO",
        "SAML",
        "OIDC",
        "OAuth",
        "OAuth2",
        "JWT",
        "MFA",
        "TOTP",
        "OTP",
        "LDAP",
        "SCIM",
        "RBAC",
        "IAM",
        "AWS",
        "SQS",
        "SNS",
        "S3",
        "SES",
        "KMS",
        "VPC",
        "HTTP",
        "HTTPS",
        "JSON",
        "XML",
        "YAML",
        "CSV",
        "PDF",
        "XLSX",
        "SQL",
        "CVE",
        "CVSS",
        "CWE",
        "CPE",
        "EPSS",
        "KEV",
        "SBOM",
        "DNS",
        "IP",
        "URL",
        "UUID",
        "ID",
        "IDs",
        "TLS",
        "SSL",
        "SSH",
        "SFTP",
        "FTP",
        "SMS",
        "GDPR",
        "SLA",
        "KPI",
        "CI",
        "GraphQL",
        "gRPC",
        "OpenAPI",
        "GitHub",
        "GitLab",
        "LinkedIn",
        "YouTube",
        "PayPal",
        "PostgreSQL",
        "MySQL",
        "MongoDB",
        "DynamoDB",
        "CloudFormation",
        "CloudWatch",
        "CloudTrail",
        "EventBridge",
        "ServiceNow",
        "PagerDuty",
        "CrowdStrike",
        "BigQuery",
        "SIEM",
        "EDR",
        "CMDB",
        "HR",
        "CRM",
        "ERP",
        "VAT",
        "IoT",
        "AI",
        "ML",
        "LLM",
        "MCP",
        "TTL",
        "ETL",
        "WebSocket",
        "RSS",
        "iCal",
        "ICS",
        "SMTP",
        "IMAP",
        "NVD",
        "OSV",
        "QR",
    ]
}

# Closing words that add nothing: "rate limiting support", "CRUD operations".
EMPTY_ENDINGS = listed(
    """
    support functionality feature features capability implementation operation operations approach logic mechanism
    option
    """
)

# What people call data without saying what kind.
VAGUE = frozenset(
    {
        "data",
        "information",
        "info",
        "record",
        "records",
        "detail",
        "details",
        "thing",
        "things",
        "stuff",
        "entry",
        "entries",
        "item",
        "items",
        "object",
        "objects",
        "entities",
        "entity",
    }
)

# Nouns the first platform knows; they are entities wherever they stand.
PLATFORM_NOUNS = ("vulnerability", "asset", "risk", "attribute", "finding", "scan")

# How records are at the moment; no part of what they are.
STATES = listed(
    """
    stale expired old unused open closed active inactive affected deleted archived pending failed due overdue latest
    recent duplicate orphaned currently available incoming outgoing
    """
)

# Ways of working that no record is named after.
TECHNIQUES = listed(
    """
    integration connector login logout sign-in sign-up sign-on registration mfa 2fa import importer export exporter
    parser pagination filtering sorting sync synchronisation synchronization replication processing processor pipeline
    correlation scoring enrichment deduplication aggregation validation retry backoff cache caching storage encryption
    scheduler scheduling metering crawler scraper versioning archiving retention analytics telemetry analyzer
    correlator upload server engine soft-delete bulk batch batching streaming provider adapter mailer messaging search
    computation calculation score
    """
)

# Services outside that name an integration, not an entity.
VENDORS = listed(
    """
    okta auth0 keycloak cognito azure entra google github gitlab bitbucket jira slack teams zoom stripe paypal aws gcp
    salesforce hubspot servicenow pagerduty datadog splunk crowdstrike tenable qualys rapid7 snyk wiz twilio sendgrid
    mailchimp discord telegram whatsapp dropbox shopify zendesk linear asana trello notion confluence microsoft
    facebook twitter linkedin apple shodan virustotal nvd nessus sentinelone zapier openai elasticsearch kafka
    snowflake bigquery
    """
)
