"""What a session must move on a device: bytes over the bus and through the device's memory, and how long that takes at least.

Computed, not measured. What goes to a device is what the engine sends there: strips that end in convolutions, float32, in
whole chunks, and back what their destinations need, a row for each channel: the sums of blocks of strips
(engine/graph/sum_blocks.cpp), added on the device where one region gives all that a node of their tree adds
(engine/graph/device_sums.h). How many blocks and chunks there were a profile tells (`gather for the device` counts blocks
times chunks): where that does not fit what is computed here, nothing is told.

Through the device's memory go, for a sample of one channel, 32 bytes of a linear-phase EQ of 4096 frames (overlap-save,
transforms of 2^14), and 50 of a response of 3 s (partitions of 8192, chunks of 8 s): 16 p + 8 bytes, p passes, times N / B,
and 4 + 8 + 8 (1 + (K - 1) / n) + 8 + 8 K / n + 16 for K partitions and n blocks a chunk.
"""

import dataclasses

BUS_GB_A_SECOND = (55.0, 50.0)  # of PCIe 5.0 x16, each way, both ways at once
MEMORY_GB_A_SECOND = 4300.0  # of an H200
BYTES_OF = {"linear_eq": 32, "convolution": 50}  # a sample
CHANNELS = {"mono": 1, "stereo": 2}
PLACES, FAN_IN, SPECTRUM_BYTES = 16, 16, 8  # places in a block; children of a sum; a frame of a response, as it goes up
LATENCY_CHUNKS = 4  # that a render may take more than its length: latencies, and what had begun beyond its end


@dataclasses.dataclass(frozen=True)
class Traffic:
    up_bytes: int  # at most: what is silent stays where it is
    down_bytes: int
    memory_bytes: int

    def bus_seconds(self):
        """(with the faster, with the slower bus): both ways at once, the longer counts."""
        return tuple(max(self.up_bytes, self.down_bytes) / 1e9 / rate for rate in BUS_GB_A_SECOND)

    def memory_seconds(self):
        return self.memory_bytes / 1e9 / MEMORY_GB_A_SECOND


def on_device(strip):
    """The inserts that a device runs: the last ones, as long as it can."""
    found = []
    for insert in reversed(strip.get("inserts", [])):
        if insert["processor"] not in BYTES_OF:
            break
        found.append(insert["processor"])
    return found


def blocks_of(session):
    """[[strip]] as the engine cuts them: tracks of one destination fill sixteen places, returns stand alone."""
    open_blocks, blocks = {}, []
    for track in session.get("tracks", []):
        if not on_device(track):
            continue
        to = track.get("output")
        if len(open_blocks.get(to, ())) * 2 * CHANNELS[track.get("layout", "stereo")] >= PLACES or to not in open_blocks:
            open_blocks[to] = []
            blocks.append(open_blocks[to])
        open_blocks[to].append(track)
    return blocks + [[strip] for strip in session.get("returns", []) if on_device(strip)]


def partials_of(session, blocks):
    """[[where each partial is made]] of each destination, in order: "tracks", "returns" (regions of a device) or "cpu"."""
    lists = {}
    for block in blocks:
        made = "tracks" if block[0] in session.get("tracks", []) else "returns"
        to = {strip.get("output") for strip in block} | {send["to"] for strip in block for send in strip.get("sends", [])}
        for name in to:
            lists.setdefault(name, []).append(made)
    if None in lists and session.get("buses"):  # the master adds the buses' block before the returns'
        lists[None].insert(lists[None].count("tracks"), "cpu")
    return list(lists.values())


def sums_of(partials):
    """[how many partials each stands for] of what comes down for a destination: nodes of one region's partials, or these."""
    if len(set(partials)) == 1 and partials[0] != "cpu":
        return [len(partials)]
    if len(partials) == 1:
        return []
    leaves = 1
    while leaves * FAN_IN < len(partials):
        leaves *= FAN_IN
    return [rows for first in range(0, len(partials), leaves) for rows in sums_of(partials[first:first + leaves])]


def of_session(session, frames, chunk_frames, gathered, response_frames):
    """None where `gathered`, the blocks times chunks of a profile, is not what these blocks give, or where some tracks go to
    the device and others do not. Destinations are stereo, and no stem needs what a sum adds."""
    blocks = blocks_of(session)
    if not blocks or gathered % len(blocks) or len({bool(on_device(track)) for track in session.get("tracks", [])}) > 1:
        return None
    chunks, least = gathered // len(blocks), -(-frames // chunk_frames)
    if not least <= chunks <= least + LATENCY_CHUNKS:
        return None
    sums = [count for partials in partials_of(session, blocks) for count in sums_of(partials)]
    flags = sum(count + (count > 1) for count in sums)  # of each partial, and of each sum
    strips = [(CHANNELS[strip.get("layout", "stereo")], on_device(strip)) for block in blocks for strip in block]
    responses = sum(2 for _, inserts in strips if "convolution" in inserts) * response_frames * SPECTRUM_BYTES
    return Traffic(
        up_bytes=sum(4 * channels for channels, _ in strips) * chunks * chunk_frames + responses,
        down_bytes=2 * chunks * (len(sums) * 4 * chunk_frames + flags * 4),
        memory_bytes=sum(channels * BYTES_OF[kind] for channels, inserts in strips for kind in inserts) * frames,
    )


def of_files(input_bytes, output_bytes):
    """Seconds at least, were files to go up as they lie and outputs to come down as they are written."""
    return tuple(max(input_bytes, output_bytes) / 1e9 / rate for rate in BUS_GB_A_SECOND)
