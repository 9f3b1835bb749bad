"""Runs Terraform on a copy of this configuration, with the provider from a folder on this machine.

Nothing is downloaded and nothing is written beside the sources: each copy lives under `target/infra`.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

INFRA = Path(__file__).resolve().parent.parent
WORK = INFRA.parent / "target" / "infra"
PROVIDER = "registry.terraform.io/hashicorp/aws"

# Where people keep an unpacked or packed provider mirror; TF_PLUGIN_MIRROR wins.
USUAL_MIRRORS = ("~/.terraform.d/plugins", "/usr/share/terraform/plugins", "/usr/local/share/terraform/plugins")


@dataclass(frozen=True)
class Terraform:
    """One initialised copy of the configuration."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs one command to its end; the caller judges the exit status."""
        return subprocess.run(["terraform", *arguments], **self.process(), text=True, timeout=300)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts one command and returns at once."""
        return subprocess.Popen(["terraform", *arguments], **self.process(), text=True)

    def json(self, *arguments: str) -> dict:
        """Runs one command whose output is a JSON document."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout
        return json.loads(done.stdout)

    def process(self) -> dict:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return {"cwd": self.folder, "env": self.environment, **pipes}


def reason_to_skip() -> str | None:
    """Why Terraform cannot run here, or None where it can."""
    if shutil.which("terraform") is None:
        return "terraform is not installed"
    if find_mirror() is None:
        return "no mirror of hashicorp/aws: set TF_PLUGIN_MIRROR to the folder that holds registry.terraform.io"
    return None


def prepare(name: str, provider: dict | None = None) -> Terraform:
    """Copies the configuration to `target/infra/NAME` and initialises it, with other provider settings if given."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(INFRA, folder, ignore=shutil.ignore_patterns(".terraform*", "*.py", "__pycache__", "*.tfstate*"))
    if provider is not None:
        (folder / "provider_override.tf.json").write_text(json.dumps({"provider": {"aws": provider}}))
    terraform = Terraform(folder, environment(folder))
    done = terraform.run("init", "-input=false", "-no-color")
    assert done.returncode == 0, done.stdout
    return terraform


def environment(folder: Path) -> dict[str, str]:
    """No account, no profile and no registry can be reached by mistake."""
    settings = folder / "cli.tfrc"
    settings.write_text(cli_configuration(find_mirror()))
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_"))}
    return kept | {
        "TF_CLI_CONFIG_FILE": str(settings),
        "TF_IN_AUTOMATION": "1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "CHECKPOINT_DISABLE": "1",
    }


def cli_configuration(mirror: Path) -> str:
    return f"""
provider_installation {{
  filesystem_mirror {{
    path    = {json.dumps(str(mirror))}
    include = ["registry.terraform.io/hashicorp/*"]
  }}
  direct {{
    exclude = ["registry.terraform.io/hashicorp/*"]
  }}
}}
"""


def find_mirror() -> Path | None:
    """The first folder that holds the provider, one level below /opt included."""
    named = os.environ.get("TF_PLUGIN_MIRROR")
    usual = [Path(folder).expanduser() for folder in USUAL_MIRRORS]
    folders = [Path(named)] if named else [*usual, *sorted(Path("/opt").glob("*"))]
    return next((folder for folder in folders if (folder / PROVIDER).is_dir()), None)
