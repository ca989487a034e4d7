"""Mutations of the user's own, beside the operators of `mutation`.

Each has a frequency relative to those of the operators. A child is mutated either by one of one's
own, once, or by the operators, as often as the settings say. Where one's own changes nothing, or
makes more connections than a child may have, the operators mutate the child after all.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import ADD_RECURRENT, SearchConfig
from wann.errors import UserError, in_short, short_repr
from wann.evolution.breeding import MOST_MUTATIONS, offspring
from wann.evolution.editor import Editor
from wann.evolution.mutation import apply_random, differs, mutate
from wann.evolution.random_edits import OPERATORS
from wann.evolution.ranking import RANKINGS
from wann.network.genome import Genes, Genome, Genomes, lay_end_to_end, validate
from wann.own import Registry, label_of

Mutation = Callable[[Genome, np.random.Generator, Editor], Genome]

_ABOUT = {
    "add_connection": "joins two nodes",
    "add_node": "splits a connection by a new node",
    "enable_connection": "enables a disabled connection",
    "change_activation": "changes what a hidden node computes",
    "disable_connection": "disables a connection",
    "remove_connection": "deletes a connection",
    "remove_node": "deletes a hidden node and joins its neighbours",
    "move_connection": "moves one end of a connection",
    "add_recurrent": "lets a node read what another or itself was one step before",
}


def _operator(number: int, genome: Genome, rng: np.random.Generator, editor: Editor) -> Genome:
    if OPERATORS[number] == ADD_RECURRENT and not editor.recurrent:
        return genome
    return apply_random(genome, number, editor.activations, editor.node_id, rng)


MUTATIONS: Registry[Mutation] = Registry(
    "mutation",
    {name: partial(_operator, number) for number, name in enumerate(OPERATORS)},
    expected="a function of (genome, rng, editor) that returns a genome",
    arguments=3,
    about=_ABOUT.__getitem__,
)


class Bred(NamedTuple):
    """A generation that was bred: elites, then children."""

    genes: Genes
    parents: NDArray[np.int64]  # (children,) index of each one's parent, in the order of children
    first_child: int  # the number of the first child

    def __repr__(self) -> str:
        return short_repr(self)


class Breeder:
    """Breeds as `breeding.offspring` does, with the mutations of one's own that settings name.

    UserError where there is no such mutation.
    """

    def __init__(self, config: SearchConfig) -> None:
        named = config.own_mutations
        self._own = [MUTATIONS.find(name, "the setting mutation") for name, _ in named]
        self._shares = np.array([rate for _, rate in named])

    def offspring(
        self,
        config: SearchConfig,
        genes: Genes,
        elites: NDArray[np.int64],
        parents: NDArray[np.int64],
        first_child: int,
        rng: np.random.Generator,
    ) -> Bred:
        """Return the elites as they are, then one child for each of `parents`.

        The arguments are those of `breeding.offspring`. Children by mutations of one's own come
        first.

        Args:
            config: the settings of the search.
            genes: the genomes to breed from.
            elites: (elites,) indices of those that survive as they are.
            parents: (children,) the index of the parent of each child.
            first_child: the number of the first child, of which historical marks are made.
            rng: where the random numbers come from.
        """
        if not self._own:
            genes = offspring(config, genes, elites, parents, first_child, rng)
            return Bred(genes, parents, first_child)
        by_own = self._shares.sum() / (self._shares.sum() + sum(config.rates))
        chosen = rng.random(len(parents)) < by_own
        own, others = parents[chosen], parents[~chosen]
        kept = np.concatenate([elites, own])
        bred = Genomes(offspring(config, genes, kept, others, first_child + len(own), rng))
        children = [
            self._child(config, bred[len(elites) + i], first_child + i, rng)
            for i in range(len(own))
        ]
        whole = lay_end_to_end([*bred[: len(elites)], *children, *bred[len(kept) :]])
        return Bred(whole, np.concatenate([own, others]), first_child)

    def _child(
        self, config: SearchConfig, parent: Genome, number: int, rng: np.random.Generator
    ) -> Genome:
        """Return the child of `parent` with this number, by one of the mutations."""
        marks = 1 + parent.inputs + parent.outputs + number * MOST_MUTATIONS
        activations = np.array(config.activation_codes, dtype=np.int64)
        editor = Editor(activations, marks, config.max_connections, config.recurrent)
        chosen = rng.choice(len(self._own), p=self._shares / self._shares.sum())
        child = _checked(self._own[chosen], parent, rng, editor)
        most = max(config.max_connections, parent.connections)
        if child.connections <= most and differs(child, parent):
            return child
        rates = np.array(config.rates)
        return mutate(parent, rates, activations, marks, config.max_connections, rng)


def check_own(config: SearchConfig) -> None:
    """Raise UserError where the ranking or a mutation that settings name cannot be had."""
    RANKINGS.find(config.ranking, "the setting ranking")
    Breeder(config)


def _checked(
    mutation: Mutation, parent: Genome, rng: np.random.Generator, editor: Editor
) -> Genome:
    """Return what `mutation` makes of a copy of `parent`; UserError if that is no genome."""
    child = MUTATIONS.call(mutation, repr(parent), parent.copy(), rng, editor)
    problem = _problem(child, parent, editor)
    if problem:
        raise UserError(
            f"the mutation {label_of(mutation)} made a genome that cannot be used of "
            f"{parent!r}: {problem}"
        )
    return child  # type: ignore[no-any-return]


def _problem(child: object, parent: Genome, editor: Editor) -> str | None:
    """Return what is wrong with a child, None where nothing is."""
    if not isinstance(child, Genome):
        return f"expected a Genome, got {in_short(child)}"
    for name, array in child._asdict().items():
        expected = getattr(parent, name)
        if not isinstance(expected, np.ndarray):
            if array != expected:
                return f"expected {expected} {name} as its parent has, got {in_short(array)}"
        elif not isinstance(array, np.ndarray) or (array.dtype, array.ndim) != (expected.dtype, 1):
            kind = getattr(array, "dtype", type(array).__name__)
            return f"expected an array of {expected.dtype} in one dimension as {name}, got {kind}"
    known = {*parent.activation.tolist(), *editor.activations.tolist()}
    if not known.issuperset(child.activation.tolist()):
        return f"expected activations among {sorted(known)}, got {child.activation.tolist()}"
    if set(child.node_id.tolist()) - {*parent.node_id.tolist(), editor.node_id}:
        return f"expected one new node at most, with the id {editor.node_id} of the editor"
    try:
        validate(child)
    except ValueError as broken:
        return str(broken)
    if child.recurrent and not (editor.recurrent or parent.recurrent):
        return "expected no recurrent connections, which take the setting recurrent"
    return None
