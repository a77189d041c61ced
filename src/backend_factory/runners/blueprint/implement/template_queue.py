"""The queue between API and worker, and where messages go that cannot be processed."""

from backend_factory.domain.feature import FeatureModel
from backend_factory.runners.blueprint.implement.template_functions import WORKER_CONCURRENCY, WORKER_SECONDS
from backend_factory.runners.blueprint.implement.template_tags import GetAtt, Node, Ref, Sub

DAY = 86_400
QUEUE_DAYS, DEAD_LETTER_DAYS = 4, 14

BATCH = 10
"""Messages an invocation."""


def queues(model: FeatureModel) -> dict[str, Node]:
    """Dead-letter queue, queue and event source."""
    receives = max(ingestion.max_receives for ingestion in model.ingestions)
    name = "${AWS::StackName}-items"
    # By name, not by !GetAtt: the queue refers to its dead-letter queue, and a circle cannot be created.
    arn = Sub(f"arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:{name}")
    return {
        "DeadLetterQueue": _queue(
            f"{name}-dead",
            DEAD_LETTER_DAYS,
            {"RedriveAllowPolicy": {"redrivePermission": "byQueue", "sourceQueueArns": [arn]}},
        ),
        "Queue": _queue(
            name,
            QUEUE_DAYS,
            {
                "VisibilityTimeout": 6 * WORKER_SECONDS,
                "RedrivePolicy": {"deadLetterTargetArn": GetAtt("DeadLetterQueue.Arn"), "maxReceiveCount": receives},
            },
        ),
        "WorkerSource": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": GetAtt("Queue.Arn"),
                "FunctionName": Ref("WorkerFunction"),
                "BatchSize": BATCH,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "ScalingConfig": {"MaximumConcurrency": WORKER_CONCURRENCY},
            },
        },
    }


def _queue(name: str, days: int, properties: Node) -> Node:
    return {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "QueueName": Sub(name),
            "MessageRetentionPeriod": days * DAY,
            "SqsManagedSseEnabled": True,
            **properties,
        },
    }
