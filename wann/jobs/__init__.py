"""Who runs many independent jobs: processes of this machine or tasks on Ray, with retries.

Experiments import it.

Begin with `runners`: a runner calls one function with each of many arguments and yields what became
of them. `orders` is the loop of an experiment around it, `plan_files` and `row_files` are what an
experiment keeps in its folder, `seeds` and `tables` the texts that all of them read and write.
"""
