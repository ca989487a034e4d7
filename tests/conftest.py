"""Fixtures that tests of several rooms use: what makes commands short, and clusters of Ray."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# The tests start thousands of processes, each of which would compile all modules from their source
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Graphics cards are simulated, also where there are some: tests/benchmarks/gpu.sh uses those
os.environ["NUMBA_ENABLE_CUDASIM"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that start Ray first: they take longest, and none is to be left to the end."""
    items.sort(key=lambda item: not _is_about_ray(item.path))


def _is_about_ray(path: Path) -> bool:
    return path.parent.name == "ray" or "ray" in path.stem.split("_")


@pytest.fixture(scope="module")
def jobs_here() -> Iterator[None]:
    """The jobs of studies, comparisons and sweeps are done in this process, not in workers."""
    import job_toys

    with job_toys.jobs_here():
        yield


@pytest.fixture(scope="module")
def nothing_painted() -> Iterator[None]:
    """Searches of the module make no figures; other commands do, but paint none, nor films."""
    import figure_toys

    with figure_toys.nothing_painted(), figure_toys.searches_without_figures():
        yield


@pytest.fixture
def unpainted() -> Iterator[None]:
    """Commands of one test paint nothing, see `nothing_painted`."""
    import figure_toys

    with figure_toys.nothing_painted(), figure_toys.searches_without_figures():
        yield


@pytest.fixture(scope="module")
def machines() -> Iterator[Any]:
    """A cluster of one machine with one core, `ray_toys.Machines`."""
    from ray_toys import machines_of_one_core

    yield from machines_of_one_core()


@pytest.fixture(scope="module")
def second(machines: Any) -> Any:
    """A second machine of the cluster."""
    return machines.add()


@pytest.fixture(scope="module")
def evaluator_on_machines(machines: Any, second: Any) -> Iterator[Any]:
    """An evaluator that has all cores of the cluster."""
    from wann.evaluators.ray.cluster import Cluster
    from wann.evaluators.ray.evaluator import RayEvaluator

    with RayEvaluator(Cluster(machines.address)) as started:
        yield started


@pytest.fixture
def alone_with_ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment in which commands start a Ray of their own."""
    import ray_toys

    yield from ray_toys.alone_with_ray(monkeypatch)
