"""The flags that are no settings: what a command reads and writes, and how it is run.

Each is declared here once, with its bounds and its default. What decides a result is a setting
instead, declared in `wann.config`; `settings_flags` makes flags of those.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wann import config
from wann.api.running import CPUS_PER_WORKER as CPUS
from wann.api.running import MOST_RETRIES
from wann.api.running import RETRIES as RETRIES_BY_DEFAULT
from wann.cli.readers import memory, new_path, number, path, ray_address, text, whole
from wann.cli.results import show


@dataclass(frozen=True)
class Flag:
    """A flag of the command line. A command may change its help text by `dataclasses.replace`."""

    name: str  # with its dashes
    help: str
    read: Callable[[str], Any] | None = None  # None: the text itself, or a switch
    default: Any = None  # what `of` returns where the flag is not given
    shown: str | None = None  # stands in the help text where the default is found on use
    metavar: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # further arguments of `add_argument`

    def add_to(self, parser: Any) -> None:
        """Add the flag to a parser, or to a group of one."""
        shown = self.default if self.shown is None else self.shown
        text = self.help if shown is None else f"{self.help} (default: {shown})"
        how = {"help": text.replace("%", "%%"), "default": None, **self.more}
        if self.read:
            how["type"] = self.read
        if self.metavar:
            how["metavar"] = self.metavar
        parser.add_argument(self.name, **how)

    def of(self, options: argparse.Namespace) -> Any:
        """Return the value that was given, or else the default."""
        value = getattr(options, self.name.removeprefix("--").replace("-", "_"))
        return self.default if value is None else value


class _ShowVersion(argparse.Action):
    """Prints the version and ends the program."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib import metadata

        show(f"{parser.prog} {metadata.version('wann')}")
        parser.exit()


VERSION = Flag("--version", "print the version", more={"action": _ShowVersion, "nargs": 0})

_SWITCH = {"action": "store_true"}

# What is read and written. The help text of --out is that of each command.
JSON = Flag("--json", "print one JSON object to stdout", more=_SWITCH)
OUT = Flag("--out", "where the result goes", new_path)
TRUST = Flag(
    "--trust",
    "import the modules that the given files name, such as that of an environment of your own: "
    "this runs their code",
    more=_SWITCH,
)
HTML = Flag(
    "--html",
    "instead of pictures write a page to be opened in a browser, on which the network acts at a "
    "weight that a slider changes: one file that loads nothing; without FILE it is page.html in "
    "the run, or beside the network file (of a comparison: its report)",
    new_path,
    metavar="FILE",
    more={"nargs": "?", "const": True},
)
WITHOUT_WEIGHTS = Flag(
    "--without-weights",
    "leave out the weights in the file: all connections share one",
    more=_SWITCH,
)
FILM = Flag(
    "--film",
    "a film instead of pictures, the scene beside the network at work: a new file in .mp4 (which "
    "needs the extra `film`) or .gif; with --out, pictures too",
    new_path,
    metavar="FILE",
)
PDF = Flag("--pdf", "write figures as PDF, too", more=_SWITCH)
STYLE = Flag("--style", "colours of pictures: light or dark", text, "light", metavar="STYLE")
TO = Flag(
    "--to",
    "the format that is written: c, js, onnx, torch, python, json, out, or MODULE:FUNCTION of "
    "your own",
    text,
    metavar="FORMAT",
    more={"required": True},
)
WEIGHT = Flag(
    "--weight",
    "the weight that all connections share; without it the weights in the file, or 1",
    number(-(10**6), 10**6),
)
FLOAT = Flag("--float", "compute in single precision (c, onnx)", more=_SWITCH)
BARE = Flag(
    "--bare",
    "the network alone: without the task's scaling of inputs and its actions",
    more=_SWITCH,
)
CARD = Flag(
    "--card",
    "put what is known of the network into the file: its task, returns, and how it was made",
    more=_SWITCH,
)
FORCE = Flag("--force", "replace a file that exists", more=_SWITCH)
COMPLETIONS = Flag(
    "--completions",
    "with --asynchronous: repeat the run whose completions.jsonl this is",
    path,
    metavar="FILE",
)
SEED_FROM = Flag(
    "--seed-from",
    "begin from children of this network, grown or pruned: a run, a .json or .out file, or "
    ".safetensors masks; with method gradient, train masks among its hidden nodes",
    path,
    metavar="NETWORK_OR_MASK",
)
LOGGER = Flag(
    "--logger",
    "send every generation to this: csv (a table in the folder), tensorboard, wandb, mlflow, or "
    "MODULE:FUNCTION, which gets the row and the folder; may be given several times",
    text,
    metavar="LOGGER",
    more={"action": "append"},
)
LIST_PAGES = Flag("--list", "list the pages", more=_SWITCH)
OPEN_PAGE = Flag("--open", "open the page in a browser instead of printing it", more=_SWITCH)
SITE = Flag("--site", "build the pages in this new folder, to be served or copied", new_path)
PAGE = Flag(
    "--page",
    "write page.html in the folder again every few seconds, on which the champion so far acts; the "
    "page reloads itself if its box is ticked",
    more=_SWITCH,
)
NO_FIGURES = Flag(
    "--no-figures",
    "leave out what is drawn in the end: pictures, and of a search its film and its page; "
    "`wann render` makes them later",
    more=_SWITCH,
)
ENV = Flag("--env", "Gymnasium id, or MODULE:ID of your own", text, metavar="ID")
DATASET = Flag(
    "--dataset",
    "table (.csv, .tsv, .csv.gz; with --label), npz file with x_train, y_train, x_test, y_test, or "
    "folder of IDX files named as MNIST's",
    text,
    metavar="PATH",
)
NETWORK = Flag(
    "--network",
    "prune this grown network instead of a model, by the scores of --method, to each --density, "
    "into files in --out; of the other flags only --seeds counts, with one seed",
    path,
    metavar="RUN_OR_NETWORK",
)
GRID = Flag(
    "--grid",
    "settings with alternatives, separated by commas, such as population=256,1024 "
    "ranking=nsga2,lexicase; by slashes where a setting is itself several values, such as "
    "weights=-1,1/-2,2",
    text,
    metavar="NAME=VALUES",
    more={"nargs": "+"},
)
RESUME = Flag(
    "--resume",
    "the argument is the folder of a tuning that was stopped: go on with it",
    more=_SWITCH,
)
ONCE = Flag("--once", "show how it stands now, and end", more=_SWITCH)
LATENCY = Flag(
    "--latency",
    "measure times in the end: of the dense model, the shrunk one, and kept connections alone",
    more=_SWITCH,
)

# How a command is run. These do not change the result.
THREADS = Flag("--threads", "how many threads to use", whole(1, 10_000), shown="one for every core")
DEVICE = Flag(
    "--device",
    "score networks on a graphics card, with numba-cuda: cuda, or cuda:NUMBER (swing-up, classic "
    "control, data sets)",
    text,
    "cpu",
    metavar="DEVICE",
)
CHECKPOINT_SECONDS = Flag(
    "--checkpoint-seconds",
    "seconds between two checkpoints",
    number(0, 10**8, "a number of seconds"),
    config.CHECKPOINT_SECONDS,
)
WORKERS = Flag(
    "--workers",
    "how many searches, trainings or measurements run side by side",
    whole(1, 100_000),
    shown="one for every core",
    metavar="N",
)
RETRIES = Flag(
    "--retries",
    "how often one that failed is tried again",
    whole(0, MOST_RETRIES),
    RETRIES_BY_DEFAULT,
    metavar="N",
)
RAY = Flag(
    "--ray",
    "work on Ray: HOST:6379, ray://HOST:10001, or without ADDRESS the Ray of this machine, which "
    "is started if need be",
    ray_address,
    metavar="ADDRESS",
    more={"nargs": "?", "const": "auto"},
)
CPUS_PER_WORKER = Flag(
    "--cpus-per-worker", "cores of a worker on Ray", number(0.001, 100_000), CPUS, metavar="N"
)
MEMORY_PER_WORKER = Flag(
    "--memory-per-worker", "memory of a worker on Ray, such as 500M or 2G", memory, metavar="SIZE"
)
