"""Loggers: what is told of every generation of a search, while it goes on.

A logger is called with the row of a generation (see `rows.GenerationRow`) and the folder of the
run. One that has them is also told when a search begins, by `begin(folder, name)`, and when it has
ended, by `end(folder)`.

Searches and sweeps import this folder. Begin with `registry`, which holds the loggers that come
with the project and finds the user's own. `csv_table` writes a table; `curves` is what
`tensorboard`, `wandb` and `mlflow` have in common, each through the public calls of its package.
"""

from wann.experiments.growing.loggers.registry import (
    LOGGERS,
    Logger,
    find_loggers,
    logger_names,
    told,
)

__all__ = ["LOGGERS", "Logger", "find_loggers", "logger_names", "told"]
