#!/usr/bin/env python3
"""Holds what ptxas told of each kernel against kernels/device/cuda/budgets.txt.

registers.py LOG BUDGETS: exit 0 all is well; 1 with each kernel that spills, has a stack, uses more registers than its budget,
or is missing on one side; 77 (skipped) where the module was not built, or holds no machine code.
registers.py --self-test proves that every rule can fail.
"""

import pathlib
import re
import sys

BUDGETED = "sm_90"  # registers on others are another matter; spills are not
ENTRY = re.compile(r"Compiling entry function '(?P<symbol>\w+)' for '(?P<architecture>\w+)'")
STACK = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
USED = re.compile(r"Used (\d+) registers")


def kernel_name(symbol):
    """"pack" of the mangled name of run<Pack>."""
    body = re.search(r"3runINS\w*?_(\d+)([A-Za-z]\w*)", symbol)
    return body[2][: int(body[1])].lower() if body else symbol


def told(log):
    """(architecture, kernel) -> (bytes of stack and spills, registers)."""
    kernels, at, stack = {}, None, None
    for line in log.splitlines():
        if entry := ENTRY.search(line):
            at, stack = (entry["architecture"], kernel_name(entry["symbol"])), None
        elif frame := STACK.search(line):
            stack = sum(map(int, frame.groups()))
        elif (used := USED.search(line)) and at:
            kernels[at] = (stack, int(used[1]))
            at = None
    return kernels


def read_budgets(text):
    rows = (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {name: int(most) for name, most in rows}


def mistakes(kernels, budgets):
    for (architecture, name), (stack, registers) in sorted(kernels.items()):
        place = f"{name} on {architecture}"
        if stack is None:
            yield f"{place}: ptxas tells nothing of its stack"
        elif stack > 0:
            yield f"{place}: {stack} bytes of stack and spills, none are allowed"
        if architecture != BUDGETED:
            continue
        if name not in budgets:
            yield f"{place}: has no budget"
        elif registers > budgets[name]:
            yield f"{place}: {registers} registers, its budget is {budgets[name]}"
    if any(architecture == BUDGETED for architecture, _ in kernels):
        for name in sorted(set(budgets) - {name for architecture, name in kernels if architecture == BUDGETED}):
            yield f"{name}: has a budget, and there is no such kernel"


def self_test():
    def log(symbol, stack, registers, architecture=BUDGETED):
        return (
            f"ptxas info    : Compiling entry function '{symbol}' for '{architecture}'\n"
            f"    {stack} bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n"
            f"ptxas info    : Used {registers} registers, used 0 barriers\n"
        )

    pack = "_ZN8dubplate6device43_GLOBAL__N__6523d117_10_kernels_cu_55fa150e3runINS0_4PackEEEvNT_6ParamsE"
    assert kernel_name(pack) == "pack", kernel_name(pack)
    assert read_budgets("# words\npack  32\n\n") == {"pack": 32}
    for text, budgets, expected in (
        (log(pack, 0, 32), {"pack": 32}, []),
        (log(pack, 0, 33), {"pack": 32}, ["33 registers"]),
        (log(pack, 8, 32), {"pack": 32}, ["8 bytes of stack"]),
        (log(pack, 8, 99, "sm_86"), {"pack": 32}, ["8 bytes of stack"]),
        (log(pack, 0, 32), {}, ["no budget"]),
        (log(pack, 0, 32), {"pack": 32, "mix": 32}, ["no such kernel"]),
    ):
        found = list(mistakes(told(text), budgets))
        assert len(found) == len(expected) and all(part in line for part, line in zip(expected, found)), found


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    log = pathlib.Path(sys.argv[1])
    if not log.exists():
        print("skipped: the CUDA module was not built: there is no CUDA compiler here")
        return 77
    kernels = told(log.read_text(encoding="utf-8"))
    if not kernels:
        print("skipped: the module holds no machine code (CMAKE_CUDA_ARCHITECTURES), ptxas told nothing")
        return 77
    for (architecture, name), (stack, registers) in sorted(kernels.items()):
        print(f"{architecture}  {name:<10} {registers:3} registers, {stack} bytes of stack and spills")
    wrong = list(mistakes(kernels, read_budgets(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))))
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
