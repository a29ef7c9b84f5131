"""moto as a server on a free port of 127.0.0.1, mended where Terraform's provider or an ECS task falls over it.

Prints {"port": …} once it is bound, and ends when its standard input closes.
"""

from __future__ import annotations

import copy
import json
import os
import sys
import threading
from typing import Any

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.ecs.models import EC2ContainerServiceBackend
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def add_autoscaling_tags() -> None:
    """moto has scalable targets but not their tags, which the provider reads after every change."""
    tags: dict[str, dict[str, str]] = {}
    register = ApplicationAutoScalingResponse.register_scalable_target

    def register_scalable_target(self: Any) -> str:
        answer = register(self)
        tags.setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(self._get_param("Tags") or {})
        return answer

    def list_tags_for_resource(self: Any) -> str:
        return json.dumps({"Tags": tags.get(self._get_param("ResourceARN"), {})})

    def tag_resource(self: Any) -> str:
        tags.setdefault(self._get_param("ResourceARN"), {}).update(self._get_param("Tags") or {})
        return "{}"

    def untag_resource(self: Any) -> str:
        for key in self._get_param("TagKeys") or []:
            tags.get(self._get_param("ResourceARN"), {}).pop(key, None)
        return "{}"

    for handler in (register_scalable_target, list_tags_for_resource, tag_resource, untag_resource):
        setattr(ApplicationAutoScalingResponse, handler.__name__, handler)


def allow_task_level_memory() -> None:
    """moto adds up the containers' memory and fails where, as on Fargate, only the task has any."""
    before = EC2ContainerServiceBackend._calculate_task_resource_requirements

    def requirements(definition: Any) -> Any:
        definition = copy.copy(definition)
        definition.container_definitions = [
            {**container, "memory": container.get("memory") or container.get("memoryReservation") or 0}
            for container in definition.container_definitions
        ]
        return before(definition)

    EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(requirements)


def main() -> None:
    add_autoscaling_tags()
    allow_task_level_memory()
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_port}), flush=True)
    while os.read(0, 4096):
        pass
    sys.exit(0)


if __name__ == "__main__":
    main()
