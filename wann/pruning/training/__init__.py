"""The models and data that are pruned, and how they are trained. Begin with `training`."""
