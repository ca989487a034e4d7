"""Sweeps: many searches side by side, over seeds and a grid of settings, and one table at the end.

sweep.json      the plan: settings, grid, seeds       environment.json  versions and machine
NAME/           a run for each setting and seed       stop              while it is told to stop
summary.json    all of the result                     summary.csv       a row per setting
runs.csv        a row per run                         summary.png, .svg the same as a figure

A run is what `wann search` makes, and two files more: worker.json, who worked on it last, and
evaluation.json, what `wann evaluate` says of its champion, where the sweep asks for that.

Begin with `plan`, what is run, and `sweep`, the store and the loop. `search_job` is what a worker
does; `run_states` says how the runs stand, and `summary` what came out. `storage`, `url_storage`
and `addresses` are where a sweep lies: in a folder, or behind a URL.
"""

from wann.jobs.plan_files import PlanFile

PLAN_FILE = PlanFile("sweep.json", "sweep", "wann sweep")
ENVIRONMENT = "environment.json"
STOP = "stop"
SUMMARY = "summary.json"
SETTINGS_TABLE = "summary.csv"
RUNS_TABLE = "runs.csv"
FIGURE = "summary"
WORKER = "worker.json"
EVALUATION = "evaluation.json"
