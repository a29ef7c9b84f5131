"""A cluster with something in it cannot be deleted."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecs

from aws.ecs.run_task import active_cluster

_delete = ecs._delete_cluster


def delete(data: dict[str, Any]) -> tuple:
    cluster, refusal = active_cluster(data.get("cluster"))
    if refusal:
        return refusal
    prefix = f"{cluster['clusterName']}/"
    if any(key.startswith(prefix) and service["status"] != "INACTIVE" for key, service in ecs._services.items()):
        message = "The Cluster cannot be deleted while Services are active."
        return error_response_json("ClusterContainsServicesException", message, 400)
    if any(task["clusterArn"] == cluster["clusterArn"] and task["lastStatus"] != "STOPPED" for task in ecs._tasks.values()):
        message = "The Cluster cannot be deleted while Tasks are active."
        return error_response_json("ClusterContainsTasksException", message, 400)
    return _delete(data)
