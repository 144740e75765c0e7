"""What the server and the fork server say to each other."""

from __future__ import annotations

import struct

FORK = b"F"
"""Fork a helper that talks over the descriptor sent along; the answer is its process id."""

KILL = b"K"
"""Kill the helper of this process id if it still runs; the answer is its exit status, negative for a signal."""

STEP = b"S"
"""Take the next step; the answer is how many are left."""

ORDER = struct.Struct("!ci")
ANSWER = struct.Struct("!i")
