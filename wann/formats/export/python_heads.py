"""What stands around the forward pass in Python: scaled inputs, actions, classes."""

from collections.abc import Iterator

from wann.formats.export.header import numbers_of
from wann.formats.export.interface import Scaling
from wann.formats.export.subject import Subject
from wann.formats.python_format import RECURRENT_USE
from wann.tasks.gym.actions import AboveZero, Largest, Scaled

_SCALED = '''\
def scaled(observation):
    """Return the inputs as the network reads them."""
    if len(observation) != {inputs}:
        raise ValueError(f"expected {inputs} inputs, got {{len(observation)}}")
    return [{value} for value, shift, scale in zip(observation, SHIFT, SCALE)]
'''

_LARGEST = '''\
def largest(outputs):
    """Return the number of the largest output: the first of equal ones, nan only if all are."""
    best = 0
    for number, output in enumerate(outputs):
        if output == output and not outputs[best] >= output:
            best = number
    return best
'''

_HELD = '''\
def held(x, low, high):
    """Return x, but at least `low` and at most `high`; 0 in place of nan."""
    return min(max(0.0 if x != x else x, low), high)
'''

_PROBABILITIES = '''\
def probabilities(observation, weight=WEIGHT):
    """Return the probability of each class, a list: the softmax of the outputs."""
    outputs = forward(observation, weight)
    most = outputs[largest(outputs)]
    powers = [math.exp(output - most) for output in outputs]
    total = sum(powers)
    return [power / total for power in powers]
'''


def use(subject: Subject) -> list[str]:
    """Return lines that say how the file is used."""
    lines = ["    forward(observation)        the outputs, a list, with the weights WEIGHT"]
    if subject.interface.head is not None:
        what = "the number of the class" if subject.interface.classes else "the action"
        lines.append(f"    act(observation)            {what}")
    if subject.interface.classes:
        lines.append("    probabilities(observation)  that of each class, a list")
    return [
        "Use, with the standard library alone:",
        *lines,
        *(RECURRENT_USE if subject.network.recurrent else ()),
        "Each takes a weight as well: `act(observation, 0.8)` has 0.8 on every connection, a list",
        "has a weight for each. In `total(w, 5, x1, h2)` below, number 5 of them, counted from 0,",
        "is that of x1 and number 6 that of h2.",
    ]


def functions(subject: Subject) -> Iterator[str]:
    """Yield the functions around the forward pass."""
    head, scaling = subject.interface.head, subject.interface.scaling
    if scaling is not None:
        yield _scaled(scaling, subject.network.inputs)
    if isinstance(head, Largest):
        yield _LARGEST
    if isinstance(head, Scaled):
        yield _HELD
    if head is not None:
        yield (
            'def act(observation, weight=WEIGHT):\n    """Return the action: see above."""\n'
            f"    outputs = forward(observation, weight)\n    return {_action(head)}\n"
        )
    if subject.interface.classes:
        yield f"CLASSES = {list(subject.interface.classes)!r}\n"
        yield _PROBABILITIES


def _scaled(scaling: Scaling, inputs: int) -> str:
    value = "(float(value) - shift) / scale"
    value = f"min(max({value}, 0.0), 1.0)" if scaling.clipped else value
    tables = f"SHIFT = {list(scaling.shift)!r}\nSCALE = {list(scaling.scale)!r}\n\n\n"
    return tables + _SCALED.format(inputs=inputs, value=value)


def _action(head: Largest | AboveZero | Scaled) -> str:
    """Return the expression of an action of `outputs`."""
    if isinstance(head, AboveZero):
        return "[1 if output > 0.0 else 0 for output in outputs]"
    if isinstance(head, Scaled):
        return f"[{', '.join(_number(head, i) for i in range(head.low.size))}]"
    chosen, first = [], 0
    for size, start in zip(head.sizes, head.starts, strict=True):
        chosen.append(f"largest(outputs[{first}:{first + size}]){f' + {start}' if start else ''}")
        first += size
    return chosen[0] if len(chosen) == 1 else f"[{', '.join(chosen)}]"


def _number(head: Scaled, i: int) -> str:
    least, most = head.limits
    low, high = max(numbers_of(head.low)[i], least), min(numbers_of(head.high)[i], most)
    value = f"held(outputs[{i}], {low!r}, {high!r})"
    if head.bounded.flat[i]:
        middle, half = numbers_of(head.middle)[i], numbers_of(head.half)[i]
        value = f"{middle!r} + held(outputs[{i}], -1.0, 1.0) * {half!r}"
    if head.whole:
        value = f"round({value})"
    return f"held({value}, {low!r}, {high!r})" if head.whole or head.oversteps()[i] else value
