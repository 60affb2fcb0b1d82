"""What the tests of the documentation see in a Markdown page: prose, code blocks, code spans, links and anchors.

Only what our pages use is understood: fenced blocks (```), blocks indented by four spaces after an empty line, `spans`,
[inline](links), # headings. Lines count from 1.
"""

import dataclasses
import pathlib
import re

FENCE = re.compile(r"^(\s*)```(.*)$")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
HTML_LINK = re.compile(r"""(?:src|href|srcset)=["']([^"']+)["']""")
SPAN = re.compile(r"`([^`]+)`")
HEADING = re.compile(r"^#{1,6} (.+)$")


@dataclasses.dataclass
class Block:
    """A code block. `info` is what follows the fence's ticks; None where the block is indented."""

    line: int
    info: str | None
    lines: list


@dataclasses.dataclass
class Page:
    path: pathlib.Path
    blocks: list
    prose: list  # (line, text) of everything outside of blocks

    def spans(self):
        return [(line, span) for line, text in self.prose for span in SPAN.findall(text)]

    def links(self):
        """(line, target); the words of a link may go on in the next line."""
        numbers = [line for line, _ in self.prose]
        text = "\n".join(SPAN.sub("", text) for _, text in self.prose)
        for kind in (LINK, HTML_LINK):
            for found in kind.finditer(text):
                yield numbers[text.count("\n", 0, found.start(1))], found.group(1)

    def anchors(self):
        """Of the headings, as GitHub makes them."""
        found = set()
        for _, text in self.prose:
            if heading := HEADING.match(text):
                words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).lower()
                slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
                anchor, count = slug, 0
                while anchor in found:
                    count += 1
                    anchor = f"{slug}-{count}"
                found.add(anchor)
        return found


def read_page(path):
    page = Page(pathlib.Path(path), [], [])
    block = fence_indent = None
    blank = True
    for number, line in enumerate(page.path.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if block and block.info is not None:
            if fence and not fence.group(2):
                block = None
            else:
                block.lines.append(line.removeprefix(fence_indent))
            continue
        if fence:
            fence_indent = fence.group(1)
            block = Block(number, fence.group(2).strip(), [])
            page.blocks.append(block)
            continue
        if line.startswith("    ") and (block or blank):
            if not block:
                block = Block(number, None, [])
                page.blocks.append(block)
            block.lines.append(line[4:])
        elif not line.strip() and block:
            block.lines.append("")
        else:
            block = None
            page.prose.append((number, line))
        blank = not line.strip()
    return page


def pages(root):
    """Every page of the project, in order of path; nothing of what is built or hidden."""
    root = pathlib.Path(root)
    for path in sorted(root.rglob("*.md")):
        parts = path.relative_to(root).parts
        if not any(part.startswith(".") for part in parts) and parts[0] != "build":
            yield read_page(path)
