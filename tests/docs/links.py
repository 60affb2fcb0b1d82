#!/usr/bin/env python3
"""Checks that the documentation leads somewhere: every relative link and anchor, and every path that is named.

links.py ROOT reads all Markdown pages below ROOT. Exit 0: all is well; 1: each mistake on stdout.
links.py --self-test proves on a made-up tree that every rule can fail.

Rules: a relative link leads to a file, its #anchor to a heading there; every file below docs/ can be reached from
README.md by links; a `path/in/a/room` (with * and ?) that stands as code exists, except where CONTRIBUTING.md and
CHANGELOG.md speak of files to come and files of old; nothing names a folder of one person's machine.
"""

import pathlib
import re
import tempfile

import checker
import markdown

PATH_SPAN = re.compile(r"^(?:bench|cli|docs|engine|kernels|session-format|tests)/[\w./*?-]+$")
MACHINE_PATH = re.compile(r"(?<![\w.$~<>}-])/(?:home|root|work|Users|mnt|media)/[\w.-]+")
SPEAK_OF_OTHER_FILES = ("CONTRIBUTING.md", "CHANGELOG.md")


def mistakes(root):
    """Yields "file:line: why"."""
    root = pathlib.Path(root).resolve()
    pages = {page.path.resolve(): page for page in markdown.pages(root)}
    linked = {path: set() for path in pages}
    for path, page in pages.items():
        name = path.relative_to(root).as_posix()
        for line, target in page.links():
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            goal = (path.parent / file).resolve() if file else path
            if not goal.is_relative_to(root) or not goal.exists():
                yield f"{name}:{line}: the link '{target}' leads to no file"
            elif anchor and (goal not in pages or anchor not in pages[goal].anchors()):
                yield f"{name}:{line}: the link '{target}' leads to no heading"
            else:
                linked[path].add(goal)
        if name not in SPEAK_OF_OTHER_FILES:
            for line, span in page.spans():
                if PATH_SPAN.match(span) and not any(root.glob(span.rstrip("/"))):
                    yield f"{name}:{line}: there is no file '{span}'"
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if found := MACHINE_PATH.search(text):
                yield f"{name}:{line}: '{found.group()}' is a place on one machine"
    reached, next_pages = set(), [root / "README.md"]
    while next_pages:
        path = next_pages.pop()
        if path not in reached:
            reached.add(path)
            next_pages += linked.get(path, [])
    for path in sorted((root / "docs").rglob("*")):
        if path.is_file() and path not in reached:
            yield f"{path.relative_to(root).as_posix()}: no link leads here from README.md"


def self_test():
    right = {
        "README.md": "# Top\n[a](docs/a.md#two-words) [out](https://example.org/x) ![p](docs/p.svg) [s](#top)\n"
        "`docs/*.md` `cli/a.cpp`\n\n    [not](a-link.md)\n\n```\n[nor](this.md)\n```\n",
        "docs/a.md": "# Two words\n\n# Two words\n[again](#two-words-1) [code](../cli/a.cpp)\n",
        "docs/p.svg": "",
        "cli/a.cpp": "",
        "CONTRIBUTING.md": "`cli/to_come.cpp`\n",
    }
    with tempfile.TemporaryDirectory() as root:
        make_tree(root, right)
        assert list(mistakes(root)) == [], list(mistakes(root))
    wrong = [
        ("README.md", "[a](docs/b.md)\n", "leads to no file"),
        ("README.md", "![a](docs/b.svg)\n", "leads to no file"),
        ("README.md", "[words that\ngo on](docs/b.md)\n", "leads to no file"),
        ("README.md", '<img src="docs/b.svg">\n', "leads to no file"),
        ("README.md", "[a](../outside.md)\n", "leads to no file"),
        ("README.md", "[a](docs/a.md#three)\n", "leads to no heading"),
        ("README.md", "[a](cli/a.cpp#three)\n", "leads to no heading"),
        ("README.md", "`cli/b.cpp`\n", "there is no file"),
        ("README.md", "`docs/*.txt`\n", "there is no file"),
        ("README.md", "    cd /home/someone/music\n", "a place on one machine"),
        ("docs/lost.md", "# Lost\n", "no link leads here"),
        ("docs/pictures/lost.svg", "", "no link leads here"),
    ]
    for path, text, expected in wrong:
        with tempfile.TemporaryDirectory() as root:
            make_tree(root, right)
            file = pathlib.Path(root, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text((right.get(path, "") + "\n" + text), encoding="utf-8")
            found = list(mistakes(root))
            assert len(found) == 1 and expected in found[0], (path, text, found)


def make_tree(root, files):
    for path, text in files.items():
        file = pathlib.Path(root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


checker.run(__doc__, self_test, mistakes)
