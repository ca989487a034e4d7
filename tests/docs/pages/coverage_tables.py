"""The table of how often intervals hold the mean, from the rows in `runs/studies`."""

from tables import rows_of, table

_STUDY = "interval-coverage"
# What is shown of the kinds of tables, with the number of searches and seeds
_SHOWN = [
    ("mostly searches", "20", "3"),
    ("searches and rest", "20", "3"),
    ("searches and seeds", "5", "3"),
    ("searches and seeds", "20", "3"),
    ("searches and seeds", "20", "5"),
    ("mostly seeds", "20", "3"),
    ("searches and seeds", "20", "1"),
]
_WAYS = {
    "searches drawn": "bootstrap of searches",
    "and seeds within each": "bootstrap of searches, and of seeds within each",
    "and seeds of all": "bootstrap of searches and of seeds",
    "t over searches": "t-interval over searches",
    "used here": "used here",
}


def coverage() -> str:
    """Shares of 95 % intervals that hold the mean, by how they are made."""
    rows = {
        (row["kind"], row["searches"], row["seeds"]): row for row in rows_of(_STUDY, "rows.csv")
    }
    lines = [
        [*key, *(f"{100 * float(rows[key][way]):.0f} %" for way in _WAYS.values())]
        for key in _SHOWN
    ]
    return table(["what scatters", "searches", "seeds", *_WAYS], lines)


MAKERS = {"interval-coverage": coverage}
