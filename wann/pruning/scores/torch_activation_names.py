"""The names of the functions that PyTorch calls for activations, with and without modules.

Some are called by another name than that of `torch.nn.functional`: a `LogSigmoid` calls
`log_sigmoid`, a `Threshold` calls `_threshold`.
"""

_NAMES = """
    _threshold celu celu_ elu elu_ gelu hardshrink hardsigmoid hardswish hardtanh hardtanh_
    leaky_relu leaky_relu_ log_sigmoid log_softmax logsigmoid mish prelu relu relu6 relu_ rrelu
    selu selu_ sigmoid sigmoid_ silu softmax softmin softplus softshrink softsign tanh tanh_
    tanhshrink threshold_
"""
ACTIVATIONS = frozenset(_NAMES.split())
