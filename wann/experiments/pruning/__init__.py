"""Studies of pruning: methods, densities and seeds side by side, in a folder that a stopped study goes on from."""
