"""Training an encoder of pictures: played episodes, a variational autoencoder, and its files.

The calls of `wann.api.encode` import this folder, and the extra `prune` (PyTorch) is needed for
`autoencoder` and `training`. Begin with `encoding`, which goes through all of it: `players` collect
pictures in several processes (`playing`), by `policies`, into the store of `frames`; `training`
trains the `autoencoder` on them; `scores` measures it on episodes that were kept out, and draws
what it makes of them. `folder` says what lies where.
"""
