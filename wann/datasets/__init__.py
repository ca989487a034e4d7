"""Data sets for classification come from here: those with a name, and files of the user's own.

Tasks and pruning import this room. Begin with `dataset`, what one is; `registry` holds those with a
name, `files` reads the user's own.
"""
