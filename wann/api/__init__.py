"""This room holds what users call from Python: `wann.search`, `wann.prune` and their like.

The command line is a thin layer over it: a command parses flags, calls a function of here, and
prints what that returns.
"""
