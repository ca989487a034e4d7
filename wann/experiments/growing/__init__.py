"""A search in its run directory: from a recipe to a champion, its pictures and its checkpoints.

The command line, sweeps and `wann` itself import this folder. Begin with `growth`. It asks for one
generation after the other (`rounds` says what a round is, `generational` and `asynchronous` are the
two ways, and `make_rounds` picks one), confirms the most promising networks, and keeps the files of
the run (`saved_state`, `result_files`, `lineage`). `weights_and_episodes` draws the shared weights
and the episodes of a generation, `start` says what a search begins from where that is a network,
`standing` reads how a search stands while another process runs it, and `pictures` draws a run.
"""
