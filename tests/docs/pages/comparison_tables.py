"""The tables of the page on comparisons, from the rows of those in `runs/studies`."""

from collections.abc import Callable

from tables import Row, rows_of, table

MARKS = {
    "better": " +",
    "worse": " \N{MINUS SIGN}",
    "not resolved": " ~",
    "both at chance": "",
    "": "",
}


def mnist() -> str:
    """Accuracies of the contestants of the champion for MNIST."""
    columns = {
        "one random weight": "random_shared",
        "one tuned weight": "tuned_shared",
        "one tuned magnitude, trained signs": "tuned_signed",
        "all weights tuned alike": "tuned_weights",
        "all weights trained": "trained_weights",
    }
    return _table("comparison-mnist256", columns, lambda value: f"{100 * value:.1f} %", "26,700")


def swingup() -> str:
    """Returns of the contestants of the champion for swing-up."""
    columns = {
        "one random weight": "random_shared",
        "one tuned weight": "tuned_shared",
        "one tuned magnitude, tuned signs": "tuned_signed",
        "tuned one by one": "tuned_weights",
    }
    return _table("comparison-swingup", columns, lambda value: f"{value:.0f}", "70", at_work=True)


def agnostic() -> str:
    """Accuracies of contestants that were pruned under shared weights, and of others."""
    columns = {
        "one random weight": "random_shared",
        "one tuned weight": "tuned_shared",
        "vote over six weights": "ensemble",
        "all weights trained": "trained_weights",
    }
    study = "comparison-agnostic-digits"
    return _table(study, columns, lambda value: f"{100 * value:.1f} %", "7,500")


MAKERS = {
    "comparison-mnist": mnist,
    "comparison-swingup": swingup,
    "comparison-agnostic": agnostic,
}


def _table(
    study: str,
    columns: dict[str, str],
    shown: Callable[[float], str],
    dense: str,
    *,
    at_work: bool = False,
) -> str:
    lines = []
    for row in rows_of(study):
        name = f"dense ({dense} weights)" if row["name"] == "dense" else row["name"]
        work = [f"{float(row['effective_connections']):.3g}"] if at_work else []
        lines.append([name, *work, *(_cell(row, key, shown) for key in columns.values())])
    head = ["contestant", *(["at work"] if at_work else []), *columns]
    return table(head, lines)


def _cell(row: Row, key: str, shown: Callable[[float], str]) -> str:
    verdict, alone = row[f"{key}_verdict"], row[f"{key}_alone"]
    mark = MARKS[verdict]
    if verdict == "not resolved" and alone in ("better", "worse"):
        mark = f" ({MARKS[alone].strip()})"
    return shown(float(row[f"{key}_mean"])) + mark
