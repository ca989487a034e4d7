"""A run directory has its file names, its writing, its lock and its checkpoints here.

Formats and the rooms above import it. Begin with `filenames`, then `rundir`. `making` is how a
folder becomes a run, or one of an experiment. `checkpoint` is what a search needs to go on,
`completions` the record of an asynchronous search, `versions` what a result was made with, `digest`
what two runs of the same result have in common, `lock` what keeps a second writer out, `tail`
how somebody else reads what is being written, and `moved_data` where the data of a run lie.
"""
