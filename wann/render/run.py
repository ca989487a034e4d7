"""Pictures of a run and of a network file."""
def draw_run(*a, **k): return []
