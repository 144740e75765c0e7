"""Which instructions of the processor oneDNN computes with, as far as the memory that it takes depends on them."""

from __future__ import annotations

import enum
import os

import torch


class InstructionSet(enum.Enum):
    """The instruction sets for which oneDNN's allocations in torch 2.15 were looked into."""

    AVX2 = "AVX2"
    AVX512 = "AVX-512"
    AMX = "AMX"


def instruction_set() -> InstructionSet | None:
    """The one that oneDNN computes with here; None if it is none of these.

    That is the processor's, or the one that `ONEDNN_MAX_CPU_ISA` limits oneDNN to.
    """
    has = torch.cpu.get_capabilities()
    limit = os.environ.get("ONEDNN_MAX_CPU_ISA", "ALL").upper()
    if has["architecture"] != "x86_64" or has["avx10_2"] or limit in ("SSE41", "AVX"):
        return None
    if has_bfloat16():
        return InstructionSet.AMX if has["amx_bf16"] and ("AMX" in limit or limit == "ALL") else InstructionSet.AVX512
    return InstructionSet.AVX2 if has["avx2"] else None


def has_bfloat16() -> bool:
    """Whether oneDNN computes in bfloat16 here, for which it wants AVX-512 on x86."""
    return bool(torch._C._has_mkldnn and torch.ops.mkldnn._is_mkldnn_bf16_supported())
