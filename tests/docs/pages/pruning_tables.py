"""The tables of the page on pruning, from the rows of the studies in `runs/studies`."""

import json
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from tables import STUDIES, Row, rows_of, table

TICKETS = {
    ("imp", ""): "lottery tickets, `imp` (5 seeds)",
    ("imp", "reinit"): "... weights drawn anew",
    ("imp", "shuffle"): "... masks shuffled within layers",
    ("imp", "random"): "... as many weights at random, one density for all layers",
    ("one-shot", ""): "`one-shot` ticket (3 seeds)",
    ("snip", ""): "`snip`",
    ("synflow", ""): "`synflow`",
    ("random-erk", ""): "`random-erk`",
    ("random-uniform", ""): "`random-uniform`",
}


def tickets() -> str:
    """Accuracy after training, with t-intervals over seeds."""
    asked = ("0.211", "0.07", "0.036", "0.017")
    return _by_density("lenet-tickets", TICKETS, asked, _with_interval)


def units() -> str:
    """Accuracy right after pruning weights, and units."""
    methods = {("magnitude", ""): "weights by magnitude", ("unit", ""): "units by L2 norm"}
    asked = ("0.75", "0.6", "0.5", "0.4", "0.3", "0.25", "0.2", "0.1")
    return _by_density("mlp-units", methods, asked, lambda row: f"{_percent(row):.2f}")


def loss_increase() -> str:
    """True increase of the loss right after pruning, and what OBD predicts of it."""
    asked = ("0.7", "0.5", "0.3", "0.2", "0.1", "0.05")
    rows = rows_of("lenet-obd", "rows.csv")

    def line(name: str, method: str, column: str) -> list[str]:
        found = [
            [float(row[column]) for row in rows if (row["method"], row["asked"]) == (method, share)]
            for share in asked
        ]
        return [name, *(_loss(sum(values) / len(values)) for values in found)]

    return table(
        _head(asked),
        [
            line("derived anew in 10 rounds, `obd-iterative`", "obd-iterative", "loss_increase"),
            line("at once, `obd`", "obd", "loss_increase"),
            line("`magnitude`", "magnitude", "loss_increase"),
            line("`random`", "random", "loss_increase"),
            line("predicted by `obd`", "obd", "predicted_loss_increase"),
        ],
    )


def collapse() -> str:
    """What is left on a path from input to output, and accuracy."""
    methods = {
        ("synflow", ""): "`synflow`, 100 rounds",
        ("synflow-one-shot", ""): "`synflow` at once",
        ("snip", ""): "`snip`",
        ("magnitude-init", ""): "magnitude before training",
    }

    def cell(row: Row) -> str:
        seeds = "" if row["n"] == "3" else f"; {row['n']} seeds, the other is cut off"
        return f"{100 * float(row['effective_density']):.2f} % ({_percent(row):.1f} %{seeds})"

    return _by_density("lenet-collapse", methods, ("0.01", "0.003", "0.001"), cell, "cuts off")


def snip() -> str:
    """Error of SNIP under the published training and its short form."""
    lines = []
    for study, name in (("lenet-snip", "as published"), ("lenet-snip-short", "the short form")):
        by_share = {row["asked"]: row for row in rows_of(study)}
        errors = [_error(by_share[share]) for share in ("1.0", "0.05", "0.02")]
        lines.append([name, *errors])
    return table(["training", "dense", "5 % kept", "2 % kept"], lines)


def snip_ways() -> str:
    """Error of SNIP where it is done as in the authors' code."""
    errors = json.loads((STUDIES / "lenet-snip-ways" / "errors.json").read_text())["errors"]
    lines = [
        [
            way,
            *(
                f"{fmean(one['last'] for one in of[way]):.2f} "
                f"({min(one['last'] for one in of[way]):.2f} to "
                f"{max(one['last'] for one in of[way]):.2f}) %"
                for of in errors.values()
            ),
        ]
        for way in next(iter(errors.values()))
    ]
    return table(["training"] + [f"{100 * float(kept):.3g} % kept" for kept in errors], lines)


def fast() -> str:
    """How many times faster `wann.sparse` is than the best of its rivals, and its time."""
    names = {"lenet-300-100": "LeNet-300-100", "conv-6": "Conv-6", "resnet-20": "ResNet-20"}
    found: dict[tuple[str, ...], dict[str, dict[str, float]]] = {}
    for row in rows_of("sparse-speed", "rows.csv"):
        key = (row["model"], row["inputs"], row["batch"])
        times = found.setdefault(key, {}).setdefault(row["removed"], {})
        times[row["way"]] = float(row["median"])
    removed = sorted(next(iter(found.values())))
    lines = []
    for (model, inputs, batch), columns in found.items():
        cells = []
        for share in removed:
            times = dict(columns[share])
            own = times.pop("sparse")
            cells.append(f"**{min(times.values()) / own:.1f}** ({1e3 * own:.3g} ms)")
        count = "one image" if batch == "1" else f"{batch} images"
        lines.append([f"{names[model]}, {count} {_SEEN[inputs]}", *cells])
    return table(["removed", *(f"{100 * float(share):.0f} %" for share in removed)], lines)


_SEEN = {"images": "of MNIST", "noise": "of noise"}
MAKERS = {
    "tickets": tickets,
    "units": units,
    "loss-increase": loss_increase,
    "collapse": collapse,
    "snip": snip,
    "snip-ways": snip_ways,
    "fast": fast,
}


def _by_density(
    study: str,
    methods: Mapping[tuple[str, str], str],
    asked: Sequence[str],
    cell: Callable[[Row], str],
    missing: str = "",
) -> str:
    rows = {(row["method"], row["control"], row["asked"]): row for row in rows_of(study)}
    lines = []
    for key, name in methods.items():
        found = [rows.get((*key, share)) for share in asked]
        lines.append([name, *(missing if row is None else cell(row) for row in found)])
    return table(_head(asked), lines)


def _head(asked: Sequence[str]) -> list[str]:
    return ["kept", *(f"{100 * float(share):.4g} %" for share in asked)]


def _percent(row: Row) -> float:
    return 100 * float(row["accuracy_mean"])


def _half(row: Row) -> float:
    return 50 * (float(row["accuracy_high"]) - float(row["accuracy_low"]))


def _with_interval(row: Row) -> str:
    half = _half(row)
    digits = 2 if half < 10 else 1
    text = f"{_percent(row):.{digits}f} ± {half:.{digits}f}"
    return f"**{text}**" if (row["method"], row["control"]) == ("imp", "") else text


def _error(row: Row) -> str:
    return f"{100 - _percent(row):.2f} ± {_half(row):.2f} %"


def _loss(value: float) -> str:
    digits = 2 if value >= 1 else 3 if value >= 0.01 else 4
    return f"{value:.{digits}f}".replace("-0.0000", "0.0000")
