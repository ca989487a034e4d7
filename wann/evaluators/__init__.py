"""Who runs the scoring: threads, processes, or workers on Ray.

Experiments, weights and jobs import this room.

Begin with `base`: an evaluator takes networks and returns what they earned, in the same order,
whoever did the work. `threads` and `processes` work on this machine, `ray` on many; `make` picks
the one that a task needs. `batches` is what all of them do with networks before they are scored.
"""
