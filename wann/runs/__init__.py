"""The run directory: its file names, its writing, its lock and its checkpoints.

Formats and above import this room.

Begin with `filenames`, then `rundir`. `checkpoint` is what a search needs to go on, `completions`
the record of an asynchronous search, `versions` the versions and the machine that made a
result, `digest` what two runs of the same result have in common, and `lock` what keeps a second
writer out.
"""
