"""Layers one behind another, by how their weights are drawn, and dense layers to append to them."""

from collections import OrderedDict

from wann.network.torch_module import nn


class GlorotNet(nn.Sequential):
    """Layers one behind another, weights from Glorot's normal distribution, biases zero."""

    def __init__(self, layers: OrderedDict[str, nn.Module]) -> None:
        super().__init__(layers)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                nn.init.xavier_normal_(module.weight)
                assert module.bias is not None
                nn.init.zeros_(module.bias)


class HeNet(nn.Sequential):
    """Layers one behind another, the weights of convolutions drawn as He et al. (2015) do."""

    def __init__(self, layers: OrderedDict[str, nn.Module]) -> None:
        super().__init__(layers)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights of the convolutions anew."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)


def append_dense(layers: OrderedDict[str, nn.Module], sizes: list[int]) -> None:
    """Append dense layers to `layers`, of `sizes` inputs and units, with ReLU between them."""
    for number in range(1, len(sizes)):
        layers[f"fc{number}"] = nn.Linear(sizes[number - 1], sizes[number])
        if number < len(sizes) - 1:
            layers[f"relu{number}"] = nn.ReLU()
