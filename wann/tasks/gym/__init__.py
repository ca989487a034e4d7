"""Any Gymnasium environment becomes a task here, in the way that suits it best.

`tasks.registry` imports this folder. Begin with `make`, which picks the way: `classic` (compiled
twins), `envpool`, or `gym_task`, which steps Gymnasium's own simulator. `settings` are what a user
may say of an environment; `observations` and `actions` turn its spaces into inputs and outputs
(`sides`); `simulators` makes and keeps environments, `rollout` steps them, `normalise` measures
observations, and `names` calls inputs and outputs by name.
"""
