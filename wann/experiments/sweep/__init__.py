"""Sweeps run many searches side by side, over seeds and a grid of settings, into one table.

sweep.json      the plan: settings, grid, seeds       environment.json  versions and machine
NAME/           a run for each setting and seed       stop              while it is told to stop
summary.json    all of the result                     summary.csv       a row per setting
runs.csv        a row per run                         summary.png, .svg the same as a figure

A run is what `wann search` makes, and two files more: worker.json, who worked on it last, and
evaluation.json, what `wann evaluate` says of its champion, where the sweep asks for that.

`cli.sweep` and `cli.resume` import this folder. Begin with `plan`, which says what is run, and
`sweep`, which has the store and the loop. `search_job` is what a worker does, `run_states` says how
the runs stand (`standing` does so for whoever only watches), `summary` what came out, and
`summary_text` says it on the terminal. `storage`, `url_storage` and `addresses` are about where a
sweep lies: in a folder, or behind a URL. The files above have their names in `filenames`.
"""
