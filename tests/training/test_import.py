from __future__ import annotations

import subprocess
import sys

from tests.training.conftest import PROJECT


def test_importing_training_does_not_import_torch() -> None:
    # The first paint of the app does not wait for torch; nor does making and checking settings.
    code = """
import sys
from playground.training import OPTIMIZERS, RECIPES, SCHEDULES, RunStore, TrainConfig, recommended
config = recommended("cnn")
assert TrainConfig.from_json(config.to_json()) == config
RunStore("nowhere").runs()
print([name for name in ("torch", "torchvision", "streamlit") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
