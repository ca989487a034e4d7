"""A network as one module of JavaScript, for browsers and Node.

It computes the same bits as `wann.kernels`: numbers are the same doubles, the polynomials are the
same, and sums are added in the same order. It holds the network as tables, which a page can draw.
"""

import json
import textwrap
from collections.abc import Iterable, Iterator
from itertools import pairwise

from wann.formats.export.formulas import Formula, formulas_of
from wann.formats.export.header import WIDTH, header, numbers_of, task_name
from wann.formats.export.js_functions import js_functions, js_number
from wann.formats.export.js_memory import (
    RECURRENT_USE,
    connections,
    memory,
    recall,
    remember,
    rows_of,
    source_tables,
)
from wann.formats.export.source_text import Language, source_text
from wann.formats.export.subject import Subject
from wann.tasks.gym.actions import AboveZero, Largest, Scaled

# What JavaScript calls the operations of formulas.
_FUNCTIONS = {
    "absolute": "Math.abs",
    "maximum": "maximum",
    "minimum": "minimum",
    "rint": "rint",
    "floor": "Math.floor",
    "sqrt": "Math.sqrt",
    "exp": "exp",
    "log": "log",
    "sin_pi": "sinPi",
    "cos_pi": "cosPi",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
}

_LANGUAGE = Language(js_number, _FUNCTIONS)

_NODES = """\
/**
 * The values of all nodes, a Float64Array: the bias, the inputs as the network reads them, the
 * hidden nodes, the outputs. `weight` is one number, or one for each of `connections`.
 */
export function nodes(observation, weight = WEIGHT) {{
  if (observation.length !== {inputs}) {{
    throw new RangeError(`expected {inputs} inputs, got ${{observation.length}}`);
  }}
  if (typeof weight !== "number" && weight.length !== {connections}) {{
    throw new RangeError(`expected one weight or {connections}, got ${{weight.length}}`);
  }}
  const values = new Float64Array({all_rows});
  values[0] = 1;
{recall}  for (let i = 0; i < {inputs}; i++) values[i + 1] = {read};
  let edge = 0;
  for (let node = 0; node < COUNT.length; node++) {{
    const end = edge + COUNT[node];
    let sum = 0;
    if (typeof weight !== "number") {{
      for (; edge < end; edge++) sum += weight[edge] * values[SOURCE[edge]];
    }} else if (edge < end) {{
      sum = values[SOURCE[edge++]];
      for (; edge < end; edge++) sum += values[SOURCE[edge]];
      sum *= weight;
    }}
    values[{first} + node] = FUNCTIONS[KIND[node]](sum);
  }}
{remember}}}

/** The outputs of the network, an array. */
export function forward(observation, weight = WEIGHT) {{
  return Array.from(nodes(observation, weight).subarray({rows} - {outputs}));
}}
"""

_PROBABILITIES = """\
/** The probability of each class, an array: the softmax of the outputs. */
export function probabilities(observation, weight = WEIGHT) {
  const outputs = forward(observation, weight);
  const most = outputs[largest(outputs, 0, outputs.length)];
  const powers = outputs.map((output) => exp(output - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
"""


def dumps_js(subject: Subject) -> str:
    """Return the text of a JavaScript module that computes a network."""
    formulas = formulas_of(subject.network)
    operations = {name for formula in formulas for name in formula.operations}
    own = {name for name in _FUNCTIONS.values() if "." not in name}
    needed = {_FUNCTIONS[name] for name in operations if name in _FUNCTIONS} & own
    return "\n".join(
        [
            _comment(header(subject, _use(subject), _NUMBERS)),
            *_described(subject, formulas),
            *js_functions(needed | _needed_by_head(subject)),
            *_tables(subject, formulas),
            connections(subject),
            *memory(subject),
            _nodes(subject),
            *_head(subject),
        ]
    )


_NUMBERS = "double. The results are those of wann to the last bit"


def _comment(lines: list[str]) -> str:
    harmless = (line.replace("*/", "* /") for line in lines)
    plain = ("".join(c if c.isprintable() else "?" for c in line) for line in harmless)
    return "\n".join(["/*", *(f" * {line}".rstrip() for line in plain), " */"])


def _use(subject: Subject) -> list[str]:
    recurrent = subject.network.recurrent
    names = ["forward", "nodes", *(["reset"] if recurrent else [])]
    if subject.interface.head is not None:
        names.insert(0, "act")
    step = "; each call is a step" if recurrent else ", for a drawing"
    return [
        f'Use: import {{ {", ".join(names)} }} from "./{subject.identifier}.js";',
        "  forward(observation, weight)  the outputs, an array",
        *_act_lines(subject),
        f"  nodes(observation, weight)    the values of all nodes{step}",
        "`observation` is an array; without `weight` it is WEIGHT below.",
        *(RECURRENT_USE if recurrent else ()),
    ]


def _act_lines(subject: Subject) -> Iterator[str]:
    if subject.interface.head is not None:
        yield f"  act(observation, weight)      {_ACTS[_kind_of(subject)]}"
    if subject.interface.classes:
        yield "  probabilities(observation, weight)"


_ACTS = {
    "number": "the action, a whole number",
    "class": "the class, a whole number from 0; classes[...] is its name",
    "numbers": "the action, an array",
}


def _kind_of(subject: Subject) -> str:
    head = subject.interface.head
    if subject.interface.classes:
        return "class"
    return "number" if isinstance(head, Largest) and len(head.sizes) == 1 else "numbers"


def _described(subject: Subject, formulas: list[Formula]) -> Iterator[str]:
    """Yield the constants that say what the network is."""
    interface, kinds = subject.interface, {formula.code: i for i, formula in enumerate(formulas)}
    yield f"export const name = {_json(subject.name)};"
    yield f"export const task = {_json(task_name(subject) if subject.task else None)};"
    yield f"export const inputs = {_json(list(interface.input_names))};"
    yield f"export const outputs = {_json(list(interface.output_names))};"
    if interface.classes:
        yield f"export const classes = {_json(list(interface.classes))};"
    if subject.weights is None:
        yield f"export const WEIGHT = {js_number(subject.weight)};"
    else:
        yield "/** The weight of each connection. */"
        yield _array("export const WEIGHT", map(js_number, subject.weights.tolist()))
    yield "/** The activations, and which of them each hidden node and output has. */"
    yield f"export const activations = {_json([formula.name for formula in formulas])};"
    kind = [kinds[code] for code in subject.network.activation.tolist()]
    yield _array("export const KIND", map(str, kind))


def _json(value: object) -> str:
    return json.dumps(value)


def _array(name: str, items: Iterable[str]) -> str:
    return textwrap.fill(
        f"{name} = [{', '.join(items)}];",
        WIDTH,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _tables(subject: Subject, formulas: list[Formula]) -> Iterator[str]:
    starts = subject.network.edge_start.tolist()
    counts = (last - first for first, last in pairwise(starts))
    yield "// How many connections enter each node, and from which row of `nodes` each comes."
    yield _array("const COUNT", map(str, counts))
    yield from source_tables(subject, _array)
    for name, values in _scaling_tables(subject):
        yield _array(f"const {name}", map(js_number, values))
    texts = [source_text(formula.tree, _LANGUAGE) for formula in formulas]
    lines = "\n".join(
        f"  (x) => {text}, // {_in_line(formula)}"
        for formula, text in zip(formulas, texts, strict=True)
    )
    yield f"const FUNCTIONS = [\n{lines}\n];"


def _in_line(formula: Formula) -> str:
    return "".join(c if c.isprintable() else "?" for c in f"{formula.name}: {formula.formula}")


def _scaling_tables(subject: Subject) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield name and values of the tables of shifts and scales, where they are not all alike."""
    scaling = subject.interface.scaling
    if scaling is not None:
        for name, values in (("SHIFT", scaling.shift), ("SCALE", scaling.scale)):
            if len(set(values)) > 1:
                yield name, values


def _nodes(subject: Subject) -> str:
    network, scaling = subject.network, subject.interface.scaling
    read = "Number(observation[i])"
    if scaling is not None:
        shift, scale = (
            js_number(values[0]) if len(set(values)) == 1 else f"{name}[i]"
            for name, values in (("SHIFT", scaling.shift), ("SCALE", scaling.scale))
        )
        read = f"({read} - {shift}) / {scale}"
        read = f"held({read}, 0, 1)" if scaling.clipped else read
    return _NODES.format(
        inputs=network.inputs,
        outputs=network.outputs,
        connections=network.connections,
        rows=rows_of(subject),
        all_rows=rows_of(subject) + len(subject.network.remembered),
        recall=recall(subject),
        remember=remember(subject),
        first=1 + network.inputs,
        read=read,
    )


def _needed_by_head(subject: Subject) -> set[str]:
    head, scaling = subject.interface.head, subject.interface.scaling
    needed = {"exp"} if subject.interface.classes else set()
    if isinstance(head, Largest):
        needed.add("largest")
    if isinstance(head, Scaled) or (scaling is not None and scaling.clipped):
        needed.add("held")
    if isinstance(head, Scaled) and head.whole:
        needed.add("rint")
    return needed


def _head(subject: Subject) -> Iterator[str]:
    head = subject.interface.head
    if head is not None:
        yield (
            f"/** {_ACTS[_kind_of(subject)].capitalize()}. */\n"
            "export function act(observation, weight = WEIGHT) {\n"
            "  const outputs = forward(observation, weight);\n"
            f"  return {_action(head)};\n}}\n"
        )
    if subject.interface.classes:
        yield _PROBABILITIES


def _action(head: Largest | AboveZero | Scaled) -> str:
    """Return the expression of an action of `outputs`."""
    if isinstance(head, AboveZero):
        return "outputs.map((output) => (output > 0 ? 1 : 0))"
    if isinstance(head, Scaled):
        numbers = ",\n    ".join(_scaled(head, i) for i in range(head.low.size))
        return f"[\n    {numbers},\n  ]"
    chosen, first = [], 0
    for size, start in zip(head.sizes, head.starts, strict=True):
        behind = f" + {start}" if start else ""
        chosen.append(f"largest(outputs, {first}, {first + size}){behind}")
        first += size
    return chosen[0] if len(chosen) == 1 else f"[{', '.join(chosen)}]"


def _scaled(head: Scaled, i: int) -> str:
    low, high = numbers_of(head.low)[i], numbers_of(head.high)[i]
    least, most = head.limits
    within = f"{js_number(max(low, least))}, {js_number(min(high, most))}"
    value = f"Number.isNaN(outputs[{i}]) ? 0 : outputs[{i}]"
    if head.bounded.flat[i]:
        middle, half = numbers_of(head.middle)[i], numbers_of(head.half)[i]
        value = f"{js_number(middle)} + held({value}, -1, 1) * {js_number(half)}"
    else:
        value = f"held({value}, {within})"
    if head.whole:
        value = f"rint({value})"
    return f"held({value}, {within})" if head.whole or head.oversteps()[i] else value
