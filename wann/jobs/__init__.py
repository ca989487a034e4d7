"""Who runs many independent jobs: processes of this machine or tasks on Ray, with retries.

Experiments import it.

Begin with `runners`: a runner calls one function with each of many arguments and yields what became
of them. `seeds` and `tables` are the texts that all experiments read and write.
"""
