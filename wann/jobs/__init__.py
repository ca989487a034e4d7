"""This room runs many independent jobs, in processes of this machine or on Ray, with retries.

Experiments and the command line import it.

Begin with `runners`: a runner calls one function with each of many arguments and yields what became
of them. `local` does so in processes of this machine, and `ray` in tasks on Ray. `job_loop` is the
loop of an experiment around a runner. `plan_files` and `row_files` are what an experiment keeps in
its folder, and `seeds` and `tables` are for the texts that all experiments read and write.
"""
