"""The groups of flags that say how a command is run, and the Ray cluster they ask for."""

import argparse
import dataclasses
from typing import Any

from wann.cli.flags import (
    CHECKPOINT_SECONDS,
    CPUS_PER_WORKER,
    DEVICE,
    LOGGER,
    MEMORY_PER_WORKER,
    NO_FIGURES,
    PAGE,
    RAY,
    RETRIES,
    THREADS,
    WORKERS,
    Flag,
)


def running_group(parser: argparse.ArgumentParser) -> Any:
    """Return the group of the flags that do not change the result."""
    return parser.add_argument_group("running", "These do not change the result.")


def add_running(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say how a single search is run."""
    group = running_group(parser)
    THREADS.add_to(group)
    DEVICE.add_to(group)
    LOGGER.add_to(group)
    PAGE.add_to(group)
    NO_FIGURES.add_to(group)
    CHECKPOINT_SECONDS.add_to(group)
    add_cluster(group)


def add_workers(group: Any, retries: Flag = RETRIES) -> None:
    """Add --workers and --retries."""
    WORKERS.add_to(group)
    retries.add_to(group)


def given_figures(options: argparse.Namespace) -> bool:
    """Return whether figures are drawn in the end."""
    return not NO_FIGURES.of(options)


def add_cluster(group: Any, workers: Flag = THREADS) -> None:
    """Add --ray and what goes with it; the flag `workers` says how many workers there are."""
    counted = (
        f"{RAY.help}; {workers.name} is then the number of workers, by default as many as "
        "there are cores"
    )
    dataclasses.replace(RAY, help=counted).add_to(group)
    CPUS_PER_WORKER.add_to(group)
    MEMORY_PER_WORKER.add_to(group)


def given_running(options: argparse.Namespace) -> dict[str, Any]:
    """Return how a single search is run, as the calls of `wann.api` take it."""
    return {
        "threads": options.threads,
        "device": DEVICE.of(options),
        "logger": options.logger,
        "page": options.page,
        "figures": given_figures(options),
        "checkpoint_seconds": CHECKPOINT_SECONDS.of(options),
        **given_cluster(options),
    }


def given_cluster(options: argparse.Namespace) -> dict[str, Any]:
    """Return what --ray and its companions ask for, as the calls of `wann.api` take it."""
    return {
        "ray": options.ray,
        "cpus_per_worker": options.cpus_per_worker,
        "memory_per_worker": options.memory_per_worker,
    }
