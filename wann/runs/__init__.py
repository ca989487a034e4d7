"""The run directory: its file names, its writing and its checkpoints.

Formats and above import this room.

Begin with `filenames`, then `rundir`.
"""
