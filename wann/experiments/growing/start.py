"""What a search begins from where it does not begin from nothing: a network, and children of it.

The network may be pruned or grown: what a mask keeps is a topology like any other, and goes on as a
genome. A training of masks takes the hidden nodes of it for its parent.
"""

from pathlib import Path

import numpy as np

from wann.config import GRADIENT, STRATEGY, SearchConfig
from wann.errors import UserError
from wann.evolution.birth import Birth, founders
from wann.evolution.breeding import offspring
from wann.evolution.first_genomes import FIRST_MARK
from wann.formats import NetworkFile, dumps_json, read_network
from wann.formats.load import network_path
from wann.network.compile import compile_genome, to_genome
from wann.network.genome import Genome, Genomes, lay_end_to_end
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.streams import stream
from wann.tasks.optional_abilities import Classifying
from wann.tasks.task import Task

_MASKS = ".safetensors"
# Where children of the network that a search begins with are counted from, which is as far away
_FIRST_CHILD = 2**49


def read_start(path: Path, task: Task, config: SearchConfig) -> Genome:
    """Return the network in `path` that a search is to begin from.

    The file is a run, a network file, or the masks of a pruned model. UserError if the search
    cannot begin from what is in it.
    """
    if path.suffix == _MASKS:
        from wann.pruning.structure.to_network import genome_of_masks

        genome = genome_of_masks(path)
    else:
        genome = read_network(network_path(path), task.inputs, task.outputs).genome
    _check(genome, str(path), task, config)
    return _within_limit(genome, str(path), config)


def start_text(genome: Genome, path: Path, task: Task, folder: Path) -> str:
    """Return the network that a search begins from, which was in `path`, as its `folder` has it."""
    file = NetworkFile(genome, None, task.spec, {"from": str(path)})
    return dumps_json(file.named_in(folder))


def start_genome(run: RunDir | None) -> Genome | None:
    """Return the network that a run begins from; None if it begins from none.

    UserError if a file that it was begun with is not there any more, or another one.
    """
    if run is None:
        return None
    run.check_begun_with()
    path = run.path / filenames.START
    return read_network(path).genome if path.exists() else None


def _check(genome: Genome, origin: str, task: Task, config: SearchConfig) -> None:
    """Raise UserError unless a search can begin from `genome`, which was read from `origin`.

    It has to fit the task, and to have a connection. Where it is to breed, the search may not be
    asynchronous, as that hands out its first genomes before there is a population.
    """
    if config.method == STRATEGY:
        raise UserError(
            "a training of masks by scores begins with a dense parent: leave out --seed-from, or "
            f"method {config.method}"
        )
    if config.asynchronous:
        raise UserError(
            "a search that begins from a network cannot be asynchronous: leave one of the two out"
        )
    has, needs = (genome.inputs, genome.outputs), (task.inputs, task.outputs)
    if has != needs:
        raise UserError(
            f"{origin} has {has[0]} inputs and {has[1]} outputs, {task.name} needs {needs[0]} and "
            f"{needs[1]}: expected a network of the same task"
        )
    if genome.recurrent and not config.recurrent:
        feed_forward = (
            config.method == GRADIENT or config.gradient_every or isinstance(task, Classifying)
        )
        remedy = "expected a feed-forward network" if feed_forward else "give --recurrent as well"
        raise UserError(f"{origin} has recurrent connections: {remedy}")
    if not genome.connections:
        raise UserError(f"{origin} has no connections: there is nothing to begin from")


def _within_limit(genome: Genome, origin: str, config: SearchConfig) -> Genome:
    """Return `genome` as a search may begin from it: with no more connections than it may make.

    What counts are those of the network, as wherever its size is told. A genome may have further
    ones that are enabled and lead to no output, which go where there is no room for them. UserError
    if the network itself is too large. A training of masks takes the nodes alone, and all of them.
    """
    if config.method == GRADIENT or genome.connections <= config.max_connections:
        return genome
    network = compile_genome(genome)
    if network.connections > config.max_connections:
        raise UserError(
            f"{origin} has {network.connections} connections, and the search may make "
            f"{config.max_connections}: give --max-connections {2 * network.connections} or so"
        )
    return to_genome(network)


def children_of_first(population: Genomes) -> list[Birth]:
    """Return the births of a first population: a founder, and its children."""
    founder, *_ = founders(1, 0)
    genome = population[0]
    return [founder] + [
        Birth(number, 0, founder, (genome, population[number]))
        for number in range(1, len(population))
    ]


def first_population(config: SearchConfig, genome: Genome) -> Genomes:
    """Return `genome` itself, and mutated children of it up to the number of the population."""
    fixed = 1 + genome.inputs + genome.outputs
    marks = np.concatenate([np.arange(fixed), FIRST_MARK + np.arange(genome.hidden)])
    genes = lay_end_to_end([genome._replace(node_id=marks)])
    itself, parents = np.zeros(1, dtype=np.int64), np.zeros(config.population - 1, dtype=np.int64)
    rng = stream(config.seed, "children of a seed")
    return Genomes(offspring(config, genes, itself, parents, _FIRST_CHILD, rng))
