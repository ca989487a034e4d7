"""`wann.map` calls one's own function everywhere alike, and says in one line what goes wrong."""

import os
import threading
from typing import Any

import numpy as np
import pytest
from genome_toys import grow

from wann import trust
from wann.api.mapping import _workers
from wann.api.mapping import map as wann_map
from wann.errors import UserError
from wann.network.compile import compile_genome
from wann.network.genome import Genome

GENOMES = [grow(seed, 10, 2, 1) for seed in range(20)]


def heard(genome: Genome) -> int:
    return len(set(genome.source[genome.enabled].tolist()))


def ends_on_the_third(genome: Genome) -> int:
    if genome == GENOMES[3]:
        os._exit(3)
    return 1


def raises_on_the_third(genome: Genome) -> float:
    if genome == GENOMES[3]:
        raise ArithmeticError("three\nis bad")
    return 1.0


EXPECTED = [heard(genome) for genome in GENOMES]


def test_values_come_in_order_from_processes_and_from_here() -> None:
    assert wann_map(heard, GENOMES, workers=2) == EXPECTED
    assert wann_map(heard, iter(GENOMES), workers=1) == EXPECTED
    with trust.forgotten_afterwards():
        for workers in (1, 2):
            assert wann_map(f"{__name__}:heard", GENOMES, workers=workers) == EXPECTED
    assert wann_map(heard, []) == []
    offset = 3  # lambdas that close over something are sent, too
    assert wann_map(lambda genome: heard(genome) + offset, GENOMES, workers=2) == [
        value + offset for value in EXPECTED
    ]
    networks = [compile_genome(genome) for genome in GENOMES]
    found = wann_map(lambda network: network([0.5, -0.5]), networks, workers=2)
    np.testing.assert_array_equal(found, [network([0.5, -0.5]) for network in networks])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_call_that_fails_is_named_with_its_argument(workers: int) -> None:
    with pytest.raises(UserError, match=r"on argument 3 .*ArithmeticError: three is") as told:
        wann_map(raises_on_the_third, GENOMES, workers=workers)
    assert "raises_on_the_third" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_dying_process_is_told_with_the_argument_and_others_are_started() -> None:
    with pytest.raises(UserError, match="ends_on_the_third ended its process on argument 3"):
        wann_map(ends_on_the_third, GENOMES, workers=2)
    assert wann_map(heard, GENOMES, workers=2) == EXPECTED


def much(genome: Genome) -> bytes:
    return bytes(3 * 10**8)  # which takes a moment to send


def test_processes_that_are_ended_while_they_send_are_not_waited_for() -> None:
    pool = _workers.get(2)
    for _ in range(2):
        pool.submit(much, GENOMES[0])
    manager: Any = pool._executor_manager_thread  # type: ignore[attr-defined]
    results: Any = pool._result_queue
    assert results._reader.poll(60)
    _workers.end()
    manager.join(30)
    assert not manager.is_alive()


def test_what_cannot_be_sent_is_told() -> None:
    lock: Any = threading.Lock()
    things: list[Any] = [1, 2, lock]
    refused = [
        (lambda thing: lock, things[:2], "returned what cannot be sent|cannot be sent to a worker"),
        (str, things, "argument 2 .* cannot be sent to another process"),
        (lambda thing: threading.Lock(), things[:2], "returned what cannot be sent"),
        (7, things, "expected a function of one of the things .* got 7"),
        ("no_such_module:f", things, "no_such_module"),
    ]
    for function, given, message in refused:
        with pytest.raises(UserError, match=message) as told:
            wann_map(function, given, workers=2)
        assert "\n" not in str(told.value)
    given: Any = 5
    with pytest.raises(UserError, match="things: expected genomes, networks or the like, got 5"):
        wann_map(heard, given)
    with pytest.raises(UserError, match="expected 1 or more threads or workers, got 0"):
        wann_map(heard, GENOMES, workers=0)


def test_the_workers_of_ray_return_the_same(alone_with_ray: None) -> None:
    assert wann_map(heard, GENOMES, ray=True) == EXPECTED
    with pytest.raises(UserError, match="failed on argument 3"):
        wann_map(raises_on_the_third, GENOMES, ray=True)
