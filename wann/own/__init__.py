"""Objects of the user's own, by one rule for every kind of them: rankings, scores, tasks and so on.

Wherever one is wanted it may be given as the name of one that comes with the project, as
`module:name`, or in Python as the object itself. Settings and files hold names alone. Everybody
imports this folder; it imports no room. Begin with `registry`, which holds the objects of one kind
by name; `names` says which name stands for an object, `calls` turns what a function of somebody's
own does wrong into one line, and `sending` hands objects to worker processes.
"""

from wann.own.calls import accepted, call, label_of
from wann.own.names import (
    Same,
    check_name,
    check_trusted,
    find_object,
    is_name,
    is_own,
    name_of,
    named,
)
from wann.own.registry import Registry
from wann.own.sending import State, can_be_sent, permitted, take_over

__all__ = [
    "Registry",
    "Same",
    "State",
    "accepted",
    "call",
    "can_be_sent",
    "check_name",
    "check_trusted",
    "find_object",
    "is_name",
    "is_own",
    "label_of",
    "name_of",
    "named",
    "permitted",
    "take_over",
]
