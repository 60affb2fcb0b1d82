"""Every other program that is asked for the reference job, in the order of the tables."""

from peers.ardour import ARDOUR
from peers.csound import CSOUND
from peers.ecasound import ECASOUND
from peers.ffmpeg import ONE_GRAPH, SPLIT
from peers.scipy_driver import SCIPY
from peers.sox import SOX

PROGRAMS = (SCIPY, SOX, SPLIT, ECASOUND, CSOUND, ARDOUR, ONE_GRAPH)
