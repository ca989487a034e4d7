"""Searches that begin from a network: legal children, the same bytes when resumed, no misfits."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from compare_toys import diamond
from genome_toys import PROPERTY, genomes
from hypothesis import given
from scoring_toys import recurrent_network

from wann.cli.main import main
from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth
from wann.experiments.growing.start import first_population, read_start
from wann.formats import NetworkFile, dumps_json
from wann.formats.whole_network import write_network
from wann.network.compile import compile_genome, to_genome
from wann.network.from_masks import dense_masks, network_of_masks
from wann.network.genome import Genome, minimal, validate
from wann.network.network import Network
from wann.pruning import masks as masking
from wann.runs.filenames import LINEAGE, START
from wann.runs.rundir import RunDir
from wann.tasks.registry import make_task

pytestmark = pytest.mark.usefixtures("nothing_painted")

TINY = ("--population", "24", "--generations", "3", "--confirm-episodes", "4", "--threads", "1")


def config(**settings: object) -> SearchConfig:
    return SearchConfig(**{"population": 24, "generations": 3, "tournament": 8, **settings})


@PROPERTY
@given(genomes())
def test_the_first_is_the_seed_itself_and_the_others_are_legal_children(genome: Genome) -> None:
    population = first_population(config(), genome)
    assert len(population) == 24
    for field in ("activation", "source", "target", "enabled"):
        assert getattr(population[0], field).tobytes() == getattr(genome, field).tobytes()
    for child in population:
        validate(child)
    again = first_population(config(), genome)
    assert all(
        a.source.tobytes() == b.source.tobytes() for a, b in zip(population, again, strict=True)
    )


def test_most_children_differ_from_the_seed() -> None:
    genome = to_genome(diamond())
    children = list(first_population(config(), genome))[1:]
    assert (
        sum(
            len(child.source) != len(genome.source) or child.hidden != genome.hidden
            for child in children
        )
        > 3
    )


def a_policy(path: Path, network: Network | None = None, task: str = "swingup") -> Path:
    network = network or network_of_masks(dense_masks(5, [3], 1))
    write_network(path, network, np.ones(network.connections), task)
    return path


def search(*arguments: str | Path) -> int:
    return main(["search", "swingup-quick", *TINY, *map(str, arguments)])


def test_a_search_from_a_network_is_the_same_again_and_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = a_policy(tmp_path / "policy.json")
    digests = []
    for name in ("one", "two"):
        assert search("--seed-from", seed, "--out", tmp_path / name, "--json") == 0
        digests.append(json.loads(capsys.readouterr().out)["digest"])
    births = [json.loads(row) for row in (tmp_path / "one" / LINEAGE).read_text().splitlines()]
    assert [row["birth"] for row in births if "parent" not in row] == [0]  # the network itself
    # As if it had been stopped before the first one was written
    (tmp_path / "one" / "checkpoint.npz").unlink()
    for written in ("generations.jsonl", "champion.json"):
        (tmp_path / "one" / written).unlink()
    assert main(["resume", str(tmp_path / "one"), "--threads", "1", "--json"]) == 0
    digests.append(json.loads(capsys.readouterr().out)["digest"])
    assert search("--out", tmp_path / "unseeded", "--json") == 0
    other = json.loads(capsys.readouterr().out)["digest"]
    assert digests[0] == digests[1] == digests[2] != other
    assert json.loads((tmp_path / "one" / "seed.json").read_text())["info"]["from"] == str(seed)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda path: path.unlink(), "seed.json is missing, with which this search began"),
        (lambda path: path.write_text("{}"), "seed.json is damaged, or another file"),
    ],
)
def test_a_search_without_its_network_begins_from_no_other(
    damage: Callable[[Path], object], expected: str, tmp_path: Path
) -> None:
    run = RunDir.create(tmp_path / "run", config(), {START: b"a network"})
    with run, ThreadEvaluator(1) as evaluator:
        damage(tmp_path / "run" / START)
        with pytest.raises(UserError, match=expected):
            Growth(config(), evaluator, run).restore()


def test_connections_that_are_disabled_do_not_count(tmp_path: Path) -> None:
    """A champion of minimal first genomes holds all of theirs."""
    genome = minimal(5, 1, np.arange(6)[:, None] == 2)
    assert (len(genome.source), genome.connections) == (6, 1)
    (tmp_path / "champion.json").write_text(dumps_json(NetworkFile(genome, None, "swingup", {})))
    task, seed = make_task("swingup"), tmp_path / "champion.json"
    assert read_start(seed, task, config(max_connections=1))


@pytest.mark.parametrize(("limit", "genes"), [(48, 27), (27, 27), (49, 81)])
def test_connections_that_lead_to_no_output_do_not_count(limit: int, genes: int) -> None:
    """The champion has 49 enabled genes, and its network, as everybody is told, 27 connections."""
    task = make_task("swingup")
    found = read_start(Path("zoo:swingup"), task, config(max_connections=limit))
    assert len(found.source) == genes
    assert compile_genome(found).connections == 27
    assert found.connections <= limit
    population = first_population(config(max_connections=limit), found)
    assert max(child.connections for child in population) <= limit


def test_a_network_that_is_too_large_is_told_with_the_size_that_everybody_is_told() -> None:
    with pytest.raises(UserError) as found:
        read_start(Path("zoo:swingup"), make_task("swingup"), config(max_connections=26))
    assert str(found.value) == (
        "zoo:swingup has 27 connections, and the search may make 26: give --max-connections 54 or "
        "so"
    )


def test_a_search_begins_from_masks(tmp_path: Path) -> None:
    masks = {
        "fc1.weight": torch.ones(4, 5, dtype=torch.bool),
        "fc2.weight": torch.ones(1, 4, dtype=torch.bool),
    }
    masking.save(tmp_path / "ticket.safetensors", masks)
    assert (
        search(
            "--seed-from",
            tmp_path / "ticket.safetensors",
            "--islands",
            "2",
            "--out",
            tmp_path / "run",
        )
        == 0
    )
    rows = [
        json.loads(line)
        for line in (tmp_path / "run" / "generations.jsonl").read_text().splitlines()
    ]
    assert len(rows) == 3


@pytest.mark.parametrize("method", ["gradient", "evolution"])
def test_a_search_on_examples_begins_from_no_recurrent_network(tmp_path: Path, method: str) -> None:
    task = make_task("digits")
    seed = a_policy(tmp_path / "recurrent.json", recurrent_network(task), "digits")
    with pytest.raises(UserError, match="recurrent connections: expected a feed-forward network"):
        read_start(seed, task, config(method=method, task="digits"))


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("nowhere.json",), "nowhere.json does not exist"),
        (("digits.json",), "has 64 inputs and 10 outputs, swingup needs 5 and 1"),
        (("empty.json",), "has no connections: there is nothing to begin from"),
        (
            ("policy.json", "--max-connections", "20"),
            "has 21 connections, and the search may make 20",
        ),
        (("policy.json", "--asynchronous"), "cannot be asynchronous"),
        (("recurrent.json",), "has recurrent connections: give --recurrent as well"),
        (("digits.safetensors",), "is no file: expected masks"),
    ],
)
def test_what_no_search_can_begin_from_is_refused(
    flags: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_policy(tmp_path / "policy.json")
    a_policy(tmp_path / "digits.json", network_of_masks(dense_masks(64, [2], 10)), "digits")
    nothing = Network(
        5, 1, np.ones(1, dtype=np.int64), np.zeros(2, dtype=np.int64), np.zeros(0, dtype=np.int64)
    )
    a_policy(tmp_path / "empty.json", nothing)
    a_policy(tmp_path / "recurrent.json", recurrent_network(make_task("swingup")))
    assert search("--seed-from", tmp_path / flags[0], *flags[1:], "--out", tmp_path / "run") == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()
