"""The names of the functions that PyTorch calls for activations, with and without modules."""

_NAMES = """
    celu celu_ elu elu_ gelu hardsigmoid hardswish hardtanh hardtanh_ leaky_relu leaky_relu_
    log_softmax logsigmoid mish prelu relu relu6 relu_ rrelu selu selu_ sigmoid sigmoid_ silu
    softmax softplus softsign tanh tanh_ tanhshrink
"""
ACTIVATIONS = frozenset(_NAMES.split())
