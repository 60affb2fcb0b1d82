"""What machine this is, in the words that stand beside figures."""

import os
import pathlib
import platform
import re


def first(path, pattern, otherwise=""):
    try:
        found = re.search(pattern, pathlib.Path(path).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else otherwise


def describe():
    flags = set(first("/proc/cpuinfo", r"^flags\s*:(.*)$").split())
    return {
        "processor": first("/proc/cpuinfo", r"^model name\s*:(.*)$", platform.machine()),
        "cores": len(os.sched_getaffinity(0)),
        "registers": "AVX-512" if {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= flags else "AVX2",
        "virtual": "hypervisor" in flags,
        "memory_gib": round(int(first("/proc/meminfo", r"^MemTotal:\s*(\d+)", "0")) / (1 << 20)),
        "system": first("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)', platform.system()),
    }


def words(machine):
    """One line: "2 cores of an AMD EPYC (AVX-512, virtual machine), 24 GiB, Debian GNU/Linux 12"."""
    kind = machine["registers"] + (", virtual machine" if machine.get("virtual") else "")
    return (
        f"{machine['cores']} core{'s' * (machine['cores'] > 1)}, {machine['processor']} ({kind}), "
        f"{machine['memory_gib']} GiB, {machine['system']}"
    )
