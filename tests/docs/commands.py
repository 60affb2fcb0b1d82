#!/usr/bin/env python3
"""Checks that every command line in the documentation is one that the program takes.

commands.py ROOT, with the program in the environment variable DUBPLATE, reads all Markdown pages below ROOT: lines of
code blocks and `code spans` that begin with `dubplate`, `$ dubplate`, `build/release/dubplate` or `./bootstrap`. The
command must exist, and every option be one that `dubplate COMMAND --help` names. Words in capitals and what stands in
[brackets] as placeholders are read as what they stand for. Exit 0: all is well; 1: each mistake on stdout.
commands.py --self-test proves that every rule can fail.
"""

import functools
import os
import pathlib
import re
import shlex
import subprocess

import checker
import markdown

START = re.compile(r"^(?:\$ )?(?:(?:build/release/)?(?P<program>dubplate)|(?P<bootstrap>\./bootstrap))(?= |$)(?P<rest>.*)")
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
GENERAL = {"-h", "--help", "--version"}
ENDS_A_COMMAND = {"|", ">", ">>", "<", "&&", "||", ";", "&", "2>", "#"}


def answer(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode == 0 else None


@functools.cache
def options_of(command):
    """The options that a command's help names; None where there is no such command."""
    told = answer(os.environ["DUBPLATE"], *([command] if command else []), "--help")
    if told is None:
        return None
    # Only where an option opens its line: examples below show options of other commands.
    lines = re.findall(r"(?m)^ +(-[^ ]*(?:, ?-[^ ]*)*)", told)
    return GENERAL | {option for line in lines for option in OPTION.findall(line)}


@functools.cache
def bootstrap_commands(root):
    told = answer(str(pathlib.Path(root, "bootstrap")), "--help") or ""
    return set(re.findall(r"(?m)^  ([a-z]+)\b", told)) | {"--help"}


def words_of(text):
    """As a shell would cut them; comments, other commands of a pipe and the brackets of placeholders are left out."""
    lexer = shlex.shlex(re.sub(r"[\[\]]|\.\.\.", " ", text), posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    words = []
    for word in lexer:
        if word in ENDS_A_COMMAND:
            break
        words.append(word)
    return words


def mistake_in(text, root):
    """What is wrong with a command line; "" where nothing is, or where it is none."""
    start = START.match(text.strip())
    if not start:
        return ""
    try:
        words = words_of(start.group("rest"))
    except ValueError as error:
        return f"no shell reads this: {error}"
    if start.group("bootstrap"):
        choices = {choice for word in words[:1] for choice in word.split("|")}
        missing = choices - bootstrap_commands(root)
        return f"./bootstrap has no command '{missing.pop()}'" if missing else ""
    command = words[0] if words and re.fullmatch(r"[a-z][a-z-]*", words[0]) else ""
    options = options_of(command)
    if options is None:
        return f"there is no command 'dubplate {command}'"
    for word in words:
        if OPTION.match(word) and word.split("=")[0] not in options:
            return f"'dubplate {command}' has no option '{word}'"
    return ""


def mistakes(root):
    for page in markdown.pages(root):
        name = page.path.relative_to(root).as_posix()
        lines = [
            (block.line + offset + (block.info is not None), line)
            for block in page.blocks
            for offset, line in enumerate(block.lines)
        ]
        for line, text in lines + page.spans():
            if words := mistake_in(text, root):
                yield f"{name}:{line}: {text.strip()}: {words}"


def self_test():
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    right = [
        "dubplate",
        "dubplate COMMAND [OPTION...]",
        "$ dubplate render song.dub.json -o out --threads=2",
        'dubplate render song.dub.json --range "1|1|0:9|1|0" | less --not-ours',
        "dubplate schema > session.schema.json",
        "dubplate demo                    # a comment's words, --whatever",
        "dubplate processors [NAME] [--json]",
        "dubplate --version",
        "build/release/dubplate check it\\'s.dub.json",
        "./bootstrap demo",
        "dubplates --are no command",
        "dubplate-demo/session.dub.json",
    ]
    wrong = [
        ("dubplate rendr song.dub.json", "no command 'dubplate rendr'"),
        ("$ dubplate render song.dub.json --sterms all", "no option '--sterms'"),
        ("dubplate check song.dub.json -o out", "no option '-o'"),
        ("dubplate check [--quick] SESSION", "no option '--quick'"),
        ('dubplate check "song.dub.json', "no shell reads this"),
        ("dubplate --silent", "no option '--silent'"),
        ("./bootstrap demolish", "no command 'demolish'"),
    ]
    for text in right:
        assert mistake_in(text, root) == "", (text, mistake_in(text, root))
    for text, expected in wrong:
        assert expected in mistake_in(text, root), (text, mistake_in(text, root))


checker.run(__doc__, self_test, lambda root: mistakes(pathlib.Path(root).resolve()))
