"""The AWS resources of the feature by their logical ids; the template declares exactly these."""

from backend_factory.domain.deliverable import Resource, Route

API: tuple[Resource, ...] = (
    Resource(
        logical_id="Table",
        type="AWS::DynamoDB::Table",
        purpose="All records of the feature, keyed by tenant and key",
        stateful=True,
    ),
    Resource(logical_id="ApiLogs", type="AWS::Logs::LogGroup", purpose="Log lines of the API function, kept 30 days"),
    Resource(logical_id="ApiRole", type="AWS::IAM::Role", purpose="What the API function may do"),
    Resource(logical_id="ApiFunction", type="AWS::Lambda::Function", purpose="Answers requests"),
    Resource(logical_id="AccessLogs", type="AWS::Logs::LogGroup", purpose="One line a request, kept 30 days"),
    Resource(logical_id="HttpApi", type="AWS::ApiGatewayV2::Api", purpose="The public entrance"),
    Resource(logical_id="Stage", type="AWS::ApiGatewayV2::Stage", purpose="Deployment, access log and throttling"),
    Resource(logical_id="Authorizer", type="AWS::ApiGatewayV2::Authorizer", purpose="Refuses calls without a valid token"),
    Resource(logical_id="Integration", type="AWS::ApiGatewayV2::Integration", purpose="Hands requests to the API function"),
    Resource(
        logical_id="ApiPermission", type="AWS::Lambda::Permission", purpose="Lets this API, and nothing else, call the function"
    ),
    Resource(logical_id="ServerErrorsAlarm", type="AWS::CloudWatch::Alarm", purpose="Answers of 500 and above"),
    Resource(
        logical_id="LatencyAlarm", type="AWS::CloudWatch::Alarm", purpose="The slowest 5 % of requests take longer than a second"
    ),
    Resource(logical_id="ApiErrorsAlarm", type="AWS::CloudWatch::Alarm", purpose="The API function fails or times out"),
    Resource(logical_id="ApiThrottlesAlarm", type="AWS::CloudWatch::Alarm", purpose="The API function is throttled"),
    Resource(logical_id="ReadThrottlesAlarm", type="AWS::CloudWatch::Alarm", purpose="Reads of the table are throttled"),
    Resource(logical_id="WriteThrottlesAlarm", type="AWS::CloudWatch::Alarm", purpose="Writes of the table are throttled"),
)

WORKER: tuple[Resource, ...] = (
    Resource(
        logical_id="DeadLetterQueue",
        type="AWS::SQS::Queue",
        purpose="Messages that could not be processed, kept 14 days",
    ),
    Resource(logical_id="Queue", type="AWS::SQS::Queue", purpose="Items of batches that wait for the worker, kept four days"),
    Resource(logical_id="WorkerLogs", type="AWS::Logs::LogGroup", purpose="Log lines of the worker, kept 30 days"),
    Resource(logical_id="WorkerRole", type="AWS::IAM::Role", purpose="What the worker may do"),
    Resource(logical_id="WorkerFunction", type="AWS::Lambda::Function", purpose="Processes queued items"),
    Resource(
        logical_id="WorkerSource",
        type="AWS::Lambda::EventSourceMapping",
        purpose="Feeds the worker from the queue; failures are reported item by item",
    ),
    Resource(logical_id="DeadLettersAlarm", type="AWS::CloudWatch::Alarm", purpose="A message could not be processed"),
    Resource(logical_id="QueueAgeAlarm", type="AWS::CloudWatch::Alarm", purpose="Items wait longer than 15 minutes"),
    Resource(logical_id="WorkerErrorsAlarm", type="AWS::CloudWatch::Alarm", purpose="The worker fails or times out"),
    Resource(logical_id="WorkerThrottlesAlarm", type="AWS::CloudWatch::Alarm", purpose="The worker is throttled"),
)


def resources(routes: tuple[Route, ...], *, worker: bool) -> tuple[Resource, ...]:
    """Every resource, in the template's order: the API's, the worker's where there is one, a route for each operation."""
    declared = tuple(
        Resource(logical_id=route_id(route), type="AWS::ApiGatewayV2::Route", purpose=f"{route.method} {route.path}")
        for route in routes
    )
    return API + (WORKER if worker else ()) + declared


def route_id(route: Route) -> str:
    """The logical id of a route: createAsset -> CreateAssetRoute."""
    return f"{route.id[0].upper()}{route.id[1:]}Route"
