"""Spellings that mean one thing: the canonical words that all other tables are written in."""

from backend_factory.intake.tables import rows

# Two neighbouring words that mean one thing; results may pair again ("single" + "sign-on").
PAIRS: dict[tuple[str, str], str] = {
    (pair.split()[0], pair.split()[1]): canonical
    for pair, canonical in rows("""
    backend: back end
    frontend: front end, client side
    server-side: server side
    endpoint: end point
    endpoints: end points
    webhook: web hook
    webhooks: web hooks
    service: web service
    microservice: micro service
    microservices: micro services
    sign-on: sign on
    sign-in: sign in
    sign-up: sign up
    login: log in
    logout: log out
    sso: single sign-on, single sign-in, sso sign-on, sso login
    access-control: access control
    audit-log: audit log, audit logs, audit logging, audit trail
    rate-limit: rate limit, rate limits, rate limiting, rate limiter
    data-model: data model, data models
    data-type: data type, data types
    database: data store, data base
    dead-letter: dead letter
    queue: message broker
    event-bus: event bus
    cron: cron job, cron jobs, scheduled job
    worker: background job, background jobs, background task, background worker
    lambda: lambda functions, lambda function, cloud function
    cloudformation: cloud formation
    dynamodb: dynamo db
    openapi: open api
    step-functions: step functions
    state-machine: state machine
    multi-tenant: multi tenant
    ui: user interface
    dark-mode: dark mode
    dropdown: drop down
    popup: pop up
    page: landing page
    mobile: mobile app
    webapp: web app
    browser: service worker
    api-call: api call, api calls
    client: api client
    docs: api docs, api documentation, api reference, swagger ui, swagger docs
    changelog: release notes
    readme: read me
    code-review: code review
    pr: pull request, merge request
    prs: pull requests
    tests: unit test, unit tests, integration test, integration tests, e2e test, e2e tests, load test, load
        tests, api test, api tests, test suite, test coverage, test case, test cases
    ci: continuous integration, ci pipeline, ci/cd pipeline, build pipeline, deployment pipeline, release
        pipeline, github actions, github action, github workflow
    type-hints: type hints, type hint, type annotations, type definitions
    cli: command line
    look: a look, have look, take look
    track: keep track
    status-update: meeting notes, meeting minutes, weekly status, status update
    acceptance-criteria: acceptance criteria
""").items()
}

# Other spellings of one word.
SPELLINGS: dict[str, str] = rows("""
    backend: back-end, backends
    server-side: serverside
    frontend: front-end, client-side
    endpoint: end-point
    endpoints: end-points
    webhook: web-hook
    microservice: micro-service
    microservices: micro-services
    sso: single-sign-on
    sign-in: signin
    sign-up: signup
    sign-on: signon
    login: log-in
    authentication: authn
    authorization: authz, authorisation
    rate-limit: rate-limiting
    apis: api's
    rest: restful
    api: rest-api
    cloudformation: cloud-formation, cfn
    vulnerability: vuln
    vulnerabilities: vulns
    database: db
    databases: dbs
    cron: cronjob
    lambda: lambdas
    ci: ci/cd
    cli: command-line
    with: w, wth, wiht
    create: creat, craete, cretae
    managing: managng, mangaing, manging
    manage: mange, manag
""")
