"""The tables of docs/benchmarks/replay.md, from what `velib replay --json` writes.

python benchmarks/replay/tables.py aims city.json oslo.json      # what was aimed at, side by side
python benchmarks/replay/tables.py aims city.json:deployed "oslo.json:by law"   # the same, for other planners of a run
python benchmarks/replay/tables.py readings city.json:deployed   # intervals of ratios, and of differences
python benchmarks/replay/tables.py costs city.json:deployed      # what its trips cost beside those by other forecasters
python benchmarks/replay/tables.py alone city.json:deployed      # trips that only one of two planners missed
python benchmarks/replay/tables.py strict city.json oslo.json    # misses by both truths
python benchmarks/replay/tables.py recovery city.json oslo.json  # asked again after a failure, or the common rule
python benchmarks/replay/tables.py city oslo.json                # every planner, by trips and hour; every foresight
python benchmarks/replay/tables.py planners ebike.json           # every planner only
python benchmarks/replay/tables.py model model.json           # the trained model beside the others
"""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

Part = dict[str, Any]


class Of(NamedTuple):
    """A planner of a run."""

    report: Part
    planner: str


BY_HOUR = ["nearest", "available", "four and two", "by table", "ours"]
BESIDE = ["by law", "by table", "by queue", "by blend", "available"]
BESIDE_THE_MODEL = ["available", "by law", "by table", "by blend"]
PLANNERS = [
    "planner",
    "missed %",
    "strict",
    "no bike / no dock %",
    "stranded %",
    "mean s",
    "p90 s",
    "on foot m",
    "ETA bias / MAE s",
    "p90 kept",
    "ECE",
    "told .8, failed %",
    "misses, ours ÷ its",
    "our time − its, s",
    "our cost − its, s",
]
FORESIGHTS = [
    "trips",
    "foresight",
    "Brier",
    "skill beside the table",
    "ECE",
    *(f"Gast, {worth}" for worth in ("0", "−5", "−10")),
    "told .8, failed %",
]
AHEAD = [
    "trips",
    "minutes ahead",
    "Brier",
    "ECE",
    "skill beside the table",
    "beside the queue",
    "nearest: beside the table",
    "beside the queue",
]
STRICT = [
    "city",
    "trips",
    "nearest",
    "available",
    "ours",
    "ours ÷ available",
    "by the last snapshot: available",
    "ours",
    "ours ÷ available",
]
RECOVERY = [
    "city",
    "trips",
    "failures",
    "mean s, common rule",
    "mean s, asked again",
    "s more",
    "stranded %, common / asked again",
]
CITIES = ["simulated", "Oslo"]
BANDS = ["0–10 min", "10–20 min", "20–40 min"]
MODEL = [
    "trips",
    "other",
    "its misses %",
    "the model's %",
    "misses, the model's ÷ its",
    "the model's time − its, s",
]
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


def pairs(stratum: Part, planner: str = "ours") -> Part:
    return {line["against"]: line for line in stratum["paired"] if line["planner"] == planner}


def asked(argument: str) -> Of:
    """`FILE`, `FILE:PLANNER`, or `FILE:deployed` for the planner that chooses as the API does."""
    file, _, planner = argument.partition(":")
    report = json.loads(Path(file).read_text())
    return Of(report, {"": "ours", "deployed": report["deployed"]}.get(planner, planner))


def called(of: Of) -> str:
    history = of.report["history"]
    city = "simulated" if history.startswith("a simulated city") else history.removeprefix("system ").capitalize()
    return f"{city}, {forecaster(of)}"


def forecaster(of: Of) -> str:
    """What a planner goes by; ours is named by the model that it was given, if it was given one."""
    model = of.report["model"]
    if model and of.planner == of.report["deployed"]:
        return f"by {model}"
    if model and of.planner.startswith("ours"):
        return f"{of.planner}, by {model}"
    return of.planner


def both(one: str, other: str) -> str:
    return NOTHING if one == other == NOTHING else f"{one} / {other}"


def planner_row(line: Part, paired: Part) -> list[str]:
    measured = metrics(line)
    of = measured.get
    missed = [point(of(end), 2, 100) for end in ("origin_miss_rate", "dest_miss_rate")]
    return [
        bold(line["planner"]),
        interval(of("trip_miss_rate"), 2, 100),
        point(of("trip_miss_rate_strict"), 2, 100),
        both(*missed),
        point(of("strand_rate"), 2, 100),
        point(of("door_to_door_mean_s"), 0),
        point(of("door_to_door_p90_s"), 0),
        point(of("walk_m"), 0),
        both(point(of("eta_bias_s"), 1), point(of("eta_mae_s"), 1)),
        point(of("p90_coverage"), 3),
        point(of("ece_10"), 4),
        point(of("false_go_0.8"), 2, 100),
        interval(None if line["planner"] == "oracle" else paired.get("miss_ratio"), 2),
        interval(paired.get("seconds_difference"), 1),
        interval(paired.get("cost_difference"), 1),
    ]


def hour_rows(stratum: Part) -> list[list[str]]:
    rows = []
    for planner in BY_HOUR:
        lines = [line for line in stratum["hours"] if line["planner"] == planner]
        missed = [interval(line["miss_rate"], 1, 100) for line in lines]
        seconds = [interval(line.get("seconds_difference"), 0) for line in lines]
        rows.append(
            [
                stratum["stratum"],
                bold(planner),
                *missed,
                *([NOTHING] * 4 if planner == "ours" else seconds),
            ]
        )
    return rows


def planners(report: Part) -> str:
    texts = []
    for stratum in report["strata"]:
        paired = pairs(stratum)
        rows = [planner_row(line, paired.get(line["planner"], {})) for line in stratum["planners"]]
        texts += [f"{stratum['stratum'].capitalize()} trips", table(PLANNERS, rows)]
    return "\n\n".join(texts)


def city(report: Part) -> str:
    hours = ["6–10", "10–16", "16–20", "20–24"]
    heads = [
        "trips",
        "planner",
        *(f"missed %, {part}" for part in hours),
        *(f"our time − its, s, {part}" for part in hours),
    ]
    by_hour = table(heads, [row for on in report["strata"] for row in hour_rows(on)])
    foresights = [row for on in report["strata"] for row in foresight_rows(on)]
    ahead = [row for on in report["strata"] for row in ahead_rows(on, report["ours"])]
    return "\n\n".join(
        [
            planners(report),
            "By the hour of departure",
            by_hour,
            "Chances at the stations nearest to both ends, which nobody chose for them",
            table(FORESIGHTS, foresights),
            "Chances that ours shows, by how far ahead they are; last, at the nearest stations",
            table(AHEAD, ahead),
        ]
    )


def foresight_rows(stratum: Part) -> list[list[str]]:
    going = {line["foresight"]: line for line in stratum["going"] if line["stations"] == "nearest"}
    rows = []
    for line in stratum["forecasts"]:
        if (line["stations"], line["band"]) != ("nearest", "all"):
            continue
        go = going[line["foresight"]]
        scores = [
            interval(line["brier"], 4),
            interval(line["skill"], 3),
            interval(line["ece"], 4),
        ]
        worth = [point(score, 3) for score in go["gast_scores"]]
        rows.append(
            [
                stratum["stratum"],
                line["foresight"],
                *scores,
                *worth,
                point(go["false_go"], 2, 100),
            ]
        )
    return rows


def ahead_rows(stratum: Part, ours: str) -> list[list[str]]:
    lines = {(line["stations"], line["band"]): line for line in stratum["forecasts"] if line["foresight"] == ours}
    rows = []
    for band in BANDS:
        if ("chosen", band) not in lines:
            continue
        shown, nearest = lines["chosen", band], lines["nearest", band]
        skills = [interval(line[key], 3) for line in (shown, nearest) for key in ("skill", "skill_beside_queue")]
        rows.append(
            [
                stratum["stratum"],
                band.removesuffix(" min"),
                point(shown["brier"], 4),
                point(shown["ece"], 4),
                *skills,
            ]
        )
    return rows


def strict(*reports: Part) -> str:
    rows = []
    for name, report in zip(CITIES, reports, strict=True):
        for on in report["strata"]:
            of = {line["planner"]: metrics(line) for line in on["planners"]}
            strictly = [interval(of[it]["trip_miss_rate_strict"], 2, 100) for it in ("nearest", "available", "ours")]
            usual = [point(of[it]["trip_miss_rate"], 2, 100) for it in ("available", "ours")]
            ratio = pairs(on)["available"]
            ratios = [
                interval(ratio["strict_miss_ratio"], 2),
                interval(ratio["miss_ratio"], 2),
            ]
            rows.append([name, on["stratum"], *strictly, ratios[0], *usual, ratios[1]])
    return table(STRICT, rows)


def recovery(*reports: Part) -> str:
    rows = []
    for name, report in zip(CITIES, reports, strict=True):
        for on in report["strata"]:
            line = on["recovery"]
            means = [
                point(line["common_s"], 0),
                point(line["asked_again_s"], 0),
                interval(line["seconds_difference"], 0),
            ]
            stranded = [number(100 * line[key], 1) for key in ("stranded_common", "stranded_asked_again")]
            rows.append([name, on["stratum"], f"{line['missed']}", *means, both(*stranded)])
    return table(RECOVERY, rows)


def aims(*runs: Of) -> str:
    rows = []
    for targets in zip(*map(targets_of, runs), strict=True):
        rows.append([targets[0]["stratum"], aim_of(targets[0]), *map(aim_cell, targets)])
    return table(["trips", "aim", *map(called, runs)], rows)


def targets_of(run: Of) -> list[Part]:
    return [target for target in run.report["targets"] if target["planner"] == run.planner]


def aim_of(target: Part) -> str:
    return target["aim"].replace("|ETA bias| ≤ 30 s", "ETA bias within 30 s")


def aim_cell(target: Part) -> str:
    if not target["measured"]:
        return NOTHING
    digits = (
        2
        if target["aim"].startswith(("misses", "gap"))
        else 3
        if target["aim"].startswith(("ECE", "p90", "skill"))
        else 1
    )
    words = (
        "holds" if target["holds"] else "holds, its interval does not" if target["value_holds"] else "**does not hold**"
    )
    return f"{interval(target['measured'], digits)} {words}"


def readings(*runs: Of) -> str:
    """Both ways to read `95 % intervals excluding zero`; bold is a ratio beyond its bound, a difference not below 0.

    Mean times are differences already.
    """
    compared = [target for target in targets_of(runs[0]) if target["difference"]]
    heads = [""]
    for target in compared:
        heads += [f"{target['stratum']}, {target['aim']}", "points more"]
    rows = []
    for run in runs:
        cells = [called(run)]
        for target in targets_of(run):
            if target["difference"]:
                cells += [
                    bold_unless(target["holds"], interval(target["measured"], 2)),
                    bold_unless(target["difference"]["high"] < 0, interval(target["difference"], 2, 100)),
                ]
        rows.append(cells)
    return table(heads, rows)


def bold_unless(is_so: bool, told: str) -> str:
    return told if is_so else f"**{told}**"


def costs(*runs: Of) -> str:
    """What a trip by each run's planner costs the usual traveller, beside others on the same trips."""
    rows = []
    for run in runs:
        for on in run.report["strata"]:
            of = {line["planner"]: metrics(line) for line in on["planners"]}[run.planner]
            paired = pairs(on, run.planner)
            others = [paired.get(other, {}) for other in BESIDE]
            rows.append(
                [
                    called(run),
                    on["stratum"],
                    point(of["cost_s"], 1),
                    *(interval(line.get("cost_difference"), 1) for line in others),
                ]
            )
    return table(["", "trips", "cost s", *(f"less that {other}" for other in BESIDE)], rows)


def alone(*runs: Of) -> str:
    """Trips that only the run's planner missed, and that only another did, with McNemar's chance."""
    rows = []
    for run in runs:
        for on in run.report["strata"]:
            paired = pairs(on, run.planner)
            cells = [
                f"{line['missed_alone']} / {line['other_missed_alone']}, {chance(line['mcnemar_p'])}"
                for line in (paired[other] for other in BESIDE if other in paired)
            ]
            rows.append([called(run), on["stratum"], *cells])
    return table(["", "trips", *BESIDE], rows)


def chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else number(p, 3)


def model(report: Part) -> str:
    rows = []
    for stratum in report["strata"]:
        missed = {line["planner"]: metrics(line)["trip_miss_rate"] for line in stratum["planners"]}
        for other in BESIDE_THE_MODEL:
            paired = pairs(stratum)[other]
            ours, its = (point(missed[planner], 2, 100) for planner in ("ours", other))
            ratio, seconds = (
                interval(paired["miss_ratio"], 2),
                interval(paired["seconds_difference"], 1),
            )
            rows.append([stratum["stratum"], other, its, ours, ratio, seconds])
    return table(MODEL, rows)


if __name__ == "__main__":
    what, *files = sys.argv[1:]
    of_runs = {"aims": aims, "readings": readings, "costs": costs, "alone": alone}
    of_reports = {
        "strict": strict,
        "recovery": recovery,
        "city": city,
        "planners": planners,
        "model": model,
    }
    if what in of_runs:
        print(of_runs[what](*map(asked, files)))
    else:
        print(of_reports[what](*(json.loads(Path(file).read_text()) for file in files)))
