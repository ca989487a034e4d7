"""What another process needs, to find the same objects of the user's own.

Objects of a session go to its own workers by cloudpickle, which knows functions that no import
gives. This is the only place that uses it: nothing of the kind is written to a file or read of one.
"""

from typing import NamedTuple

from wann import trust
from wann.activations.table import declared, from_text, own_texts
from wann.errors import in_one_line
from wann.own import names


class State(NamedTuple):
    """What may be imported, and the objects of a session, as they can be sent to its workers."""

    permission: trust.Permission
    packed: dict[str, bytes]  # the objects by name
    unsent: dict[str, str]  # why the others could not be sent
    activations: tuple[str, ...] = ()  # that were declared, as texts


def can_be_sent(name: str) -> bool:
    """Return whether the object of this session called `name` can be sent to a worker."""
    import cloudpickle

    try:
        cloudpickle.dumps(names.objects[name])
    except Exception:  # whatever an object raises on its way
        return False
    return True


def permitted() -> State:
    """Return what may be imported and which objects this session has, for another process."""
    packed, unsent = {}, dict(names.unsent)
    if names.objects:
        import cloudpickle
    for name, thing in names.objects.items():
        try:
            packed[name] = cloudpickle.dumps(thing)
        except Exception as problem:  # whatever an object raises on its way
            unsent[name] = in_one_line(problem)
    own = own_texts(row.code for row in declared())
    return State(trust.given(), packed, unsent, own)


def take_over(state: State) -> None:
    """Find here what the process that made `state` finds."""
    trust.take_over(state.permission)
    for text in state.activations:
        from_text(text)
    names.unsent.update(state.unsent)
    if state.packed:
        import pickle
    for name, packed in state.packed.items():
        try:
            names.objects[name] = pickle.loads(packed)
        except Exception as problem:  # what it needs is missing here
            names.unsent[name] = in_one_line(problem)
