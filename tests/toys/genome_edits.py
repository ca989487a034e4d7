"""What is done to drafts of genomes, done to genomes, which stay as they are."""

from collections.abc import Callable
from typing import Any

from wann.evolution import crossover, edits, legality
from wann.evolution.draft import draft_of
from wann.network.genome import Genome


def _edit(edit: Callable[..., None]) -> Callable[..., Genome]:
    return lambda genome, *where: edits.edited(genome, edit, *where)


def _question(ask: Callable[..., Any]) -> Callable[..., Any]:
    return lambda genome, *about: ask(draft_of(genome), *about)


add_connection = _edit(edits.add_connection)
add_node = _edit(edits.add_node)
drop_dead_nodes = _edit(edits.drop_dead_nodes)
move_connection = _edit(edits.move_connection)
remove_connection = _edit(edits.remove_connection)
remove_node = _edit(edits.remove_node)
set_activation = _edit(edits.set_activation)
set_enabled = _edit(edits.set_enabled)
find_connection = _question(legality.find_connection)
is_acyclic = _question(crossover.is_acyclic)
is_legal = _question(legality.is_legal)
leads_to = _question(legality.leads_to)
