"""Other programs, each asked for the same job as Dubplate: one module a program, listed in `programs.py`."""
