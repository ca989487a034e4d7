"""Any Gymnasium environment as a task. Begin with `make`, which picks how it is run, and `task`."""
