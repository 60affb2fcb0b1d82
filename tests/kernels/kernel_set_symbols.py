#!/usr/bin/env python3
"""Checks that nothing of the kernels for x86-64-v4 can run on a processor that is less, by the program's own machine code.

kernel_set_symbols.py OBJECT PROGRAM: the object that holds the v4 set, the program it is linked into. Exit 0: all is well;
1: each thing that is wrong on stdout; 77: no binutils. kernel_set_symbols.py --self-test proves that every rule can fail.
"""

import re
import shutil
import subprocess
import sys

ENTRY = "_ZN8dubplate7kernels10kKernelsV4E"
BEGIN, END = "dubplate_kernels_v4_begin", "dubplate_kernels_v4_end"
FIRST = "require_x86_64_v3"
# Registers that only AVX-512 has: 512 bits, masks, and numbers from 16 on.
AVX512 = re.compile(r"%(zmm\d|k[0-7]\b|[xy]mm(1[6-9]|2\d|3[01])\b)")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t(.*)")


def lines_of(*command):
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield from process.stdout
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}")


def wrong_symbols(symbols):
    """`nm -g --defined-only` of the object: the entry, and nothing else, can be linked to."""
    names = [line.split()[2] for line in symbols]
    if names != [ENTRY]:
        yield f"the v4 object defines {names}, not {ENTRY} alone"


def wrong_sections(sections):
    """`readelf -SW` of the object: nothing runs at start."""
    for line in sections:
        if re.search(r"\s\.(init_array|preinit_array|ctors|init)\b", line):
            yield f"the v4 object has code that runs at start, before a set is chosen: {line.strip()}"


def wrong_instructions(symbols, code):
    """`nm` and `objdump -d` of the program: AVX-512 stands between the two symbols, and nowhere else."""
    places = {fields[-1]: int(fields[0], 16) for fields in map(str.split, symbols) if len(fields) == 3}
    if BEGIN not in places or END not in places:
        yield f"the program has no symbols {BEGIN} and {END}"
        return
    inside, told = 0, 0
    for line in code:
        match = INSTRUCTION.match(line)
        if not match or not AVX512.search(match[2]):
            continue
        if places[BEGIN] <= int(match[1], 16) < places[END]:
            inside += 1
        elif (told := told + 1) <= 10:
            yield f"AVX-512 outside of the v4 set: {line.strip()}"
    if inside < 100:
        yield f"the v4 set has {inside} instructions of AVX-512: it was not compiled for x86-64-v4"


def wrong_start(symbols, relocations, array):
    """`nm`, `readelf -rW` and the address of .init_array: the look at the processor comes first."""
    names = {int(fields[0], 16): fields[-1] for fields in map(str.split, symbols) if len(fields) == 3}
    for line in relocations:
        fields = line.split()
        if len(fields) == 4 and fields[2] == "R_X86_64_RELATIVE" and int(fields[0], 16) == array:
            first = names.get(int(fields[3], 16), "nothing known")
            if FIRST not in first:
                yield f"{first} runs before {FIRST}"
            return
    yield "nothing fills the first place of .init_array"


def init_array_of(program):
    for line in lines_of("readelf", "-SW", program):
        match = re.search(r"\]\s+\.init_array\s+\S+\s+([0-9a-f]+)", line)
        if match:
            return int(match[1], 16)
    return -1


def self_test():
    symbols = [f"10 t {BEGIN}\n", f"20 t {END}\n", f"5 t _ZN12_GLOBAL__N_117{FIRST}Ev\n", "6 t other\n"]
    wide, inside = "vaddps %zmm1,%zmm2,%zmm3", [f"  {0x10 + at % 16:x}:\tvaddps %zmm1,%zmm2,%zmm3\n" for at in range(100)]
    good = [
        wrong_symbols([f"0 D {ENTRY}\n"]),
        wrong_sections(["  [ 1] .text PROGBITS\n"]),
        wrong_instructions(symbols, inside + ["  30:\tvaddps %ymm1,%ymm2,%ymm15\n", "  31:\tmov %eax,%ebx\n"]),
        wrong_start(symbols, ["000000000040 0000000000000008 R_X86_64_RELATIVE 5\n"], 0x40),
    ]
    assert [list(one) for one in good] == [[], [], [], []]
    bad = [
        wrong_symbols([f"0 D {ENTRY}\n", "0 W inline_function\n"]),
        wrong_symbols([]),
        wrong_sections(["  [ 1] .init_array INIT_ARRAY\n"]),
        wrong_instructions(symbols, inside + [f"  20:\t{wide}\n"]),
        wrong_instructions(symbols, inside + ["  30:\tvaddps %ymm16,%ymm2,%ymm3\n"]),
        wrong_instructions(symbols, inside + ["  30:\tkmovb %eax,%k1\n"]),
        wrong_instructions(symbols, inside[1:]),
        wrong_instructions(symbols[1:], inside),
        wrong_start(symbols, ["000000000040 0000000000000008 R_X86_64_RELATIVE 6\n"], 0x40),
        wrong_start(symbols, [], 0x40),
    ]
    assert all(len(list(one)) == 1 for one in bad)


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if not all(shutil.which(tool) for tool in ("nm", "readelf", "objdump")):
        print("no binutils here")
        sys.exit(77)
    unit, program = sys.argv[1:]
    symbols = list(lines_of("nm", program))
    found = [
        *wrong_symbols(lines_of("nm", "-g", "--defined-only", unit)),
        *wrong_sections(lines_of("readelf", "-SW", unit)),
        *wrong_instructions(symbols, lines_of("objdump", "-d", "--no-show-raw-insn", program)),
        *wrong_start(symbols, lines_of("readelf", "-rW", program), init_array_of(program)),
    ]
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
