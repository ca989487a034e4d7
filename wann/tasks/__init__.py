"""What networks are scored on: swing-up, data sets, Gymnasium environments.

Evaluators and above import it.

Begin with `base`, what every task can do; `registry` makes a task from its spec.
"""
