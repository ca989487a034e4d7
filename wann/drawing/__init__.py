"""This room draws figures and films of networks and of what they earn.

Only experiments import it. Nothing here knows a task or a run's files: functions take networks,
numbers and names, and return a figure. Begin with `drawing`, the picture of a network: `shown` says
how much of it is drawn, `layout` and `crossings` where its nodes go, `frame` and `labels` how large
they and their names are on paper; `lines`, `block` and `legend` draw the rest. `curves`, `sweep`,
`compare`, `density_curves`, `pruning` and `confusion` hold figures of results, `input_use` one of
what a network sees, `palette` the colours of all, and `style` makes dark figures of light ones.
`film` shows an `episode` beside a `live` network, and `film_files` are the files of it.
"""
