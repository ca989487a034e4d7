"""The names of all files in the folder of a comparison."""

from pathlib import Path

from wann.jobs.plan_files import PlanFile

CHAMPIONS = "champions"  # the folder of its networks
ROWS = "rows"  # the folder of its rows, each of which is a folder
# In the folder of a row: the contestant's network, then what was measured of it, which is written
# last, or instead of both why it could not be made.
NETWORK, ROW, ERROR = "network.json", "row.json", "error.json"
STOP = "stop"  # lies there while workers are told to begin no further row
# The report: all of it as JSON, tables, text, and figures, whose names get .png and .svg.
SUMMARY, ENTRY_TABLE, ROW_TABLE, CURVE_TABLE = (
    "summary.json",
    "summary.csv",
    "rows.csv",
    "curves.csv",
)
FACTOR_TABLE = "factors.csv"  # where cells of the table of factors are filled
HTML, MARKDOWN = "report.html", "report.md"
CONDITIONS_FIGURE, CURVES_FIGURE = "conditions", "curves"
PROFILE_FIGURE, SIGNED_PROFILE_FIGURE = "profile", "signed_profile"
_FIGURES = (CONDITIONS_FIGURE, CURVES_FIGURE, PROFILE_FIGURE, SIGNED_PROFILE_FIGURE)
# What is compared
PLAN = PlanFile(
    "compare.json",
    "comparison",
    "wann compare",
    before=(f"{CHAMPIONS}/*.json",),
    own=(
        *(f"{CHAMPIONS}/", f"{ROWS}/", STOP),
        *(SUMMARY, ENTRY_TABLE, ROW_TABLE, CURVE_TABLE, FACTOR_TABLE, HTML, MARKDOWN),
        *(f"{figure}*.*" for figure in _FIGURES),
    ),
)


def is_comparison(folder: Path) -> bool:
    """Return whether there is a comparison in a folder."""
    return (folder / PLAN.name).is_file()
