"""The configuration applied for real to moto's server: the provider's own calls, answered on this machine."""

import logging
import os
import subprocess
from dataclasses import dataclass

import boto3
from moto.server import ThreadedMotoServer
from state_machines import execute_state_machines
from terraform import Terraform, prepare

REGION = "eu-west-3"
SERVICES = ("cloudwatchlogs", "ecr", "events", "iam", "lambda", "s3", "sagemaker", "stepfunctions", "sts")
VARIABLES = (
    '-var=allowed_origins=["https://pulse.example.org"]',
    "-var=github_repository=paris-pulse/paris-pulse",
    '-var=systems={velib="https://velib.example.org/gbfs.json",oslo="https://oslo.example.org/gbfs.json"}',
    "-var=model_image=123456789012.dkr.ecr.eu-west-3.amazonaws.com/paris-pulse-inference:1",
)


@dataclass
class Applied:
    """A running apply, and afterwards what it made."""

    server: ThreadedMotoServer
    url: str
    terraform: Terraform
    apply: subprocess.Popen[str]

    def wait(self) -> None:
        """Returns once everything exists."""
        output, _ = self.apply.communicate(timeout=300)
        assert self.apply.returncode == 0, output

    def stop(self) -> None:
        """Ends the server, and the apply if nobody waited for it."""
        self.apply.kill()
        self.server.stop()

    def client(self, service: str, url: str | None = None) -> boto3.client:
        """A client of one service of the server, or of another one."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=url or self.url, region_name=REGION, **keys)

    def changes_of_a_second_plan(self) -> set[str]:
        """The fields, as `kind.field`, that a second plan would set to another known value."""
        self.terraform.run("plan", "-input=false", "-no-color", "-out=second.plan", *VARIABLES)
        plan = self.terraform.json("show", "-json", "second.plan")
        return {
            f"{resource['type']}.{field}" for resource in plan["resource_changes"] for field in changed_fields(resource)
        }


def changed_fields(resource: dict) -> list[str]:
    """Fields with another value; nothing, false and empty count as the same, as they do for the services."""
    before, after = resource["change"]["before"] or {}, resource["change"]["after"] or {}
    return [field for field, value in after.items() if (value or None) != (before.get(field) or None)]


def start_applying() -> Applied:
    """Starts the server and the apply, and returns at once."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    execute_state_machines()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    # State machines ask the services of this same server.
    os.environ["MOTO_PORT"] = str(port)
    terraform = prepare("moto", provider_settings(url))
    apply = terraform.start("apply", "-auto-approve", "-input=false", "-no-color", *VARIABLES)
    return Applied(server, url, terraform, apply)


def provider_settings(url: str) -> dict:
    return {
        "region": REGION,
        "s3_use_path_style": True,
        "max_retries": 2,
        "skip_metadata_api_check": True,
        "endpoints": [dict.fromkeys(SERVICES, url)],
    }
