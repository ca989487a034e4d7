"""What a search begins from, out of any file that holds a topology: a network, or the masks of a pruned model."""

from pathlib import Path

from wann.config import SearchConfig
from wann.experiments.growing.start import check_seed, read_seed
from wann.formats import NetworkFile, dumps_json
from wann.tasks.base import Task

_MASKS = ".safetensors"


def seed_text(path: Path, task: Task, config: SearchConfig) -> str:
    """Return the network that a search begins from, as its run keeps it.

    UserError if the search cannot.
    """
    if path.suffix == _MASKS:
        from wann.pruning.structure.to_network import genome_of_masks

        genome = check_seed(genome_of_masks(path), str(path), task, config)
    else:
        genome = read_seed(path, task, config)
    return dumps_json(NetworkFile(genome, None, task.spec, {"from": str(path)}))
