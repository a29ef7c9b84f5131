"""A flow that tells where it ran and with what, so that whoever started it can check that from the outside.

It runs on Prefect 2 and 3 and needs nothing but Prefect. It never shows the API key, only a fingerprint of it.
"""

import hashlib
import json
import os
import urllib.request

from prefect import flow, task


@task
def look_around() -> dict:
    metadata = {}
    endpoint = os.environ.get("ECS_CONTAINER_METADATA_URI_V4")
    if endpoint:
        with urllib.request.urlopen(f"{endpoint}/task", timeout=5) as answer:
            metadata = json.load(answer)
    key = os.environ.get("PREFECT_API_KEY", "")
    return {
        "cluster": metadata.get("Cluster"),
        "task": metadata.get("TaskARN"),
        "family": metadata.get("Family"),
        "key_fingerprint": hashlib.sha256(key.encode()).hexdigest()[:16] if key else None,
        "variables": sorted(os.environ),
    }


@flow(log_prints=True, persist_result=True, result_serializer="json")
def canary(greeting: str = "Hello from ECS Fargate.") -> dict:
    print(greeting)
    seen = look_around()
    print(f"Running in task {seen['task']} of cluster {seen['cluster']}.")
    return {"greeting": greeting, **seen}
