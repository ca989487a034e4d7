"""Experiments are what owns a folder on disk: a search, a sweep, a pruning study or a comparison.

Only the command line imports this room. Begin with `growing/growth`, the loop of a search; the
other three follow one pattern: a plan, the work that a worker does for one row of it, the records
of what was done, and their summary.
"""
