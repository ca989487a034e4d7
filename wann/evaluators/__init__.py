"""Evaluators score networks on tasks: on threads, in processes, or on the workers of a Ray cluster.

Experiments, weights, jobs and the command line import this room. Begin with `evaluator`: an
evaluator takes networks and returns what they earned, in the same order, whoever did the work.
`threads` and `processes` work on this machine, `ray` on many; `make` picks the one that a task
needs. `batches` is what all of them do with networks before they are scored.
"""
