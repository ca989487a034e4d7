"""This folder prunes PyTorch models, those of the papers and the user's own.

Users import it, and so do the commands for pruning and the comparisons. Begin with `prune`, in
`api`. Every published method (`methods`) is a combination of five small parts: `scores` (which
weight matters), `allocate` (how many each layer keeps), `select` (exactly which ones), `schedule`
(in how many rounds) and `rewind` (from which weights training goes on). Masks are plain
dictionaries beside the model (`masks`); the model keeps its class and the keys of its state. The
extra `prune` is needed.
"""

from wann.errors import UserError

try:
    import safetensors  # noqa: F401
    import torch  # noqa: F401
except ImportError:
    raise UserError(
        "expected PyTorch and safetensors, which are not installed: pip install 'wann[prune]'"
    ) from None

from wann.config import Training
from wann.pruning.api import CONTROLS, control, prune
from wann.pruning.masks.enforce import Hold
from wann.pruning.methods import prune_at
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.pruned_model import PrunedModel
from wann.pruning.scores import Scoring
from wann.pruning.structure.shrink import shrink
from wann.pruning.training.data import Data, from_tensors, load_data
from wann.pruning.training.loaders import from_batches

__all__ = [
    "CONTROLS",
    "Data",
    "Hold",
    "PrunedModel",
    "Scoring",
    "Subject",
    "Training",
    "control",
    "from_batches",
    "from_tensors",
    "load_data",
    "prune",
    "prune_at",
    "shrink",
]
