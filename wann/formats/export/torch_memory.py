"""What a recurrent network remembers in PyTorch: a second argument, and a second result.

That is how `nn.LSTM` and `nn.GRUCell` have it. Nothing is kept in the module, so gradients go
through steps, and the module is exported and compiled as any other.
"""

from collections.abc import Callable, Iterable

from wann.formats.export.subject import Subject

_ABOUT = (
    "It remembers the step before: each call is a step of as many episodes as there are rows, and",
    "`memory` is (batch, MEMORIES). Where some episodes have ended and others go on:",
    "    memory = memory.masked_fill(ended[:, None], 0.0)",
    "Gradients go back through all steps, up to a `memory = memory.detach()`.",
)

_TABLE = """\
# What is remembered: rows that some connection reads one step later. SOURCE has -1 - row there.
{rows}MEMORIES = {memories}
"""

_ROWS = """\
        # What is remembered stands behind the inputs, as if it were more of them.
        first, remembered = 1 + INPUTS, [~row for row in REMEMBERED]
        source = [
            first + remembered.index(row) if row < 0 else row + MEMORIES * (row >= first)
            for row in SOURCE
        ]
        first += MEMORIES
"""

_KEPT = """\
        rows = [row + MEMORIES * (row > INPUTS) for row in REMEMBERED]
        self._keep("remembered", [place[row] for row in rows])
"""

_FORWARD = '''\
    def forward(self, observations, memory=None):
        """Take a step: return outputs (batch, OUTPUTS) and memory (batch, MEMORIES).

        `observations` are (batch, INPUTS), and `memory` is what the step before returned; None at
        the start of an episode. An infinite value is heard as the largest finite number of its
        sign. NaN makes NaN of nodes that do not hear it, too.
        """
        batch = observations.shape[0]
        if memory is None:
            memory = observations.new_zeros(batch, MEMORIES)
        if memory.shape != (batch, MEMORIES):
            raise ValueError(
                f"expected memory ({batch}, {MEMORIES}), got {tuple(memory.shape)}; leave it out "
                "where an episode begins"
            )
'''

_FORWARD_WITHOUT = '''\
    def forward(self, observations):
        """Return the outputs (batch, OUTPUTS) for observations (batch, INPUTS).

        An infinite value is heard as the largest finite number of its sign. NaN makes NaN of nodes
        that do not hear it, too.
        """
'''

# What stands in the text of a module, by the names of its gaps: with and without a memory
_WITH = {
    "rows": _ROWS,
    "sources": "source",
    "memory": "memory, ",
    "kept": _KEPT,
    "forward": _FORWARD,
    "batch": "batch",
    "joined": "observations, memory",
    "returned": "values[:, self.places], values[:, self.remembered]",
}
_WITHOUT = {
    "rows": "        first = 1 + INPUTS\n",
    "sources": "SOURCE",
    "memory": "",
    "kept": "",
    "forward": _FORWARD_WITHOUT,
    "batch": "len(observations)",
    "joined": "observations",
    "returned": "values[:, self.places]",
}


def step_lines(subject: Subject) -> list[str]:
    """Return the lines that say how the module of a recurrent network is used."""
    interface = subject.interface
    others = {
        "actions": ("act", "(batch,) or (batch, numbers)"),
        "classes": ("act", "(batch,) numbers of CLASSES"),
        "likely": ("probabilities", "(batch, outputs)"),
    }
    names = () if interface.head is None else ("actions",)
    lines = [
        f"    {name}, memory = network.{others[name][0]}(observations, memory)  # {others[name][1]}"
        for name in (("classes", "likely") if interface.classes else names)
    ]
    return [
        "    outputs, memory = network(observations)          # the first step of an episode",
        "    outputs, memory = network(observations, memory)  # the next one",
        *lines,
        *_ABOUT,
    ]


def gaps(subject: Subject) -> dict[str, str]:
    """Return what stands in the gaps of the text of a module."""
    return _WITH if subject.network.recurrent else _WITHOUT


def remembered_table(subject: Subject, listed: Callable[[str, Iterable[int]], str]) -> str:
    """Return the table, written by `listed`, of what is remembered, if the network is recurrent."""
    rows = subject.network.remembered.tolist()
    return _TABLE.format(rows=listed("REMEMBERED", rows), memories=len(rows)) if rows else ""
