"""Whether the modules of a model are in training mode, each for itself.

A batch norm that is given in the mode for use, in a model that is otherwise in training mode, is
frozen: its statistics are left as they are, and it stays in that mode.
"""

from typing import Self

from wann.network.torch_module import nn


class Modes:
    """The modes that the modules of a model are given in; as a context, they are so again after."""

    def __init__(self, model: nn.Module) -> None:
        self._model = model
        self._given = [(module, module.training) for module in model.modules()]

    def train(self) -> None:
        """Put the model into training mode, but for what is frozen."""
        self._model.train()
        if self._given[0][1]:  # else all of it was given for use
            for module, training in self._given:
                module.training = module.training and training

    def restore(self) -> None:
        """Put each module into the mode that it was given in."""
        for module, training in self._given:
            module.training = training

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.restore()
