"""What the checkers of the documentation have in common: their command line."""

import sys


def run(manual, self_test, mistakes):
    """CHECKER ARGUMENT... prints what mistakes(ARGUMENT...) finds, one a line, and ends with 1 if it finds any.
    CHECKER --self-test proves that it can find some. Without arguments the manual is told."""
    arguments = sys.argv[1:]
    if not arguments:
        sys.exit(manual)
    if arguments == ["--self-test"]:
        self_test()
        return
    found = list(mistakes(*arguments))
    print("\n".join(found))
    sys.exit(1 if found else 0)
