"""The architectures that pruning is proved on: how each is built, and examples for it."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import image_nets as images
import mobile_nets as mobile
import odd_nets as odd
import sequence_nets as sequences
import torch
from lite_nets import EfficientNetLite
from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from wann.pruning import Data
from wann.pruning.forward import Examples, as_examples
from wann.pruning.training.models import build

torch.set_num_threads(1)  # more of them wait for each other longer than these models take

COUNT = 40  # examples: 24 to train on, 8 for validation, 8 for the test
_SPLIT = (24, 8, 8)


class Architecture(NamedTuple):
    """One architecture."""

    make: Callable[[], nn.Module]
    inputs: Callable[[int], Any]  # of so many examples, as a tensor, a tuple or a dictionary
    targets: tuple[int, ...] = ()  # the shape of one target, where each example has several
    classes: int = 3
    protect: tuple[str, ...] = ()  # what the line says to protect, where pruning is refused

    def model(self) -> nn.Module:
        """Return a model whose biases and statistics show mistakes."""
        with torch.random.fork_rng():
            torch.manual_seed(0)
            model = self.make()
            for parameter in model.parameters():
                if parameter.ndim == 1:
                    nn.init.normal_(parameter, 0.1, 0.3)
            for module in model.modules():
                if isinstance(module, _NormBase) and module.running_mean is not None:
                    nn.init.normal_(module.running_mean, 0.0, 0.3)
                    nn.init.uniform_(module.running_var, 0.5, 2.0)
        return model

    def examples(self, count: int, seed: int) -> Examples:
        """Return examples, drawn from a seed."""
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            return as_examples(self.inputs(count))

    def data(self) -> Data:
        """Return data to train on, for validation and for the test."""
        x = self.examples(COUNT, 1)
        chance = torch.Generator().manual_seed(2)
        y = torch.randint(0, self.classes, (COUNT, *self.targets), generator=chance)
        (a, b, _), parts = _SPLIT, []
        for first, last in ((0, a), (a, a + b), (a + b, COUNT)):
            parts += [x[first:last], y[first:last]]
        return Data(*parts, tuple(x.shape[1:]), 0 if self.targets else self.classes)


def _numbers(*shape: int) -> Callable[[int], torch.Tensor]:
    return lambda count: torch.randn(count, *shape)


def _words(count: int) -> torch.Tensor:
    return torch.randint(0, sequences.WORDS, (count, 8))


def _masked_words(count: int) -> dict[str, torch.Tensor]:
    mask = torch.arange(8)[None] < torch.randint(3, 9, (count, 1))
    return {"input_ids": _words(count), "attention_mask": mask.long()}


def _padded(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(count, 7, 5), torch.arange(7)[None] >= torch.randint(3, 8, (count, 1))


def _joined_nodes(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(count, 6, 5), torch.rand(count, 6, 6).softmax(-1)


def _halves(count: int) -> torch.Tensor:
    return torch.randn(count, odd.INPUTS).to(torch.bfloat16)


_IMAGE, _VECTOR, _SERIES = _numbers(3, 16, 16), _numbers(odd.INPUTS), _numbers(7, 5)
_CHANNELS = _numbers(5, 12)  # and time
_PIXELS = (16, 16)
_STAGES = ((1, 3, 1, 1, 6), (2, 5, 2, 3, 8), (1, 3, 1, 3, 12))
_VOCABULARY = sequences.WORDS


def lite() -> nn.Module:
    return EfficientNetLite(_STAGES, stem=8, head=24, classes=3)


ARCHITECTURES: dict[str, Architecture] = {
    "MLP": Architecture(odd.mlp, _VECTOR),
    "LeNet-5": Architecture(images.lenet, _IMAGE),
    "Conv-6": Architecture(images.conv_6, _IMAGE),
    "VGG-11, batch norm": Architecture(images.Vgg, _IMAGE),
    "ResNet-20": Architecture(lambda: build("resnet-20", (3, 8, 8), 3), _numbers(3, 8, 8)),
    "ResNet-18": Architecture(images.ResNet18, _IMAGE),
    "ResNet, pre-activation": Architecture(images.preact, _IMAGE),
    "SE-ResNet": Architecture(partial(images.ResNet18, excite=True), _IMAGE),
    "ResNeXt": Architecture(images.resnext, _IMAGE),
    "MobileNetV2": Architecture(mobile.mobilenet_v2, _IMAGE),
    "MobileNetV3": Architecture(mobile.mobilenet_v3, _IMAGE),
    "EfficientNet": Architecture(mobile.efficientnet, _IMAGE),
    "EfficientNet-Lite, padded by itself": Architecture(lite, _numbers(3, 17, 17)),
    "ShuffleNetV2": Architecture(mobile.shufflenet, _IMAGE),
    "DenseNet": Architecture(images.DenseNet, _IMAGE),
    "Inception": Architecture(images.Inception, _IMAGE),
    "ConvNeXt": Architecture(mobile.convnext, _IMAGE),
    "UNet": Architecture(images.Unet, _IMAGE, _PIXELS),
    "Dilated, upsampled": Architecture(images.dilated, _IMAGE, _PIXELS),
    "Autoencoder, transposed": Architecture(images.autoencoder, _IMAGE, _PIXELS),
    "Pixel shuffle (ESPCN)": Architecture(images.superresolution, _IMAGE, _PIXELS),
    "Group norm": Architecture(images.normed(lambda n: nn.GroupNorm(2, n)), _IMAGE),
    "Instance norm": Architecture(
        images.normed(lambda n: nn.InstanceNorm2d(n, affine=True)), _IMAGE
    ),
    "Instance norm, statistics": Architecture(
        images.normed(lambda n: nn.InstanceNorm2d(n, affine=True, track_running_stats=True)),
        _IMAGE,
    ),
    "3-d convolutions": Architecture(images.video, _numbers(3, 6, 8, 8)),
    "Temporal (TCN)": Architecture(sequences.temporal, _CHANNELS),
    "WaveNet": Architecture(sequences.WaveNet, _CHANNELS),
    "ViT": Architecture(sequences.Vit, _IMAGE),
    "MLP-Mixer": Architecture(sequences.Mixer, _IMAGE),
    "BERT": Architecture(sequences.Bert, _masked_words),
    "GPT": Architecture(sequences.Gpt, _words, (8,), _VOCABULARY),
    "GPT, tied embedding": Architecture(sequences.tied_gpt, _words, (8,), _VOCABULARY),
    "Llama (SwiGLU, RMS norm)": Architecture(sequences.Llama, _words),
    "nn.MultiheadAttention": Architecture(sequences.Attending, _SERIES, protect=("attention",)),
    "nn.TransformerEncoder": Architecture(
        sequences.Encoder,
        _padded,
        protect=("encoder.layers.0.self_attn", "encoder.layers.1.self_attn"),
    ),
    "LSTM": Architecture(sequences.lstm, _SERIES, protect=("rnn",)),
    "GRU, bidirectional": Architecture(sequences.gru, _SERIES, protect=("rnn",)),
    "GRU cell in a loop": Architecture(sequences.Cells, _SERIES, protect=("cell",)),
    "PointNet": Architecture(sequences.PointNet, _numbers(9, 3)),
    "Text convolutions": Architecture(sequences.TextConv, _words),
    "Embedding bag": Architecture(sequences.Bag, _words),
    "Graph convolution": Architecture(sequences.Graph, _joined_nodes),
    "Layer norm": Architecture(odd.NormedLayers, _VECTOR),
    "Weight norm": Architecture(odd.weight_normed, _VECTOR, protect=("0",)),
    "Spectral norm": Architecture(odd.spectral_normed, _VECTOR, protect=("0",)),
    "Tied autoencoder": Architecture(odd.TiedAutoencoder, _VECTOR),
    "Tied layers": Architecture(odd.TiedLayers, _VECTOR, protect=("one.weight", "two.weight")),
    "Frozen layers": Architecture(odd.frozen, _VECTOR),
    "Several inputs": Architecture(
        odd.Inputs, lambda count: (torch.randn(count, 5), torch.randn(count, 7))
    ),
    "Siamese": Architecture(
        odd.Siamese, lambda count: (torch.randn(count, 6), torch.randn(count, 6))
    ),
    "Several outputs": Architecture(odd.Outputs, _VECTOR),
    "Buffers": Architecture(odd.Buffers, _VECTOR),
    "Branch on data": Architecture(odd.Branching, _VECTOR),
    "Branch on sizes": Architecture(odd.PaddedToFours, _numbers(3, 15, 14)),
    "Weights standardised in a forward": Architecture(
        odd.standardised, _IMAGE, protect=("0.weight",)
    ),
    "Loop over one layer": Architecture(odd.Looping, _VECTOR),
    "bfloat16": Architecture(odd.half, _halves),
    "Mixed precision": Architecture(odd.Mixed, _VECTOR),
    "torch.compile": Architecture(odd.compiled, _VECTOR),
    "Bilinear": Architecture(odd.Bilinear, _VECTOR),
    "ModuleDict, ModuleList": Architecture(odd.Dictionary, _VECTOR),
    "Mixture of experts": Architecture(odd.Experts, _VECTOR),
    "Gates, GLU": Architecture(odd.Gated, _VECTOR),
    "Functional weights": Architecture(odd.Functional, _VECTOR),
}
