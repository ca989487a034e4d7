"""This folder scores networks on a Ray cluster, whose workers may come, go and die.

The rest of `evaluators` imports it, and so do experiments, jobs and the command line. Begin with
`evaluator`.

evaluator     splits what it is asked for over the workers
scheduler     which piece goes to which worker
lost_workers  what happens when a worker dies
pieces        what is asked for, and how it is cut
pace          how large a piece is, from what pieces have taken
worker_pool   what the scheduler needs of workers, whoever they are
actors        workers as actors of Ray
worker        what a worker does with what it is sent
messages      what travels to workers and back
address       where a Ray is: HOST:PORT
cluster       which Ray; it alone imports Ray
own_ray       the Ray that runs on this machine already
reaching      whether something like Ray listens somewhere
head          what is asked of the cluster's head, which may be lost
"""
