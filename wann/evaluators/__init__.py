"""Who runs the scoring: threads, processes, or workers on Ray.

Experiments, weights and jobs import this room.

Begin with `base`: an evaluator takes networks and returns what they earned, in the same order,
whoever did the work.
"""
