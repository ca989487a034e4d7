"""This room holds what users call from Python: `wann.search`, `wann.prune` and their like.

The command line is a thin layer over it: a command parses flags, calls a function of here, and
prints what that returns. Begin with `search`: `arguments` has its settings, `searched` makes of
them what is searched, `searching` runs that, and `run` is what comes out. `calls` is what all
public calls share, and `watching` shows how they fare.
"""
