"""boto3 clients for one endpoint and one pair of keys, whatever the environment and the files of the user say."""

import functools
import os
import threading
from typing import Any

REGION = "us-east-1"
_SECONDS_TO_CONNECT = 5
_SECONDS_TO_ANSWER = 60
_making = threading.Lock()
"""Making clients is not thread-safe, using them is."""


class Account:
    """The way into an AWS account: an endpoint (http://127.0.0.1:4566) and the keys of a user."""

    def __init__(self, endpoint: str, key: str, secret: str) -> None:
        self.endpoint = endpoint
        self._key = key
        self._secret = secret
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """The boto3 client of `service`: client("sqs"). Made once."""
        with _making:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: str) -> Any:
        from botocore.config import Config

        return _session().client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=self._key,
            aws_secret_access_key=self._secret,
            config=Config(
                connect_timeout=_SECONDS_TO_CONNECT,
                read_timeout=_SECONDS_TO_ANSWER,
                retries={"max_attempts": 2},
                proxies={},
            ),
        )


@functools.cache
def _session() -> Any:
    """Knows no user and no endpoint; one for all, for it keeps the services' descriptions, which are slow to read."""
    import boto3
    from botocore.session import Session

    alone = Session(
        {
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
            "ca_bundle": (None, None, None, None),
        }
    )
    return boto3.session.Session(botocore_session=alone)
