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
