"""What a mutation of one's own asks for is looked at before compiled code is called."""

import numpy as np
import pytest
from genome_toys import grow

from wann.evolution.editor import Editor

GENOME = grow(3, 30, 3, 2)
EDGES, NODES, HIDDEN = len(GENOME.source), len(GENOME.node_id), 1 + GENOME.inputs + GENOME.outputs
EDITOR = Editor(np.arange(5), NODES, 100)
DISABLED = int(np.flatnonzero(~GENOME.enabled)[0])


@pytest.mark.parametrize("edge", [-1, EDGES, 10**9, 0.0, "0", True, None])
@pytest.mark.parametrize("edit", ["set_enabled", "remove_connection", "add_node"])
def test_connections_that_are_not_there(edit: str, edge: object) -> None:
    more = {"set_enabled": (True,), "add_node": (1,), "remove_connection": ()}[edit]
    with pytest.raises(IndexError, match=r"^connection .*: expected a whole number from 0 to"):
        getattr(EDITOR, edit)(GENOME, edge, *more)


@pytest.mark.parametrize("node", [-1, NODES, 10**9, 0.5, None, 0, HIDDEN - 1])
@pytest.mark.parametrize("edit", ["set_activation", "remove_node"])
def test_nodes_that_are_not_hidden(edit: str, node: object) -> None:
    with pytest.raises(IndexError, match=r"^node "):
        getattr(EDITOR, edit)(GENOME, node, *([1] if edit == "set_activation" else []))


@pytest.mark.parametrize(("source", "target"), [(0, NODES), (NODES, 0), (~NODES, 4), (0, -1)])
def test_ends_that_are_not_there(source: int, target: int) -> None:
    for call in (EDITOR.is_legal, EDITOR.add_connection):
        with pytest.raises(IndexError, match=r"^node "):
            call(GENOME, source, target)


def test_a_disabled_connection_is_not_split() -> None:
    with pytest.raises(ValueError, match=f"connection {DISABLED} is disabled"):
        EDITOR.add_node(GENOME, DISABLED, 1)


def test_edits_do_what_they_say() -> None:
    edge = int(np.flatnonzero(GENOME.enabled)[0])
    assert EDITOR.add_node(GENOME, edge, 1).hidden == GENOME.hidden + 1
    assert not EDITOR.set_enabled(GENOME, np.int64(edge), False).enabled[edge]
    assert EDITOR.set_activation(GENOME, HIDDEN, 4).activation[HIDDEN] == 4
