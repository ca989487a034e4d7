"""The loggers by name, and what a search tells those that were asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from wann import own
from wann.errors import UserError, in_one_line, in_short
from wann.experiments.growing.loggers.csv_table import CsvLogger
from wann.experiments.growing.loggers.curves import CurveLogger
from wann.experiments.growing.loggers.mlflow import MlflowLogger
from wann.experiments.growing.loggers.tensorboard import TensorBoardLogger
from wann.experiments.growing.loggers.wandb import WandbLogger
from wann.own import Registry

Row = dict[str, Any]
Logger = Callable[[Row, Path], object]

LOGGERS: Registry[Logger] = Registry(
    "logger",
    {
        "csv": CsvLogger(),
        "tensorboard": TensorBoardLogger(),
        "wandb": WandbLogger(),
        "mlflow": MlflowLogger(),
    },
    expected="a function of (row, folder): the row of a generation, a dictionary, and the folder "
    "of the run",
    arguments=2,
)


def find_loggers(given: Any) -> tuple[Logger, ...]:
    """Return the loggers that a user gave: one or several, by name or as functions; None: none.

    UserError for what is none, and for one whose package is not installed or that cannot be
    reached.
    """
    one = isinstance(given, str) or callable(given)
    if given is not None and not one and not isinstance(given, Iterable):
        raise UserError(f"--logger: expected {LOGGERS.expected}; got {in_short(given)}")
    found = tuple(LOGGERS.find(each) for each in ([given] if one else given or ()))
    for logger in found:
        if isinstance(logger, CurveLogger):
            _check(logger)
    return found


def logger_names(given: Any) -> tuple[str, ...]:
    """Return the names of loggers that a user gave in any form, for workers that find them."""
    return tuple(map(LOGGERS.name_of, find_loggers(given)))


def _check(logger: CurveLogger) -> None:
    try:
        logger.check()
    except UserError:
        raise
    except Exception as error:  # each package has its own
        raise UserError(f"the logger {logger.name} cannot begin: {in_one_line(error)}") from error


@contextmanager
def told(
    loggers: Sequence[Logger], folder: Path, name: str | None = None
) -> Iterator[Callable[[Row], None]]:
    """Yield what tells the loggers the row of a generation, from their beginning to their end.

    Args:
        loggers: what is told.
        folder: of the search.
        name: what the search is called, by default as its folder.

    Raises:
        UserError: one of them fails; it is named.
    """
    called = name or folder.resolve().name
    with ExitStack() as ends:
        for logger in loggers:
            if hasattr(logger, "begin"):
                _call(logger, logger.begin, "the beginning", folder, called)
            if hasattr(logger, "end"):
                ends.callback(_call, logger, logger.end, "the end", folder)

        def tell(row: Row) -> None:
            for logger in loggers:
                _call(logger, logger, f"generation {row['generation']}", row, folder)

        yield tell


def _call(logger: Logger, function: Callable[..., Any], given: str, *arguments: Any) -> None:
    known = (name for name, entry in LOGGERS.items() if entry is logger)
    label = next(known, own.label_of(logger))
    own.call(f"the logger {label}", LOGGERS.expected, function, given, *arguments)
