"""One search and its run directory: from a recipe to a champion, its pictures and its checkpoints.

Begin with `growth`. It asks for one generation after the other (`rounds` says what a round is,
`generational` and `asynchronous` are the two ways), confirms the most promising networks, and keeps
the files of the run (`saved_state`, `result_files`). `start` says what a search begins from,
`trials` what a generation is scored on, `pictures` draws a run.
"""
