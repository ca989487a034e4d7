"""Networks as PyTorch modules, and back: the public names of `wann.network.torch_module`."""

from wann.network.torch_module import *  # noqa: F403
from wann.network.torch_module import __all__ as __all__
