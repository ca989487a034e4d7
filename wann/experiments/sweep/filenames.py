"""The names of all files in the folder of a sweep, and of those that it adds to a run."""

from wann.jobs.plan_files import PlanFile
from wann.runs.filenames import DATA_ARRAYS, DATA_TABLE

ENVIRONMENT = "environment.json"  # versions and machine of the driver that began the sweep
STOP = "stop"  # lies there while the searches are told to stop
# What came out: all of it as JSON, a row per setting, a row per run, and a figure, whose name gets
# .png and .svg.
SUMMARY, SETTINGS_TABLE, RUNS_TABLE = "summary.json", "summary.csv", "runs.csv"
FIGURE = "summary"
# Settings, grid and seeds
PLAN = PlanFile(
    "sweep.json",
    "sweep",
    "wann sweep",
    before=(ENVIRONMENT, DATA_TABLE, DATA_ARRAYS),
    own=(STOP, SUMMARY, SETTINGS_TABLE, RUNS_TABLE, f"{FIGURE}.*"),
)
# In the folder of a run: who worked on it last, what its champion returns on fresh episodes, and of
# a classifier the accuracy of the champion so far.
WORKER, EVALUATION, ACCURACY = "worker.json", "evaluation.json", "accuracy.json"
