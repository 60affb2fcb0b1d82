"""What a session must move on a device: bytes over the bus and through the device's memory, and how long that takes at least.

Computed, not measured. What goes to a device is what the engine sends there: strips that end in convolutions, float32, in
whole chunks, and back the sums of blocks of strips (engine/graph/sum_blocks.cpp), a row for each channel of each
destination. How many blocks and chunks there were a profile tells (`gather for the device` counts blocks times chunks):
where that does not fit what is computed here, nothing is told.

Through the device's memory go, for a sample of one channel, 32 bytes of a linear-phase EQ of 4096 frames (overlap-save,
transforms of 2^14), and 50 of a response of 3 s (partitions of 8192, chunks of 8 s): 16 p + 8 bytes, p passes, times N / B,
and 4 + 8 + 8 (1 + (K - 1) / n) + 8 + 8 K / n + 16 for K partitions and n blocks a chunk.
"""

import dataclasses

BUS_GB_A_SECOND = (55.0, 50.0)  # of PCIe 5.0 x16, each way, both ways at once
MEMORY_GB_A_SECOND = 4300.0  # of an H200
BYTES_OF = {"linear_eq": 32, "convolution": 50}  # a sample
CHANNELS = {"mono": 1, "stereo": 2}
PLACES, SPECTRUM_BYTES = 16, 8  # places in a block; a frame of a response, as its spectrum goes up
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


def rows_of(block):
    """Rows that come down for each frame: a channel each of the strips' destination and of those they send to (stereo)."""
    return 2 * (1 + len({send["to"] for strip in block for send in strip.get("sends", [])}))


def of_session(session, frames, chunk_frames, gathered, response_frames):
    """None where `gathered`, the blocks times chunks of a profile, is not what these blocks give."""
    blocks = blocks_of(session)
    if not blocks or gathered % len(blocks):
        return None
    chunks, least = gathered // len(blocks), -(-frames // chunk_frames)
    if not least <= chunks <= least + LATENCY_CHUNKS:
        return None
    strips = [(CHANNELS[strip.get("layout", "stereo")], on_device(strip)) for block in blocks for strip in block]
    responses = sum(2 for _, inserts in strips if "convolution" in inserts) * response_frames * SPECTRUM_BYTES
    return Traffic(
        up_bytes=sum(4 * channels for channels, _ in strips) * chunks * chunk_frames + responses,
        down_bytes=sum(map(rows_of, blocks)) * chunks * (4 * chunk_frames + 4),
        memory_bytes=sum(channels * BYTES_OF[kind] for channels, inserts in strips for kind in inserts) * frames,
    )


def of_files(input_bytes, output_bytes):
    """Seconds at least, were files to go up as they lie and outputs to come down as they are written."""
    return tuple(max(input_bytes, output_bytes) / 1e9 / rate for rate in BUS_GB_A_SECOND)
