"""Tasks are what networks are scored on: swing-up, data sets, Gymnasium environments.

Evaluators and all rooms above them import this room. Begin with `task`, what every task can do, and
`swingup`, one of them; `optional_abilities` are what only some can do. `classify` and `datasets`
are for labelled data, `gym` for environments. `registry` makes a task from its `spec`, the line
that stands for it in files.
"""
