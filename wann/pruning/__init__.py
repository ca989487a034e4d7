"""Pruning of the user's own PyTorch model, as five small parts that every published method is a combination of.

score (`scores`: which weight matters) - allocate (how many each layer keeps) - select (which ones, exactly) - schedule
(in how many rounds) - rewind (from which weights training goes on). Masks are plain dictionaries beside the model
(`masks`); the model keeps its class and the keys of its state. Needs the extra `prune`.
"""

from wann.errors import UserError

try:
    import safetensors  # noqa: F401
    import torch  # noqa: F401
except ImportError:
    raise UserError("expected PyTorch and safetensors, which are not installed: pip install 'wann[prune]'") from None

from wann.pruning.hold import Hold as Hold
from wann.pruning.pruned import CONTROLS as CONTROLS
from wann.pruning.pruned import PrunedModel as PrunedModel
from wann.pruning.pruned import control as control
from wann.pruning.pruned import prune as prune
from wann.pruning.scores import Scoring as Scoring
from wann.pruning.subject import Subject as Subject
from wann.pruning.training import Training as Training
