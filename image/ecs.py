"""What a task asks of ECS from within: who it is, its protection, and whether it is to go.

Standard library only: the stock Prefect 2 image has no AWS library.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

ANSWER_TIMEOUT_SECONDS = 5
#: Where Fargate gives a task its role's session.
CREDENTIALS_HOST = "http://169.254.170.2"
#: Whoever protects a task for longer than this tells it to go: the scaler sets the longest time there is, nobody else does.
TOLD_TO_GO_MINUTES = 24 * 60
LONGEST_MINUTES = 48 * 60


class Refused(Exception):
    """AWS said no: `code` is its word for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class ThisTask:
    """The task in which this process runs."""

    arn: str
    cluster: str
    #: None for a task that was not started by a service.
    service: str | None

    @property
    def id(self) -> str:
        return self.arn.rsplit("/", 1)[-1]

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]


def this_task() -> ThisTask | None:
    """Reads the task metadata endpoint; None outside ECS.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
    """
    endpoint = os.environ.get("ECS_CONTAINER_METADATA_URI_V4")
    if not endpoint:
        return None
    task = _json(urllib.request.Request(f"{endpoint}/task"))
    return ThisTask(arn=task["TaskARN"], cluster=task["Cluster"], service=task.get("ServiceName"))


def protected_minutes() -> float:
    """How long this task is protected from now on; 0 when it is not.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html

    Raises Refused, with TASK_NOT_VALID for a task that belongs to no service; OSError when the endpoint does not answer.
    """
    protection = _protection("GET")
    if not protection.get("ProtectionEnabled"):
        return 0.0
    until = re.sub(r"(\.\d+)?Z$", "+00:00", protection["ExpirationDate"])
    left = datetime.datetime.fromisoformat(until) - datetime.datetime.now(datetime.timezone.utc)
    return left.total_seconds() / 60


def protect(minutes: int) -> None:
    """Protects this task from now on for so long. Raises as above."""
    wanted = {"ProtectionEnabled": True, "ExpiresInMinutes": minutes}
    if _protection("PUT", wanted).get("ProtectionEnabled") is not True:
        raise Refused("NOT_PROTECTED", "ECS accepted the protection and did not set it")


def give_up_protection() -> None:
    _protection("PUT", {"ProtectionEnabled": False})


def _protection(method: str, wanted: dict[str, Any] | None = None) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{os.environ['ECS_AGENT_URI']}/task-protection/v1/state",
        data=json.dumps(wanted).encode() if wanted else None,
        headers={"Content-Type": "application/json"},
        method=method,
    )
    answer = _json(request)
    failure = answer.get("failure")
    if failure:
        raise Refused(failure.get("Reason") or "FAILURE", failure.get("Detail") or "")
    return answer["protection"]


def is_replaced(task: ThisTask) -> bool:
    """Whether a deployment has put as many new tasks in place of this one as it wants."""
    if task.service is None:
        return False
    answer = call(task.region, "DescribeServices", {"cluster": task.cluster, "services": [task.service]})
    deployments = [item for service in answer["services"] for item in service.get("deployments", [])]
    primary = next((item for item in deployments if item["status"] == "PRIMARY"), None)
    described = call(task.region, "DescribeTasks", {"cluster": task.cluster, "tasks": [task.arn]})
    # ECS notes in each task which deployment started it.
    starter = next((item.get("startedBy") for item in described["tasks"]), None)
    if primary is None or starter is None or primary["id"] == starter:
        return False
    return primary["runningCount"] >= primary["desiredCount"]


def call(region: str, action: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Calls the ECS API as this task's role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    url = _endpoint(region)
    body = json.dumps(payload).encode()
    session = _json(_credentials_request())
    now = datetime.datetime.now(datetime.timezone.utc)
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": urllib.parse.urlsplit(url).netloc,
        "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ"),
        "x-amz-security-token": session["Token"],
        "x-amz-target": f"AmazonEC2ContainerServiceV20141113.{action}",
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"POST\n/\n\n{lines}\n{names}\n{_sha256(body)}"
    scope = f"{now:%Y%m%d}/{region}/ecs/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{_sha256(canonical.encode())}"
    key = f"AWS4{session['SecretAccessKey']}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, to_sign.encode(), "sha256").hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={session['AccessKeyId']}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return _json(urllib.request.Request(url, data=body, headers=headers, method="POST"))


def _endpoint(region: str) -> str:
    given = os.environ.get("AWS_ENDPOINT_URL_ECS") or os.environ.get("AWS_ENDPOINT_URL")
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"{(given or f'https://ecs.{region}.{domain}').rstrip('/')}/"


def _credentials_request() -> urllib.request.Request:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"""
    relative = os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    full = os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    if not relative and not full:
        raise Refused("NO_TASK_ROLE", "This task has no role of its own.")
    token = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    url = f"{CREDENTIALS_HOST}{relative}" if relative else str(full)
    return urllib.request.Request(url, headers={"Authorization": token} if token else {})


#: Asked past any proxy: the container host's addresses are the task's own.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _json(request: urllib.request.Request) -> dict[str, Any]:
    host = urllib.parse.urlsplit(request.full_url).hostname or ""
    is_local = host.startswith("169.254.") or host in ("127.0.0.1", "localhost")
    opened = _direct.open if is_local else urllib.request.urlopen
    try:
        with opened(request, timeout=ANSWER_TIMEOUT_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise _refusal(error.code, error.read()) from None


def _refusal(status: int, body: bytes) -> Refused:
    """Both ways of saying no: the task protection endpoint's, and that of the API."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = {}
    said = answer.get("error") if isinstance(answer.get("error"), dict) else answer
    code = said.get("Code") or re.sub(r".*#", "", str(said.get("__type") or "")) or f"HTTP_{status}"
    return Refused(code, said.get("Message") or said.get("message") or body[:200].decode(errors="replace"))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
