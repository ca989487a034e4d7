"""What is made of outputs in PyTorch: actions, classes, probabilities."""

from collections.abc import Iterator

from wann.formats.export.header import numbers_of
from wann.formats.export.subject import Subject
from wann.tasks.gym.actions import AboveZero, Largest, Scaled


def head_methods(subject: Subject) -> str:
    """Return the methods that make actions, classes and probabilities of outputs."""
    head, classes, lines = subject.interface.head, subject.interface.classes, []
    if subject.network.recurrent:
        lines = _with_memory(subject)
    elif head is not None:
        lines += ["", "    def act(self, observations):"]
        what = "numbers of the classes (batch,)" if classes else "actions, one for each observation"
        lines += [f'        """Return the {what}."""', "        outputs = self(observations)"]
        lines += [f"        {line}" for line in _action(head)]
    if classes and not subject.network.recurrent:
        lines += ["", "    def probabilities(self, observations):"]
        lines += ['        """Return the probability of each class (batch, OUTPUTS)."""']
        lines += ["        return torch.softmax(self(observations), 1)"]
    text = "\n".join(lines) + "\n" if lines else ""
    return text + (f"\n\nCLASSES = {list(classes)!r}\n" if classes else "")


def _with_memory(subject: Subject) -> list[str]:
    """Return the lines of the methods of a recurrent network, which return its memory, too."""
    head, classes, lines = subject.interface.head, subject.interface.classes, []
    step = "        outputs, memory = self(observations, memory)"
    if head is not None:
        what = (
            "numbers of the classes (batch,)" if classes else "actions, one for each observation,"
        )
        lines += ["", "    def act(self, observations, memory=None):"]
        lines += [f'        """Take a step: return the {what} and the memory."""', step]
        lines += ["        return self._chosen(outputs), memory"]
        lines += ["", "    def _chosen(self, outputs):"]
        lines += [f"        {line}" for line in _action(head)]
    if classes:
        lines += ["", "    def probabilities(self, observations, memory=None):"]
        lines += [
            '        """Take a step: return probabilities (batch, OUTPUTS) and the memory."""'
        ]
        lines += [step, "        return torch.softmax(outputs, 1), memory"]
    return lines


def _action(head: Largest | AboveZero | Scaled) -> Iterator[str]:
    if isinstance(head, AboveZero):
        yield "return (outputs > 0).long()"
    elif isinstance(head, Scaled):
        yield from _box(head)
    else:
        # NaN equals no number: it is never the largest, and of nothing but NaN the first is taken
        yield "numbers = outputs.masked_fill(outputs.isnan(), -torch.inf)"
        parts, start = [], 0
        for size, counted_from in zip(head.sizes, head.starts, strict=True):
            group = f"[:, {start}:{start + size}]"
            most = f"numbers{group}.amax(1, keepdim=True)"
            chosen = f"(outputs{group} == {most}).long().argmax(1)"
            parts.append(f"{chosen} + {counted_from}" if counted_from else chosen)
            start += size
        found = parts[0] if len(parts) == 1 else f"torch.stack([{', '.join(parts)}], 1)"
        yield f"return {found}"


def _box(head: Scaled) -> Iterator[str]:
    least, most = head.limits
    low = [max(value, least) for value in numbers_of(head.low)]
    high = [min(value, most) for value in numbers_of(head.high)]
    yield "outputs = torch.nan_to_num(outputs, nan=0.0, posinf=torch.inf, neginf=-torch.inf)"
    yield f"low, high = outputs.new_tensor({low}), outputs.new_tensor({high})"
    if head.bounded.any():
        yield f"middle = outputs.new_tensor({numbers_of(head.middle)})"
        yield f"half = outputs.new_tensor({numbers_of(head.half)})"
        yield "scaled = middle + outputs.clamp(-1.0, 1.0) * half"
    if not head.bounded.all():
        free = "torch.minimum(torch.maximum(outputs, low), high)"
        if head.bounded.any():
            bounded = [bool(value) for value in head.bounded.flat]
            yield f"bounded = torch.tensor({bounded}, device=outputs.device)"
            yield f"scaled = torch.where(bounded, scaled, {free})"
        else:
            yield f"scaled = {free}"
    rounded = "torch.round(scaled)" if head.whole else "scaled"
    # A module computes in the precision that whoever loads it gives it
    beyond = head.oversteps() | head.oversteps(single=True)
    held = f"torch.minimum(torch.maximum({rounded}, low), high)"
    yield f"return {held if head.whole or beyond.any() else rounded}"
