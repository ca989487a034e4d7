"""A network as the plain source of a PyTorch module, in one file that needs PyTorch alone.

Structure and weights stand in it as numbers that can be read; nothing is pickled. The state of a
feed-forward module has the names that `wann.torch_module.NetworkModule` has, so either can load the
other's.
"""

import textwrap
from collections.abc import Iterable

from wann.activations.expression import Expression, X, apply, number
from wann.formats.export.formulas import Formula, formulas_of
from wann.formats.export.header import IN_FLOAT32, WIDTH, header, in_docstring
from wann.formats.export.source_text import Language, source_text
from wann.formats.export.subject import Subject
from wann.formats.export.torch_heads import head_methods
from wann.formats.export.torch_memory import gaps, remembered_table, step_lines

_LANGUAGE = Language(
    repr,
    {
        "absolute": "torch.abs",
        "maximum": "torch.maximum",
        "minimum": "torch.minimum",
        "rint": "torch.round",
        "floor": "torch.floor",
        "sqrt": "torch.sqrt",
        "log": "torch.log",
        "exp": "exp",
        "sin_pi": "sin_pi",
        "cos_pi": "cos_pi",
        "tanh": "torch.tanh",
        "sigmoid": "torch.sigmoid",
    },
    "torch.where({condition}, {yes}, {no})",
    "x.new_tensor({})",
)

# As PyTorch has them; the step with a gradient of zero, as without one training would be an error.
_ZERO = number(0.0)
_AS_TORCH_HAS_IT: dict[Expression, str] = {
    apply("select", apply("less_equal", X, _ZERO), _ZERO, X): "torch.relu(x)",
    apply("select", apply("greater", X, _ZERO), number(1.0), _ZERO): "torch.relu(torch.sign(x))",
}

_HELPERS = {
    "exp": '''\
def exp(x):
    """exp(x), with x held where the result is a normal number."""
    limit = 708.0 if x.dtype == torch.float64 else 87.0
    return torch.exp(x.clamp(-limit, limit))
''',
    "sin_pi": '''\
def sin_pi(x):
    """sin(pi x)"""
    return torch.sin(torch.pi * (x - 2.0 * torch.round(0.5 * x)))
''',
    "cos_pi": '''\
def cos_pi(x):
    """cos(pi x)"""
    return torch.cos(torch.pi * (x - 2.0 * torch.round(0.5 * x)))
''',
}

_MODULE = '''\
class Network(nn.Module):
    """The network. Parameter `weights`: {weights}."""

    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.tensor(WEIGHTS))
        self.register_buffer("activation", torch.tensor(ACTIVATION))
        self.register_buffer("edge_start", torch.tensor(EDGE_START))
        self.register_buffer("source", torch.tensor(SOURCE, dtype=torch.int64))
        # Nodes are computed level by level. Values stand side by side in the order bias, inputs,
        # {memory}levels; `place` says where that of each row stands.
{rows}        heard = [{sources}[a:b] for a, b in zip(EDGE_START, EDGE_START[1:])]
        level = [0] * first
        for sources in heard:
            level.append(1 + max((level[row] for row in sources), default=0))
        nodes = range(len(heard))
        order = sorted(nodes, key=lambda node: (level[first + node], ACTIVATION[node]))
        place = list(range(first)) + [0] * len(heard)
        for position, node in enumerate(order):
            place[first + node] = first + position
        self.levels = []
        for number in range(1, max(level) + 1):
            here = [node for node in order if level[first + node] == number]
            rows = sorted({{place[row] for node in here for row in heard[node]}})
            at = {{row: position for position, row in enumerate(rows)}}
            pairs = [
                (edge, at[place[{sources}[edge]]] * len(here) + column)
                for column, node in enumerate(here)
                for edge in range(EDGE_START[node], EDGE_START[node + 1])
            ]
            kinds = [ACTIVATION[node] for node in here]
            runs = {{kind: kinds.count(kind) for kind in kinds}}
            self.levels.append((number, len(rows), len(here), list(runs), list(runs.values())))
            self._keep(f"rows_{{number}}", rows)
            self._keep(f"edges_{{number}}", [edge for edge, _ in pairs])
            self._keep(f"cells_{{number}}", [cell for _, cell in pairs])
        self._keep("places", place[len(place) - OUTPUTS :])
{kept}{scaling_buffers}
    def _keep(self, name, values, dtype=torch.int64):
        self.register_buffer(name, torch.tensor(values, dtype=dtype), persistent=False)

    def _apply(self, *given, **named):
        """Convert the module; the numbers of this file become those of the new precision anew."""
        before, weights = self.weights.dtype, self.weights.detach()
        # Weights that were trained, or loaded from elsewhere, are converted as those of any module
        as_written = not weights.is_meta and torch.equal(
            weights.cpu(), torch.tensor(WEIGHTS, dtype=before)
        )
        super()._apply(*given, **named)
        if self.weights.dtype == before:
            return self
        with torch.no_grad():
            if as_written:
                self.weights.copy_(torch.tensor(WEIGHTS, dtype=self.weights.dtype))
{restored}        return self

{forward}        weights = self.weights.expand(len(self.source))
{scaled}        values = torch.cat([observations.new_ones({batch}, 1), {joined}], 1)
        largest = torch.finfo(values.dtype).max
        for number, rows, nodes, kinds, counts in self.levels:
            rows_here, edges, cells = (
                getattr(self, f"{{name}}_{{number}}") for name in ("rows", "edges", "cells")
            )
            flat = weights.new_zeros(rows * nodes).index_add(0, cells, weights[edges])
            # What is infinite would be no number for nodes that do not hear it: 0 x inf
            heard = values[:, rows_here].clamp(-largest, largest)
            sums = heard @ flat.view(rows, nodes)
            parts = zip(kinds, sums.split(counts, 1))
            new = torch.cat([FUNCTIONS[kind](part) for kind, part in parts], 1)
            values = torch.cat([values, new], 1)
        return {returned}
'''

_SCALING_BUFFERS = """\
        self._keep("shift", SHIFT, self.weights.dtype)
        self._keep("scale", SCALE, self.weights.dtype)
"""

_SCALING_RESTORED = """\
            self.shift.copy_(torch.tensor(SHIFT, dtype=self.shift.dtype))
            self.scale.copy_(torch.tensor(SCALE, dtype=self.scale.dtype))
"""

_END = """\
if __name__ == "__main__":
    network = Network()
    with torch.no_grad():
        print(network(torch.full((1, INPUTS), 0.5)){first})
"""


def dumps_torch(subject: Subject) -> str:
    """Return the source of a Python file with a PyTorch module that computes a network."""
    network, formulas = subject.network, formulas_of(subject.network)
    used = {name for formula in formulas for name in formula.operations}
    head = head_methods(subject)
    return "\n\n".join(
        [
            "\n".join([_docstring(subject), "import torch", "from torch import nn", ""])
            + "\n"
            + "".join(
                [
                    f"INPUTS, OUTPUTS = {network.inputs}, {network.outputs}\n",
                    "# Of each node but bias and inputs the activation; its connections are those",
                    " from EDGE_START[node]\n# to EDGE_START[node + 1], and SOURCE is the row that",
                    " each comes from: 0 is the bias.\n",
                    _listed("ACTIVATION", network.activation.tolist()),
                    _listed("EDGE_START", network.edge_start.tolist()),
                    _listed("SOURCE", network.source.tolist()),
                    remembered_table(subject, _listed),
                    _weights(subject),
                    _scaling_lists(subject),
                ]
            ),
            *(text for name, text in _HELPERS.items() if name in used),
            _functions(formulas),
            _MODULE.format(
                weights="one for each connection, (connections,)"
                if subject.weights is not None
                else "one that all connections share, ()",
                scaled=_scaled(subject),
                scaling_buffers=_SCALING_BUFFERS if subject.interface.scaling else "",
                restored=_SCALING_RESTORED if subject.interface.scaling else "",
                **gaps(subject),
            )
            + head,
            _END.format(first="[0]" if network.recurrent else ""),
        ]
    )


def _docstring(subject: Subject) -> str:
    use = [
        "Use:",
        "    network = Network()              # a torch.nn.Module; .double() makes it float64",
        *(step_lines if subject.network.recurrent else _use_lines)(subject),
        "Its state can be saved and loaded as that of any module, for instance by",
        '    safetensors.torch.save_file(network.state_dict(), "network.safetensors")',
        "It can be trained, compiled and exported as any module. Only PyTorch is needed, and",
        "nothing in this file is pickled.",
    ]
    numbers = (
        "float32 unless the module is converted: .double() makes those of this file exact, and "
        "weights that were trained before stay as precise as they are; sums are not added in "
        "wann's order"
    )
    if subject.interface.scaling is not None:
        numbers = f"{numbers}. {IN_FLOAT32}"
    lines = [in_docstring(line) for line in header(subject, use, numbers)]
    return '"""' + "\n".join(lines) + '\n"""\n'


def _use_lines(subject: Subject) -> list[str]:
    lines = ["    outputs = network(observations)  # (batch, inputs) to (batch, outputs)"]
    if subject.interface.classes:
        return [
            *lines,
            "    classes = network.act(observations)  # (batch,) numbers of CLASSES",
            "    network.probabilities(observations)  # (batch, outputs)",
        ]
    if subject.interface.head is None:
        return lines
    return [*lines, "    actions = network.act(observations)  # (batch,) or (batch, numbers)"]


def _listed(name: str, items: Iterable[object]) -> str:
    text = textwrap.fill(
        f"{name} = [{', '.join(map(repr, items))}]",
        WIDTH,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"{text}\n"


def _weights(subject: Subject) -> str:
    if subject.weights is None:
        return f"WEIGHTS = {subject.weight!r}  # one that all connections share\n"
    return _listed("WEIGHTS", subject.weights.tolist())


def _functions(formulas: list[Formula]) -> str:
    lines = [
        f"    {formula.code}: lambda x: {_text(formula.tree)},  # {in_docstring(formula.name)}\n"
        for formula in formulas
    ]
    return "FUNCTIONS = {\n" + "".join(lines) + "}\n"


def _text(tree: Expression) -> str:
    return _AS_TORCH_HAS_IT.get(tree) or source_text(tree, _LANGUAGE)


def _scaling_lists(subject: Subject) -> str:
    scaling = subject.interface.scaling
    if scaling is None:
        return ""
    return _listed("SHIFT", scaling.shift) + _listed("SCALE", scaling.scale)


def _scaled(subject: Subject) -> str:
    scaling = subject.interface.scaling
    if scaling is None:
        return ""
    clipped = ".clamp(0.0, 1.0)" if scaling.clipped else ""
    return f"        observations = ((observations - self.shift) / self.scale){clipped}\n"
