"""Mutations and rankings of one's own in all three searches."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from genome_edits import add_connection

from wann import trust
from wann.config import SearchConfig
from wann.errors import UserError
from wann.evolution.asynchronous import AsynchronousSearch
from wann.evolution.generational import Search
from wann.evolution.islands import Islands
from wann.evolution.own_mutations import MUTATIONS, Editor
from wann.evolution.ranking.selection import Scores, Selected
from wann.network.genome import Genome, validate

SMALL: dict[str, Any] = {"population": 32, "generations": 4, "tournament": 4, "seed": 3}


def by_median(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Any:
    return np.argsort(-np.median(scores.by_weight, axis=1), kind="stable")


def as_by_mean(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Any:
    return np.lexsort((scores.connections, -scores.mean))


def skip_connection(genome: Genome, rng: np.random.Generator, editor: Editor) -> Genome:
    source = int(rng.integers(0, 1 + genome.inputs))
    target = int(rng.integers(1 + genome.inputs, len(genome.node_id)))
    return editor.add_connection(genome, source, target)


def two_steps(genome: Genome, rng: np.random.Generator, editor: Editor) -> Genome:
    once = MUTATIONS["add_node"](genome, rng, editor)
    return MUTATIONS["change_activation"](once, rng, editor)


def earned(genomes: Any) -> list[list[float]]:
    return [[genome.connections % 7, -genome.hidden, len(genome.source)] for genome in genomes]


def genes(genomes: Any) -> list[list[Any]]:
    return [[np.asarray(field).tolist() for field in genome] for genome in genomes]


def run(config: SearchConfig) -> list[list[Any]]:
    if config.asynchronous:
        search = AsynchronousSearch(config, 3, 2, batch=4)
        waiting = search.ask()
        while not search.finished:
            waiting += search.ask()
            submission = waiting.pop(0)
            search.tell(submission.number, earned(submission.genomes))
        return genes(search.population)
    whole = Islands(config, 3, 2) if config.islands > 1 else Search(config, 3, 2)
    while not whole.finished:
        whole.tell(earned(whole.ask()))
    return genes(whole.population)


KINDS: dict[str, dict[str, Any]] = {
    "generational": {},
    "islands": {"islands": 2, "migrate_every": 2},
    "asynchronous": {"asynchronous": True, "population": 64},
}


@pytest.mark.parametrize("kind", KINDS)
def test_own_ranking_and_mutation_give_the_same_genomes_each_time_and_others_than_without(
    kind: str,
) -> None:
    settings = {**SMALL, **KINDS[kind]}
    own = {"ranking": by_median, "mutation": {skip_connection: 0.5, two_steps: 0.5}}
    with trust.forgotten_afterwards():
        first = run(SearchConfig(**settings, **own))
        assert first == run(SearchConfig(**settings, **own))
    assert first != run(SearchConfig(**settings))


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_of_ones_own_selects_as_the_built_in_ranking_by_it(kind: str) -> None:
    settings = {**SMALL, **KINDS[kind]}
    with trust.forgotten_afterwards():
        assert run(SearchConfig(**settings, ranking=as_by_mean)) == run(
            SearchConfig(**settings, ranking="mean")
        )


def test_objects_stand_as_names_in_settings_and_those_are_trusted() -> None:
    with trust.forgotten_afterwards():
        mutation: Any = {two_steps: 0.25, "add_node": 1}
        config = SearchConfig(ranking=by_median, mutation=mutation)  # type: ignore[arg-type]
        here = __name__
        assert config.ranking == f"{here}:by_median"
        assert config.mutation == (f"{here}:two_steps=0.25", "add_node=1")
        assert config.code() == [f"{here}:by_median", f"{here}:two_steps"]
        assert SearchConfig(**{**config.to_dict(), **_tuples(config)}) == config


def _tuples(config: SearchConfig) -> dict[str, Any]:
    return {key: value for key, value in vars(config).items() if isinstance(value, tuple)}


def test_a_name_that_only_a_file_has_is_not_imported() -> None:
    with trust.forgotten_afterwards():
        for settings in ({"ranking": "antigravity:f"}, {"mutation": ("antigravity:f=1",)}):
            with pytest.raises(UserError, match="wants to run code: 'antigravity:f'"):
                Search(SearchConfig(**settings), 2, 1)  # type: ignore[arg-type]


def test_children_of_own_mutations_are_sound_within_the_limit_and_have_marks_of_their_own() -> None:
    with trust.forgotten_afterwards():
        config = SearchConfig(
            **SMALL, mutation={skip_connection: 50, two_steps: 50}, max_connections=9
        )
        search = Search(config, 3, 2)
        for _ in range(4):
            search.tell(earned(search.ask()))
            for genome in search.population:
                validate(genome)
                assert genome.connections <= 9
        ids: dict[int, int] = {}
        for genome in search.population:
            for mark in set(genome.node_id[6:].tolist()):
                ids[mark] = ids.get(mark, 0) + 1
        assert ids, "nodes were added"


def remembering(genome: Genome, rng: np.random.Generator, editor: Editor) -> Genome:
    target = 1 + genome.inputs
    assert editor.is_legal(genome, ~target, target) == editor.recurrent
    return MUTATIONS["add_recurrent"](editor.add_connection(genome, ~target, target), rng, editor)


@pytest.mark.parametrize("recurrent", [False, True])
def test_own_mutations_make_recurrent_networks_only_where_these_are_wanted(recurrent: bool) -> None:
    with trust.forgotten_afterwards():
        config = SearchConfig(
            **SMALL, mutation={remembering: 1e6}, recurrent=recurrent, add_recurrent=0.0
        )
        search = Search(config, 3, 2)
        search.tell(earned(search.ask()))
        assert any(genome.recurrent for genome in search.population) == recurrent


def unasked(genome: Genome, rng: np.random.Generator, editor: Editor) -> Genome:
    return add_connection(genome, ~1, 1 + genome.inputs)


def test_a_recurrent_child_is_refused_where_neither_settings_nor_parent_are_recurrent() -> None:
    with trust.forgotten_afterwards():
        search = Search(SearchConfig(**SMALL, mutation={unasked: 1e6}), 3, 2)
        with pytest.raises(UserError, match="no recurrent connections, which take the setting"):
            search.tell(earned(search.ask()))
        search = Search(SearchConfig(**SMALL, mutation={unasked: 1e6}, recurrent=True), 3, 2)
        search.tell(earned(search.ask()))
        assert any(genome.recurrent for genome in search.population)


def nothing(genome: Genome, rng: np.random.Generator, editor: Editor) -> Genome:
    return genome


def test_where_an_own_mutation_changes_nothing_the_eight_do() -> None:
    with trust.forgotten_afterwards():
        config = SearchConfig(**SMALL, mutation={nothing: 1e6}, elite=0)
        search = Search(config, 9, 5)
        before = genes(search.ask())
        search.tell(earned(search.population))
        assert not any(child in before for child in genes(search.population))


def broken(change: Callable[[Genome, Editor], Any]) -> Any:
    def mutation(genome: Genome, rng: np.random.Generator, editor: Editor) -> Any:
        return change(genome, editor)

    return mutation


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda genome, editor: None, "expected a Genome, got None"),
        (lambda genome, editor: 1 / 0, "failed on Genome.*ZeroDivisionError"),
        (lambda genome, editor: genome._replace(inputs=4), "expected 3 inputs as its parent has"),
        (
            lambda genome, editor: genome._replace(target=genome.source, source=genome.target),
            "a connection leaves an output",
        ),
        (
            lambda genome, editor: genome._replace(source=genome.source.astype(float)),
            "expected an array of int64 in one dimension as source, got float64",
        ),
        (
            lambda genome, editor: genome._replace(activation=genome.activation + 90),
            "expected activations among",
        ),
        (
            lambda genome, editor: genome._replace(node_id=genome.node_id + 1000),
            "expected one new node at most",
        ),
        (
            lambda genome, editor: genome._replace(enabled=genome.enabled[:-1]),
            "source, target and enabled must be of one length",
        ),
    ],
)
def test_a_mutation_that_makes_no_genome_is_refused_in_one_line(change: Any, says: str) -> None:
    with trust.forgotten_afterwards():
        search = Search(SearchConfig(**SMALL, mutation={broken(change): 100.0}), 3, 2)
        with pytest.raises(UserError, match=says) as error:
            search.tell(earned(search.ask()))
    assert "\n" not in str(error.value)
    assert "mutation" in str(error.value)


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (lambda n: None, "returned None as an order: expected whole numbers from 0 to 31"),
        (lambda n: np.arange(n - 1), "expected each of the indices 0 to 31 once"),
        (lambda n: np.zeros(n, int), "expected each of the indices 0 to 31 once"),
        (lambda n: np.arange(n) * 1.0, "expected whole numbers from 0 to 31"),
        (lambda n: np.arange(1, n + 1), "expected whole numbers from 0 to 31"),
        (lambda n: [[1], [2, 3]], "expected whole numbers from 0 to 31"),
        (lambda n: 1 / 0, "failed on the scores of 32 genomes: ZeroDivisionError"),
        (
            lambda n: Selected(np.arange(3), np.arange(4), np.arange(n)),
            "returned 3 elites and 4 parents: expected 32 in all",
        ),
        (
            lambda n: Selected(np.arange(3), np.full(29, n), np.arange(n)),
            "as parents: expected whole numbers from 0 to 31",
        ),
    ],
)
def test_a_ranking_that_gives_no_order_is_refused_in_one_line(returned: Any, says: str) -> None:
    def ranking(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Any:
        return returned(len(scores.connections))

    with trust.forgotten_afterwards():
        search = Search(SearchConfig(**SMALL, ranking=ranking), 3, 2)  # type: ignore[arg-type]
        with pytest.raises(UserError, match=says) as error:
            search.tell(earned(search.ask()))
    assert "\n" not in str(error.value)
    assert "ranking" in str(error.value)


@pytest.mark.parametrize(
    ("mutation", "says"),
    [
        ("m:f", r"such as my_module:my_function=0\.3, got 'm:f'"),
        ("m:f=often", "expected a frequency as a number"),
        ("m:f=-1", "between 0 and 1,000,000"),
        (("m:f=1", "m:f=2"), "expected different functions, got m:f twice"),
        (nothing, "expected a mapping of functions to frequencies"),
        ("m f:g=1", "expected a name such as 'module:function'"),
    ],
)
def test_mutations_that_cannot_be_read_are_refused(mutation: Any, says: str) -> None:
    with pytest.raises(UserError, match=says):
        SearchConfig(mutation=mutation)


def test_an_unknown_mutation_is_refused_with_the_nearest() -> None:
    with pytest.raises(UserError, match="unknown mutation 'ad_node': did you mean 'add_node'"):
        Search(SearchConfig(mutation=("ad_node=1",)), 2, 1)
