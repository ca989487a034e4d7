"""When pruning pays: the time that a pruned model takes dense, made smaller, and sparse.

Masked weights cost a dense model as much as the others. A smaller model pays, or a kernel that
computes only the connections that are kept; only a measurement says from which density on.
"""

from wann.config import LATENCY_BATCHES, LATENCY_REPEATS
from wann.errors import UserError
from wann.network.latency import Latency, Run, through_module, through_sparse, time_batch
from wann.network.torch_module import nn, torch
from wann.pruning.masks import Masks
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.to_sparse import to_sparse
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import in_use


@in_own_modes()
def measure_latency(
    model: nn.Module,
    masks: Masks,
    x: torch.Tensor,
    *,
    batches: tuple[int, ...] = LATENCY_BATCHES,
    repeats: int = LATENCY_REPEATS,
) -> list[Latency]:
    """Return the time that `model` takes dense, shrunk, and by our kernel along its connections.

    The ways take turns, after a warm-up. PyTorch runs on as many threads as it is set to, our
    kernel on one and in float32. The way `sparse` is left out where a layer has no place in it, see
    `to_sparse`, and `shrunk` where the model cannot be shrunk.

    Args:
        model: the model, in the mode and on the device it is to be timed in.
        masks: what is kept of it.
        x: examples (examples, *shape), which batches are taken from, again and again.
        batches: how many examples are computed at once.
        repeats: how often each way is timed for each batch.

    Raises:
        UserError: no repeats or an empty batch are asked for, or masks that do not fit.
    """
    if repeats < 1 or min(batches) < 1:
        raise UserError(
            "expected at least one repeat and one example in a batch, got "
            f"{repeats} and {min(batches)}"
        )
    found = []
    for batch in batches:
        some = x[torch.arange(batch) % len(x)]
        ways = {"dense": through_module(masked_copy(model, masks), some)}
        for name, make in (("shrunk", _shrunk), ("sparse", _sparse)):
            try:
                ways[name] = make(model, masks, some)
            except UserError:  # this model cannot be had that way
                continue
        with in_use(model):
            found += time_batch(ways, batch, repeats)
    return found


def _shrunk(model: nn.Module, masks: Masks, x: torch.Tensor) -> Run:
    return through_module(shrink(model, masks, x), x)


def _sparse(model: nn.Module, masks: Masks, x: torch.Tensor) -> Run:
    return through_sparse(to_sparse(model, masks, x), x.cpu().numpy())
