"""Computes, with the worker's own classes, what it would send to ECS for a flow run.

Each line of standard input is a question: {"template": a base job template, "cases": [job variables, ...]}.
Each line of standard output its answer: for each case {"definition": RegisterTaskDefinition, "request": RunTask}.
The environment is the worker's: its settings are what a worker copies into a run.
"""

import asyncio
import copy
import json
import sys
from uuid import uuid4

import prefect
from prefect.client.schemas.objects import FlowRun
from prefect_aws.workers.ecs_worker import ECSJobConfiguration, ECSWorker

ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition/prefect:1"


async def compute(template, job_variables):
    configuration = await ECSJobConfiguration.from_template_and_values(
        copy.deepcopy(template), copy.deepcopy(job_variables)
    )
    flow_run = FlowRun(flow_id=uuid4(), deployment_id=uuid4(), name="calm-cricket")
    configuration.prepare_for_flow_run(flow_run)
    # The worker would look VPC and subnets up on AWS: to check ours, or to find some where there are none.
    assert configuration.vpc_id or not configuration.network_configuration
    configuration.task_run_request["networkConfiguration"] = {
        "awsvpcConfiguration": configuration.network_configuration
    }
    configuration.network_configuration = {}
    worker = ECSWorker(work_pool_name="ecs-work-pool")
    definition = worker._prepare_task_definition(
        configuration, region="us-east-1", flow_run=flow_run
    )
    newly_registered = () if prefect.__version__.startswith("2.") else (True,)
    request = worker._prepare_task_run_request(
        configuration, definition, ARN, *newly_registered
    )
    return {"definition": definition, "request": request}


async def answer(question):
    return [await compute(question["template"], case) for case in question["cases"]]


for line in sys.stdin:
    print(json.dumps(asyncio.run(answer(json.loads(line))), default=str), flush=True)
