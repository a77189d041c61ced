"""The entrance: HTTP API, authorizer, stage, and a route for each operation of the plan."""

import json

from backend_factory.domain.deliverable import Plan, Route
from backend_factory.runners.blueprint.implement.template_functions import log_group
from backend_factory.runners.blueprint.implement.template_tags import GetAtt, Node, Ref, Sub
from backend_factory.runners.blueprint.resources import route_id

RATE, BURST = 500, 1000
"""Requests a second, and at once, before callers get 429: well below a Lambda account's 1,000 at a time."""

ACCESS = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency": "$context.responseLatency",
    "sourceIp": "$context.identity.sourceIp",
    "authorizerError": "$context.authorizer.error",
    "integrationError": "$context.integrationErrorMessage",
}


def entrance() -> dict[str, Node]:
    """Everything in front of the API function but the routes."""
    return {
        "AccessLogs": log_group("/aws/vendedlogs/${AWS::StackName}-access"),
        "HttpApi": _part("Api", {"Name": Ref("AWS::StackName"), "ProtocolType": "HTTP"}, of_api=False),
        "Stage": _part(
            "Stage",
            {
                "StageName": "$default",
                "AutoDeploy": True,
                "AccessLogSettings": {"DestinationArn": GetAtt("AccessLogs.Arn"), "Format": json.dumps(ACCESS)},
                "DefaultRouteSettings": {"ThrottlingRateLimit": RATE, "ThrottlingBurstLimit": BURST},
            },
        ),
        "Authorizer": _part(
            "Authorizer",
            {
                "Name": "token",
                "AuthorizerType": "JWT",
                "IdentitySource": ["$request.header.Authorization"],
                "JwtConfiguration": {"Issuer": Ref("Issuer"), "Audience": [Ref("Audience")]},
            },
        ),
        "Integration": _part(
            "Integration",
            {"IntegrationType": "AWS_PROXY", "IntegrationUri": GetAtt("ApiFunction.Arn"), "PayloadFormatVersion": "2.0"},
        ),
        "ApiPermission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": Ref("ApiFunction"),
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": Sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*/*"),
            },
        },
    }


def routes(plan: Plan) -> dict[str, Node]:
    """A route for each operation; none can be called without a valid token."""
    return {route_id(route): _route(route) for route in plan.routes}


def _route(route: Route) -> Node:
    return _part(
        "Route",
        {
            "RouteKey": f"{route.method} {route.path}",
            "AuthorizationType": "JWT",
            "AuthorizerId": Ref("Authorizer"),
            "Target": Sub("integrations/${Integration}"),
        },
    )


def _part(kind: str, properties: Node, *, of_api: bool = True) -> Node:
    return {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": ({"ApiId": Ref("HttpApi")} if of_api else {}) | properties}
