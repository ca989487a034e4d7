"""Tables of the page on pruning: convolutional networks, and training that is sparse throughout."""

from statistics import fmean

from tables import STUDIES, Row, rows_of, table

from wann.pruning.schedule import cubic

Key = tuple[str, str, str]  # method, control, and the density that was asked for
_MODELS = {"conv-2": "Conv-2", "conv-4": "Conv-4", "conv-6": "Conv-6"}
_STEPS = 8000  # of `lth-short`; masks change each 100 steps of the first three quarters


def conv_tickets() -> str:
    """Accuracy of lottery tickets of convolutional networks, and with weights drawn anew."""
    lines = []
    for model, name in _MODELS.items():
        if not (STUDIES / f"{model}-tickets").exists():
            continue
        found = _found(f"{model}-tickets")
        asked = _asked(found, "imp")
        for share in asked:
            keys = [("dense", "", "1.0"), ("imp", "", share), ("imp", "reinit", share)]
            lines.append([name, _share(share), *(_accuracy(found[key]) for key in keys)])
    return table(["model", "kept", "whole model", "tickets", "weights drawn anew"], lines)


def rewinding() -> str:
    """Accuracy of tickets of ResNet-20, from the first weights and rewound to an early step."""
    names = {"imp": "`imp`: first weights", "imp-late": "`imp-late`: weights after 30 steps"}
    found = {
        (row["method"], row["control"], f"{100 * float(row['density']):.0f} %"): row
        for row in rows_of("resnet-20-rewinding")
    }
    shares = [share for method, control, share in found if method == "imp" and not control]
    whole = _accuracy(found["dense", "", "100 %"])
    lines = []
    for method, name in names.items():
        lines.append([name, whole, *(_accuracy(found[method, "", share]) for share in shares)])
    for method in names:
        drawn = _accuracy(found[method, "reinit", shares[-1]])
        lines.append([f"masks of `{method}`, drawn anew", *[""] * len(shares), drawn])
    return table(["kept", "100 %", *shares], lines)


def vgg_collapse() -> str:
    """What VGG-11 has left on a path from input to output, and its accuracy."""
    names = {
        "synflow": "`synflow`, 100 rounds",
        "snip": "`snip`",
        "grasp": "`grasp`",
        "magnitude-init": "magnitude before training",
        "random-erk": "`random-erk`",
    }
    found = _found("vgg-collapse")
    rows = rows_of("vgg-collapse", "rows.csv")
    asked = _asked(found, "synflow")

    def cell(method: str, share: str) -> str:
        left = [
            float(row["effective_density"])
            for row in rows
            if (row["method"], row["asked"]) == (method, share)
        ]
        accuracy = _accuracy(found[method, "", share])
        cut = sum(not value for value in left)
        if cut == len(left):
            return f"cuts off ({accuracy} %)"
        also = f", {cut} of {len(left)} cut off" if cut else ""
        return f"{100 * fmean(left):.3g} % ({accuracy} %{also})"

    lines = [[name, *(cell(method, share) for share in asked)] for method, name in names.items()]
    return table(["kept", *map(_share, asked)], lines)


def equal_operations() -> str:
    """Accuracy at the same operations, and what training took of those of the whole model."""
    names = {
        "rigl": "`rigl`",
        "set": "`set`",
        "cht": "`cht`",
        "random-erk": "fixed from the start, `random-erk`",
        "gradual": "pruned while it trains, `gradual`",
        "magnitude": "trained, pruned, trained on, `magnitude`",
    }
    found = _found("equal-operations")
    asked = _asked(found, "rigl")
    lines = []
    for method, name in names.items():
        cells = [
            f"{_accuracy(found[method, '', share])} ({100 * _trained(method, float(share)):.0f} %)"
            for share in asked
        ]
        lines.append([name, *cells])
    return table(["operations", *map(_share, asked)], lines)


def _trained(method: str, density: float) -> float:
    """Return the operations of training, as a share of those of training the whole model."""
    if method == "magnitude":  # trained on as long as the whole model was
        return 1.0 + density
    if method != "gradual":  # dense gradients, one step in a hundred, are left out
        return density
    now, shares = 1.0, []
    falls = {at.step: at.density for at in cubic(density, 0, _STEPS * 3 // 4, 100)}
    for step in range(_STEPS):
        shares.append(now)
        now = falls.get(step + 1, now)
    return fmean(shares)


def _found(study: str) -> dict[Key, Row]:
    return {(row["method"], row["control"], row["asked"]): row for row in rows_of(study)}


def _asked(found: dict[Key, Row], method: str) -> list[str]:
    """Return the densities that were asked for, rounds on the way to them left out."""
    shares = {share for name, _, share in found if name == method and share}
    return sorted(shares, key=float, reverse=True)


def _share(asked: str) -> str:
    return f"{100 * float(asked):.3g} %"


def _accuracy(row: Row) -> str:
    """Return mean and half of the interval, in per cent."""
    half = 50 * (float(row["accuracy_high"]) - float(row["accuracy_low"]))
    return f"{100 * float(row['accuracy_mean']):.1f} ± {half:.1f}"


MAKERS = {
    "conv-tickets": conv_tickets,
    "rewinding": rewinding,
    "vgg-collapse": vgg_collapse,
    "equal-operations": equal_operations,
}
