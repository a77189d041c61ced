"""What each alarm means to users, and what to do: the heart of the runbook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Response:
    """A row of the runbook; Markdown."""

    means: str
    first: str
    then: str


RESPONSES: dict[str, Response] = {
    "ServerErrorsAlarm": Response(
        means="Callers get answers of 500 and above.",
        first="Run *Errors* below; compare the time with the last deployment.",
        then="After a deployment: roll back. Else look at the other alarms, then at the AWS health dashboard.",
    ),
    "LatencyAlarm": Response(
        means="One request in twenty takes longer than a second.",
        first="Run *Slow routes* below.",
        then="One route alone: a filter that matches few of many records. All routes: cold starts after a deployment pass by "
        "themselves; otherwise look at throttling.",
    ),
    "ApiErrorsAlarm": Response(
        means="The API function fails or runs into its timeout; callers get 500 or 503.",
        first="Run *Errors* below and look for lines without `status`: the runtime itself wrote them.",
        then="Out of memory or time right after a deployment: roll back. `AccessDenied`: the role was changed outside the "
        "template; detect drift.",
    ),
    "ApiThrottlesAlarm": Response(
        means="Callers get 429 or 503: the account runs as many functions at a time as it may.",
        first="See which functions use the account's concurrency (CloudWatch, Lambda, ConcurrentExecutions).",
        then="Stop what runs away, or ask AWS for a higher quota. Reserve concurrency only if others starve this function.",
    ),
    "ReadThrottlesAlarm": Response(
        means="Reads of one partition come faster than DynamoDB serves them; callers see slow answers, then 500.",
        first="Run *Busy routes* below: mostly one caller walks long lists.",
        then="Ask that caller to slow down or to filter less often. The table grows by itself within minutes if many are busy.",
    ),
    "WriteThrottlesAlarm": Response(
        means="Writes of one partition come faster than DynamoDB takes them; callers see slow answers, then 500.",
        first="Run *Busy routes* below: mostly one caller writes in bulk.",
        then="Ask that caller to slow down, or to send batches where there are any. The table grows by itself if many are busy.",
    ),
    "DeadLettersAlarm": Response(
        means="Items of a batch could not be processed. Their batch stays in state `processing`.",
        first="Read a message as described under *Dead letters*.",
        then="Mend the cause, then redrive. Messages are deleted after 14 days.",
    ),
    "QueueAgeAlarm": Response(
        means="Items wait for more than 15 minutes; batches are late.",
        first="Look at WorkerErrorsAlarm and at the queue's length.",
        then="A long queue that shrinks needs patience only. One that does not: is the event source mapping enabled?",
    ),
    "WorkerErrorsAlarm": Response(
        means="The worker fails as a whole; its items come back after three minutes and become dead letters in the end.",
        first="Run *Errors* below on the worker's log group.",
        then="After a deployment: disable the event source mapping, roll back, enable it again.",
    ),
    "WorkerThrottlesAlarm": Response(
        means="The account runs as many functions at a time as it may; batches are late, nothing is lost.",
        first="As for ApiThrottlesAlarm.",
        then="As for ApiThrottlesAlarm.",
    ),
}
"""Logical id of the alarm -> what to do."""
