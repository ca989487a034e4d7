"""Pruning of the user's own PyTorch model, in five small parts.

Every published method is a combination of them:
score (`scores`: which weight matters) - allocate (how many each layer keeps) - select (which ones,
exactly) - schedule (in how many rounds) - rewind (from which weights training goes on). Masks are
plain dictionaries beside the model (`masks`); the model keeps its class and the keys of its state.
Needs the extra `prune`.
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
from wann.pruning.api import CONTROLS, PrunedModel, control, prune
from wann.pruning.masks.enforce import Hold
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.scores import Scoring
from wann.pruning.training.data import from_tensors, load_data

__all__ = [
    "CONTROLS",
    "Hold",
    "PrunedModel",
    "Scoring",
    "Subject",
    "Training",
    "control",
    "from_tensors",
    "load_data",
    "prune",
]
