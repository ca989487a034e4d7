"""One search and its run directory: from a recipe to a champion, its pictures and its checkpoints.

Begin with `growth`. It asks `rounds` for one generation after the other, confirms the most
promising networks, and keeps the files of the run. `start` says what a search begins from, `trials`
what a generation is scored on.
"""
