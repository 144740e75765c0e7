"""A server without pages: launches a run for each line of settings on its standard input and prints the run's id.

With `--warm` it keeps a worker warm and first prints the worker's process id.
"""

from __future__ import annotations

import sys
import time

import psutil

from playground.training import RunStore, TrainConfig, launcher_for

launcher = launcher_for(RunStore(sys.argv[1]))
if "--warm" in sys.argv:
    launcher.keep_warm()
    while not launcher.warm:
        time.sleep(0.02)
    (worker,) = psutil.Process().children()
    print(worker.pid, flush=True)
else:
    import torch  # noqa: F401 # so that a launch takes no longer here than in a server that runs

    print("ready", flush=True)
for line in sys.stdin:
    print(launcher.launch(TrainConfig.from_json(line)).id, flush=True)
