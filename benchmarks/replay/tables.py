"""The tables of docs/benchmarks/replay.md, from what `velib replay --json` writes.

python benchmarks/replay/tables.py aims city.json oslo.json   # what was aimed at, side by side
python benchmarks/replay/tables.py city oslo.json             # every planner, by trips and hour; every foresight
python benchmarks/replay/tables.py model model.json           # the trained model beside the others
"""

import json
import sys
from pathlib import Path
from typing import Any

Part = dict[str, Any]

BY_HOUR = ["nearest", "available", "four and two", "by table", "ours"]
BESIDE_THE_MODEL = ["available", "by law", "by table", "by blend"]
PLANNERS = [
    "planner",
    "missed %",
    "no bike / no dock %",
    "stranded %",
    "mean s",
    "p90 s",
    "regret s",
    "on foot m",
    "ETA bias / MAE s",
    "p90 kept / said",
    "ECE",
    "misses, ours ÷ its",
    "our time − its, s",
]
FORESIGHTS = ["trips", "foresight", "Brier", "skill beside the table", "ECE"]
MODEL = ["trips", "other", "its misses %", "the model's %", "misses, the model's ÷ its", "the model's time − its, s"]
NOTHING = "–"


def number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def point(estimate: Part | None, digits: int, factor: float = 1.0) -> str:
    return number(estimate["value"] * factor, digits) if estimate else NOTHING


def interval(estimate: Part | None, digits: int, factor: float = 1.0) -> str:
    if not estimate:
        return NOTHING
    value, low, high = (number(estimate[key] * factor, digits) for key in ("value", "low", "high"))
    return f"{value} ({low}–{high})"


def table(heads: list[str], rows: list[list[str]]) -> str:
    head, *body = ("| " + " | ".join(line) + " |" for line in [heads, *rows])
    return "\n".join([head, "|---" * len(heads) + "|", *body])


def bold(planner: str) -> str:
    return f"**{planner}**" if planner == "ours" else planner


def metrics(line: Part) -> Part:
    return {measured["metric"]: measured["estimate"] for measured in line["metrics"]}


def pairs(stratum: Part) -> Part:
    return {line["against"]: line for line in stratum["paired"]}


def both(one: str, other: str) -> str:
    return NOTHING if one == other == NOTHING else f"{one} / {other}"


def planner_row(line: Part, paired: Part) -> list[str]:
    measured = metrics(line)
    of = measured.get
    missed = [point(of(end), 2, 100) for end in ("origin_miss_rate", "dest_miss_rate")]
    return [
        bold(line["planner"]),
        interval(of("trip_miss_rate"), 2, 100),
        both(*missed),
        point(of("strand_rate"), 2, 100),
        point(of("door_to_door_mean_s"), 0),
        point(of("door_to_door_p90_s"), 0),
        interval(of("regret_vs_oracle_s"), 1),
        point(of("walk_m"), 0),
        both(point(of("eta_bias_s"), 1), point(of("eta_mae_s"), 1)),
        both(point(of("p90_coverage"), 3), point(of("p90_said"), 3)),
        point(of("ece_10"), 4),
        interval(None if line["planner"] == "oracle" else paired.get("miss_ratio"), 2),
        interval(paired.get("seconds_difference"), 1),
    ]


def hour_rows(stratum: Part) -> list[list[str]]:
    rows = []
    for planner in BY_HOUR:
        lines = [line for line in stratum["hours"] if line["planner"] == planner]
        missed = [interval(line["miss_rate"], 1, 100) for line in lines]
        seconds = [interval(line.get("seconds_difference"), 0) for line in lines]
        rows.append([stratum["stratum"], bold(planner), *missed, *([NOTHING] * 4 if planner == "ours" else seconds)])
    return rows


def city(report: Part) -> str:
    texts = []
    for stratum in report["strata"]:
        paired = pairs(stratum)
        rows = [planner_row(line, paired.get(line["planner"], {})) for line in stratum["planners"]]
        texts += [f"{stratum['stratum'].capitalize()} trips", table(PLANNERS, rows)]
    hours = ["6–10", "10–16", "16–20", "20–24"]
    heads = [
        "trips",
        "planner",
        *(f"missed %, {part}" for part in hours),
        *(f"our time − its, s, {part}" for part in hours),
    ]
    texts += ["By the hour of departure", table(heads, [row for on in report["strata"] for row in hour_rows(on)])]
    rows = [
        [
            on["stratum"],
            line["foresight"],
            interval(line["brier"], 4),
            interval(line["skill"], 3),
            interval(line["ece"], 4),
        ]
        for on in report["strata"]
        for line in on["forecasts"]
        if line["band"] == "all"
    ]
    return "\n\n".join([*texts, table(FORESIGHTS, rows)])


def aims(*reports: Part) -> str:
    rows = []
    for targets in zip(*(report["targets"] for report in reports), strict=True):
        aim = targets[0]["aim"].replace("|ETA bias| ≤ 30 s", "ETA bias within 30 s")
        rows.append([targets[0]["stratum"], aim, *map(aim_cell, targets)])
    return table(["trips", "aim", "simulated city", "Oslo"], rows)


def aim_cell(target: Part) -> str:
    digits = 2 if target["aim"].startswith(("misses", "gap")) else 3 if target["aim"].startswith(("ECE", "p90")) else 1
    words = (
        "holds" if target["holds"] else "holds, its interval does not" if target["value_holds"] else "**does not hold**"
    )
    return f"{interval(target['measured'], digits)} {words}"


def model(report: Part) -> str:
    rows = []
    for stratum in report["strata"]:
        missed = {line["planner"]: metrics(line)["trip_miss_rate"] for line in stratum["planners"]}
        for other in BESIDE_THE_MODEL:
            paired = pairs(stratum)[other]
            ours, its = (point(missed[planner], 2, 100) for planner in ("ours", other))
            ratio, seconds = interval(paired["miss_ratio"], 2), interval(paired["seconds_difference"], 1)
            rows.append([stratum["stratum"], other, its, ours, ratio, seconds])
    return table(MODEL, rows)


if __name__ == "__main__":
    what, *files = sys.argv[1:]
    reports = [json.loads(Path(file).read_text()) for file in files]
    print({"aims": aims, "city": city, "model": model}[what](*reports))
