"""Pruning studies compare methods, densities and seeds side by side, in a folder.

A study that was stopped goes on from its folder, in which each finished step has one of its own.

`cli.prune` and `cli.resume` import this folder. Begin with `plan`, which says what is compared, and
`study`, which has the folder and the loop. `study_job` is what a worker does, `step_files` what it
leaves, and `rows` has the types of all rows. `summary`, `plateaus`, `latency` and `figures` say
what came out, and `summary_text` says it on the terminal. `standing` reads how far a study is while
another process runs it. All files have their names in `filenames`. `grown_network_files` is no part
of a study: it prunes a grown network in a file.
"""
