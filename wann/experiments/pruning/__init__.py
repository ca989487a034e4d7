"""Studies of pruning: methods, densities and seeds side by side, in a folder.

A study that was stopped goes on from its folder, in which each finished step has one of its own.

Begin with `plan`, what is compared, and `study`, the folder and the loop. `study_job` is what a
worker does, `step_files` what it leaves, `rows` the types of all rows; `summary`, `plateaus`,
`latency` and `figures` say what came out, `summary_text` on the terminal.
"""
