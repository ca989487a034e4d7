"""This room draws figures and films of networks and of what they earn.

Only experiments import it. Nothing here knows a task or a run's files: functions take networks,
numbers and names, and return a figure. Begin with `drawing`, the picture of a network: `layout` and
`crossings` say where its nodes go, `frame` and `labels` how large they and their names are on
paper. `curves`, `sweep`, `compare`, `pruning` and `confusion` hold figures of results,
`palette` the colours of all, and `style` makes dark figures of light ones.
"""
