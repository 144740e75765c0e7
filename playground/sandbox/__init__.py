"""Where whatever a stranger wrote is worked on: processes with a deadline and a memory limit, which can be killed.

Importing this package does not import torch: the fork server does, in a process of its own.
"""

from playground.sandbox.errors import EndedError, SandboxError, TookTooLongError, TookTooMuchMemoryError
from playground.sandbox.sandbox import Sandbox
from playground.sandbox.task import Answer
from playground.sandbox.work import Work

__all__ = ["Answer", "EndedError", "Sandbox", "SandboxError", "TookTooLongError", "TookTooMuchMemoryError", "Work"]
