"""A cluster with something in it cannot be deleted."""

from __future__ import annotations

from typing import Any

from ministack.services import ecs

from aws.ecs.lookup import active_cluster
from aws.ecs.refusal import Refusal

_delete = ecs._delete_cluster


def delete(data: dict[str, Any]) -> tuple:
    cluster = active_cluster(data)
    prefix = f"{cluster['clusterName']}/"
    if any(key.startswith(prefix) and service["status"] != "INACTIVE" for key, service in ecs._services.items()):
        raise Refusal("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
    if any(task["clusterArn"] == cluster["clusterArn"] and task["lastStatus"] != "STOPPED" for task in ecs._tasks.values()):
        raise Refusal("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
    return _delete(data)
