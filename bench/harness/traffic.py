"""What a session must move on a device: bytes over the bus and through the device's memory, and how long that takes at least.

Computed, not measured. What goes to a device is what the engine sends there: strips that end in convolutions, float32, in
whole chunks, and back what their destinations need, a row for each channel: the sums of blocks of strips
(engine/graph/sum_blocks.cpp: strips that end in what a device runs fill blocks of sixteen), added on the device where one region
gives all that a node of their tree adds (engine/graph/device_sums.h). How many blocks and chunks there were a profile tells
(`gather for the device` counts blocks times chunks): where that does not fit what is computed here, nothing is told.

Through the device's memory goes what each kernel reads and writes (kernels/device), for a sample of one channel of an insert
whose response has K partitions of P frames, in n = chunk / P blocks: entering 16, transform 16, multiplying
16 + 8 (K - 1) / n + 8 K / n, keeping 16 for each of the K - 1 blocks that are looked back on, transform back 16, leaving 12, blending
8. Tracks play files of one channel: what enters a device stands for both channels of a stereo track up to its response, which has
two channels and makes two of it. A linear-phase EQ of 4096 frames is one partition, a response of 3 s nine of 16384. Besides, a channel is unpacked (8) and
each row of a destination mixed (4 of each channel that it hears, 4 written). Where the spectra of a block's strips are summed
before their way back (engine/regions/merged_sums.h, whose rule stands here once more), the way back of their last inserts
is replaced by 8 for each time a channel is read, and each row takes 8 to be summed, 16 and 12 on its way back, 4 and 4 mixed.
What a destination adds of several blocks takes 4 of each block's row and 4 of its own.
"""

import dataclasses

BUS_GB_A_SECOND = (55.0, 50.0)  # of PCIe 5.0 x16, each way, both ways at once
MEMORY_GB_A_SECOND = 4300.0  # of an H200
PARTITIONS_OF = {"linear_eq": (1, 4096), "convolution": (9, 16384)}  # count, frames each
CHANNELS = {"mono": 1, "stereo": 2}
STRIPS, FAN_IN, SPECTRUM_BYTES = 16, 16, 8  # strips in a block; children of a sum; a frame of a response, as it goes up
UNPACK, ENTER, TRANSFORM, LEAVE, BLEND, MIX, SPECTRUM = 8, 16, 16, 12, 8, 4, 8  # bytes a sample
SUMS_AT_ONCE = 4  # of merged rows
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
        if insert["processor"] not in PARTITIONS_OF:
            break
        found.append(insert["processor"])
    return found


def blocks_of(session):
    """[[strip]] as the engine cuts them for a device: strips of one kind and destination, sixteen at a time."""
    blocks = []
    for kind in ("tracks", "returns"):
        open_blocks = {}
        for strip in session.get(kind, []):
            if not on_device(strip):
                continue
            block = open_blocks.setdefault(strip.get("output"), [])
            if not block:
                blocks.append(block)
            block.append(strip)
            if len(block) == STRIPS:
                del open_blocks[strip.get("output")]
    return blocks


def channels_of(strip):
    return CHANNELS[strip.get("layout", "stereo")]


def channels_at(strip, position):
    """What a device's insert hears; tracks, which name their clips, are one channel up to a response."""
    return 1 if "clips" in strip and "convolution" not in on_device(strip)[::-1][:position] else channels_of(strip)


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


def rows_of(block):
    """The rows of its partials: a channel each of the strips' destination and of those they send to (stereo)."""
    return 2 * (1 + len({send["to"] for strip in block for send in strip.get("sends", [])}))


def heard(block):
    """Pairs of a channel and a row that hears it."""
    return sum(2 * (1 + len(strip.get("sends", []))) for strip in block)


def is_merged(block):
    """Whether its strips' spectra are summed: all end alike here, and no fader, pan or send moves."""
    channels = sum(map(channels_of, block))
    return 36 * channels + 4 * heard(block) > 8 * channels + 40 * rows_of(block)


def times_read(block):
    """How often channels are read to be summed: once for each of the rows' fours that hears them, left and right apart."""
    returns = sorted({send["to"] for strip in block for send in strip.get("sends", [])})
    later = set(returns[SUMS_AT_ONCE - 1 :])
    return sum(channels_of(strip) * (1 + any(send["to"] in later for send in strip.get("sends", []))) for strip in block)


def way_there(kind, entering, leaving, chunk_frames):
    """Bytes of an insert for a frame, up to where what was multiplied stands."""
    partitions, points = PARTITIONS_OF[kind]
    blocks = chunk_frames / points
    kept = max(partitions - 1, 1)
    return (entering * (ENTER + TRANSFORM + 2 * SPECTRUM * min(kept, blocks) / blocks)
            + leaving * (2 * SPECTRUM + SPECTRUM * (partitions - 1 + partitions) / blocks))  # fmt: skip


def bytes_of_strip(strip, chunk_frames):
    """For one frame, all its inserts by themselves."""
    moved = UNPACK * channels_at(strip, 0)
    for position, kind in enumerate(reversed(on_device(strip))):
        entering, leaving = channels_at(strip, position), channels_at(strip, position + 1)
        moved += way_there(kind, entering, leaving, chunk_frames) + leaving * (TRANSFORM + LEAVE + BLEND)
    return moved


def memory_bytes_of(block, chunk_frames):
    """For one frame."""
    back = TRANSFORM + LEAVE + BLEND
    moved = sum(bytes_of_strip(strip, chunk_frames) for strip in block) + MIX * rows_of(block)
    if not is_merged(block):
        return moved + MIX * heard(block)
    return (moved - back * sum(map(channels_of, block)) + SPECTRUM * times_read(block)
            + (SPECTRUM + TRANSFORM + LEAVE + MIX) * rows_of(block))  # fmt: skip


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
    added = 2 * MIX * sum(count + 1 for count in sums if count > 1)
    strips = [strip for block in blocks for strip in block]
    responses = sum(2 for strip in strips if "convolution" in on_device(strip)) * response_frames * SPECTRUM_BYTES
    return Traffic(
        up_bytes=sum(4 * channels_at(strip, 0) for strip in strips) * chunks * chunk_frames + responses,
        down_bytes=2 * chunks * (len(sums) * 4 * chunk_frames + flags * 4),
        memory_bytes=round((sum(memory_bytes_of(block, chunk_frames) for block in blocks) + added) * frames),
    )


def of_files(input_bytes, output_bytes):
    """Seconds at least, were files to go up as they lie and outputs to come down as they are written."""
    return tuple(max(input_bytes, output_bytes) / 1e9 / rate for rate in BUS_GB_A_SECOND)
