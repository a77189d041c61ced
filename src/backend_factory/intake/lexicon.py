"""What words tell about a text: the tables behind every verdict. General vocabulary only, no sentences."""

from enum import StrEnum

from backend_factory.intake.tables import listed


class Area(StrEnum):
    """Whose work a noun points at."""

    BACKEND = "backend"
    """Says "backend" wherever it stands."""
    FEATURE = "feature"
    """Backend work when it is the thing asked for and nothing else claims it."""
    INTERFACE = "interface"
    DOCUMENTATION = "documentation"
    TOOLING = "tooling"
    TROUBLE = "trouble"
    TALK = "talk"


class Act(StrEnum):
    """What a verb at the head of a clause does."""

    MAKE = "make"
    """Brings something into being; what it is decides."""
    OPERATE = "operate"
    """Changes what a system does with records or calls."""
    HANDLE = "handle"
    """Like OPERATE, and the verb alone already says backend."""
    SHOW = "show"
    DOCUMENT = "document"
    REVIEW = "review"
    ASK = "ask"
    MEND = "mend"
    UPKEEP = "upkeep"
    REPORT = "report"
    """Tells of work already done."""


def _table(rows: dict[Area, str] | dict[Act, str]) -> dict[str, str]:
    return {word: kind.value for kind, words in rows.items() for word in words.split()}


AREAS: dict[str, str] = _table(
    {
        Area.BACKEND: """
            api apis endpoint endpoints backend server-side microservice microservices service services lambda
            serverless
            dynamodb sqs sns s3 kinesis eventbridge cloudformation cloudwatch tabularium webhook webhooks database
            databases
            postgres postgresql mysql mongodb mongo redis kafka rabbitmq elasticsearch opensearch sql orm queue queues
            worker workers cron daemon graphql grpc rest crud http https openapi swagger middleware controller
            controllers
            resolver resolvers sso saml oidc oauth oauth2 oauth2.0 okta auth0 keycloak cognito jwt ldap scim kerberos
            authentication authorization auth rbac iam rate-limit audit-log access-control data-model data-type
            multi-tenant
            multi-tenancy tenancy etl ingestion event-bus dead-letter state-machine step-functions persistence
            schema schemas migration migrations idempotency throttling route routes router http-call
            backend-for-frontend proxy gateway rpc soap odata serializer serializers repository-layer
        """,
        Area.FEATURE: """
            integration integrations connector connectors login logout sign-in sign-up sign-on registration password
            mfa 2fa
            totp otp passkey passkeys permission permissions role roles token tokens session sessions notification
            notifications import imports importer export exports exporter parser parsers pagination filtering sorting
            sync
            synchronisation synchronization replication processing processor pipeline pipelines correlation scoring
            enrichment deduplication aggregation validation retry retries backoff cache caching storage encryption
            scheduler scheduling subscription subscriptions billing payment payments invoicing metering quota quotas
            crawler scraper
            entity entities model models table tables record records store job jobs versioning archiving retention
            tenant tenants analytics telemetry analyzer correlator upload uploads server engine
            registry registries catalogue
            score calculation computation soft-delete bulk batch batching event events stream streaming sdk-server
            provider providers adapter adapters
            email emails sms mailer messaging search
        """,
        Area.INTERFACE: """
            ui ux gui frontend page pages button buttons modal modals dialog dialogs popup popups form forms dashboard
            dashboards screen screens sidebar menu menus navbar navigation tooltip tooltips css style styles styling
            stylesheet layout theme themes icon icons logo color colors colour colours font fonts widget widgets
            dropdown
            dropdowns checkbox checkboxes tab tabs view views react vue angular svelte tailwind bootstrap component
            components chart charts card cards banner toast toasts animation animations spinner responsive mobile
            android
            ios browser browsers website webapp homepage wizard placeholder autocomplete footer dark-mode html dom
            storybook figma mockup wireframe panel popover breadcrumb breadcrumbs carousel slider avatar accessibility
            a11y app apps keyboard shortcut shortcuts hotkey drag scrollbar scroll api-call api-calls
        """,
        Area.DOCUMENTATION: """
            docs doc documentation readme changelog guide guides tutorial tutorials wiki manual faq docstring docstrings
            comment comments example examples sample samples diagram diagrams runbook glossary typo typos wording
            article blog walkthrough cookbook quickstart
        """,
        Area.TOOLING: """
            test tests testing coverage ci lint linter linting eslint dependency dependencies dependabot
            dockerfile docker helm makefile build builds script scripts cli flag flags sdk sdks library libraries client
            clients type-hints typings benchmark benchmarks plugin plugins extension extensions license licence
            repository
            repositories repo repos release releases fixture fixtures mock mocks stub stubs boilerplate package packages
            workflow devcontainer editor vscode ide compiler toolchain kubernetes k8s terraform ansible
            nginx postman binary binaries installer homebrew
        """,
        Area.TROUBLE: """
            bug bugs error errors issue issues problem problems crash crashes failure failures exception exceptions
            regression outage incident
        """,
        Area.TALK: """
            question questions discussion pr prs code-review review meeting ticket tickets proposal feedback opinion
            thoughts roadmap retrospective standup status-update agenda survey
        """,
    }
)

ACTS: dict[str, str] = _table(
    {
        Act.MAKE: """
            implement implementing build building create creating add adding develop developing introduce introducing
            provide providing expose exposing make set setup design generate include offer enable write spin bootstrap
            scaffold
            need want deliver define register establish have get deploy provision stand put prepare ship code
        """,
        Act.OPERATE: """
            support supporting allow allowing extend return accept reject validate enforce limit restrict require
            respond send receive emit
            publish subscribe fetch retrieve list query filter sort paginate search delete remove archive restore update
            patch upsert insert save record track log count calculate compute score rank notify alert trigger schedule
            expire
            convert transform parse map merge split migrate replace switch change improve optimize optimise speed reduce
            secure protect encrypt hash sign verify check-in handle use run cache throttle version rotate revoke grant
            assign link associate match export import upload download push pull call connect hook wire plug link tag
            mark flag lookup let ensure prevent avoid block drop truncate purge clean flatten group join increase
            invite detect raise serve expand configure honour honor respect exclude omit skip propagate preserve
            surface move collect report
        """,
        Act.HANDLE: """
            integrate integrating authenticate authorize authorise correlate ingest persist store process sync
            synchronise synchronize
            enqueue dequeue deduplicate dedupe enrich aggregate replicate backfill proxy
        """,
        Act.SHOW: """
            show display render style restyle redesign highlight align animate beautify recolor resize hide center
            polish
            prettify
        """,
        Act.DOCUMENT: "document describe documenting annotate summarise summarize translate",
        Act.REVIEW: "review approve look proofread audit assess evaluate compare",
        Act.ASK: """
            explain tell help figure troubleshoot troubleshooting investigating investigate debug discuss clarify
            research explore confirm find understand decide advise
            know
            remind check ask wondering see think remember
        """,
        Act.MEND: "fix repair resolve correct solve fixing hotfix",
        Act.UPKEEP: """
            bump upgrade refactor rename reorganise reorganize tidy deprecate downgrade pin lint format reformat
            release test benchmark simplify rewrite decouple modularize modularise restructure revert bumping
            refactoring
        """,
        Act.REPORT: """
            added adds implemented implements fixed fixes created creates updated updates removed removes introduced
            introduces refactored changed merged deployed released completed finished done reverted bumped moved renamed
        """,
    }
)

# Verbs that are as often the first noun of a phrase ("Export fails", "Order API").
NOUN_LIKE = listed(
    """
    support list filter sort search delete update patch record track log count score rank alert trigger schedule map
    merge split change cache version link match export import upload download push pull call connect hook plug tag
    mark flag block drop group join report document test release review query process store sync build design code
    release proxy limit require request return set check help format use need want get run
    """
)

# Nouns that only announce another: "support for X", "ability to do X".
TRANSPARENT = listed(
    """
    support ability way option possibility feature functionality capability mechanism set list number kind version
    implementation mvp prototype poc means method logic code solution system bunch couple series collection part type
    means facility process something somewhere tool
    """
)

GENERIC_WORDS = listed(
    """
    new simple basic small quick proper better good great nice custom existing generic general own full complete own
    some any all every each another other more few several several these those this that following first second
    dedicated separate single internal external public private stale-free restful rest http https json go golang aws
    based production-ready robust secure scalable working minimal initial actual current different various specific
    certain nightly daily weekly hourly scheduled periodic regular reusable configurable missing
    """
)

DETERMINERS = listed(
    """
    a an the our my your their its his her this that these those some any all each every no it them they there he she
    us me
    """
)

# A noun phrase ends here.
BOUNDARIES = listed(
    """
    , : ; ( ) & for to of in on at with without from by into via through onto over under about using that which who
    whose where when while if so because as and or but than then is are was were be been being will would shall should
    can could may might must has have had does do did not via per between against across after before during until
    since like such including based within upon toward towards only also whenever once instead plus
    """
)

# Where these are, somebody else's program is: "call the API from the frontend".
INTERFACE_PLACES = listed("frontend ui ux gui react vue angular svelte browser webapp mobile android ios page screen")
