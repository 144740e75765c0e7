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
    has, limit = torch.cpu.get_capabilities(), _limit()
    if has.get("architecture") != "x86_64" or has.get("avx10_2") or limit in ("SSE41", "AVX"):
        return None
    if has_bfloat16():
        return (
            InstructionSet.AMX if has.get("amx_bf16") and ("AMX" in limit or limit == "ALL") else InstructionSet.AVX512
        )
    return InstructionSet.AVX2 if has.get("avx2") else None


def has_bfloat16_instructions() -> bool:
    """Whether the processor multiplies in bfloat16, which AVX-512 alone does not, rather than oneDNN in its place."""
    is_limited = _limit() in ("AVX512_CORE", "AVX512_CORE_VNNI")
    return has_bfloat16() and bool(torch.cpu.get_capabilities().get("avx512_bf16")) and not is_limited


def has_bfloat16() -> bool:
    """Whether oneDNN computes in bfloat16 here, for which it wants AVX-512 on x86."""
    return bool(torch._C._has_mkldnn and torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _limit() -> str:
    return os.environ.get("ONEDNN_MAX_CPU_ISA", "ALL").upper()
