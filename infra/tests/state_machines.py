"""What moto's interpreter of state machines lacks: batches of a distributed map, and Amazon's names in service calls.

`ItemBatcher` is taken out of a definition before moto parses it; once the map's items are read, they are dealt out in
batches, each with what `BatchInput` takes from the map's own input. Both are as Amazon documents them.
"""

import json
from collections.abc import Callable

from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.item_reader_decl import ItemReader
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.responses import StepFunctionResponse

parse_without_batches = AmazonStateLanguageParser.parse
read_items = ItemReader._eval_body
call_service = StateTaskServiceAwsSdk._eval_service_task

# One machine is executed here, and it has one map.
batcher: dict = {}


def execute_state_machines() -> None:
    """Has moto interpret state machines, and answer the two questions of the provider that it does not know."""
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    valid = ActionResult({"result": "OK", "diagnostics": [], "truncated": False})
    StepFunctionResponse.validate_state_machine_definition = lambda _: valid
    StepFunctionResponse.list_state_machine_versions = lambda _: ActionResult({"stateMachineVersions": []})
    AmazonStateLanguageParser.parse = staticmethod(parse)
    ItemReader._eval_body = read_batches
    StateTaskServiceAwsSdk._eval_service_task = call_by_amazons_names


def parse(definition: str) -> tuple:
    machine = json.loads(definition)
    for state in machine["States"].values():
        batcher.update(state.pop("ItemBatcher", {}))
        if "ToleratedFailurePercentage" in state:
            # Its grammar knows no whole number here.
            state["ToleratedFailurePercentage"] = float(state["ToleratedFailurePercentage"])
    return parse_without_batches(json.dumps(machine))


def read_batches(reader: ItemReader, env: Environment) -> None:
    read_items(reader, env)
    items, most = env.stack.pop(), batcher["MaxItemsPerBatch"]
    given = env.states.get_input()
    batch_input = {
        name.removesuffix(".$"): given[value.removeprefix("$.")] if name.endswith(".$") else value
        for name, value in batcher["BatchInput"].items()
    }
    starts = range(0, len(items), most)
    env.stack.append([{"BatchInput": batch_input, "Items": items[start : start + most]} for start in starts])


def call_by_amazons_names(task: StateTaskServiceAwsSdk, env: Environment, **call: object) -> None:
    """A state says `MapRunArn` where the service itself says `mapRunArn`; both ways."""
    parameters = renamed(call.pop("normalised_parameters"), str.lower)
    call_service(task, env, normalised_parameters=parameters, **call)
    env.stack.append(renamed(env.stack.pop(), str.upper))


def renamed(value: object, first_letter: Callable[[str], str]) -> object:
    if not isinstance(value, dict):
        return value
    return {first_letter(name[0]) + name[1:]: renamed(inner, first_letter) for name, inner in value.items()}
