"""Small sessions at random, all different, each by its seed: a Dubplate session and the sound of its sources.

They hold what both engines can express exactly (README.md): clips with offsets, loops, reverse, gains, fades, gain
points and overlaps; mono and stereo; faders, mutes, polarity, trims; pans by every law; buses into buses; sends before
and after the fader; and automation of faders, sends, pans and mutes.
"""

import math
import random

from ardour_lanes import fits_blocks

PEAK = 0.3


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.rate = self.random.choice([44100, 48000, 48000, 96000])
        seconds = self.random.uniform(1.6, 3.0) if self.rate < 96000 else self.random.uniform(1.2, 1.6)
        self.end = int(self.rate * seconds)
        # Above these, Ardour's faders come to rest beside where they were put (README.md).
        self.loudest_db = -0.3 if self.rate < 96000 else -6.3
        self.loudest_send_db = self.loudest_db - 3.1
        self.sources = {}

    def chance(self, part):
        return self.random.random() < part

    def db(self, low, high):
        return f"{self.random.uniform(low, high):.2f} dB"

    def pan(self):
        one, other = (round(self.random.uniform(-1, 1), 3) for _ in range(2))
        return self.random.choice([-1, 1, 0, one, other])

    def source(self):
        """A file of noise and a sine, 0.3 to 1.2 s; a part of them is stereo."""
        r = self.random
        name = f"source-{len(self.sources)}.wav"
        count, length = r.choice([1, 2]), int(r.uniform(0.3, 1.2) * self.rate)
        channels = []
        for _ in range(count):
            step, noise = 2.0 * math.pi * r.uniform(40.0, 4000.0) / self.rate, r.uniform(0.0, 0.6)
            channels.append(
                [PEAK * (noise * r.uniform(-1.0, 1.0) + (1.0 - noise) * math.sin(step * k)) for k in range(length)]
            )
        self.sources[name] = channels
        return name

    def time(self, frames):
        """A time near a frame, said in one of the ways there are."""
        way = self.random.randrange(4)
        if way == 0:
            tens = max(0, round(frames / self.rate * 100.0))
            return f"{tens * 10} ms"
        if way == 1 and frames > self.rate // 4:
            beats = round(frames / self.rate * 2.0)
            return f"{beats // 4 + 1}|{beats % 4 + 1}"
        return frames

    def fade(self, longest):
        r = self.random
        length = r.randint(8, max(8, min(longest, self.rate // 2)))
        shape = r.choice(["linear", "equal power", "logarithmic", "exponential", "s-curve", "custom"])
        if shape == "linear" and self.chance(0.5):
            return length
        fade = {"length": length, "shape": shape}
        if shape == "custom":
            fade["bend"] = round(r.uniform(-1.0, 1.0), 2)
        return fade

    def gain_points(self, length):
        r = self.random
        points = []
        for at in sorted(r.sample(range(10, length - 10, 40), r.randint(2, 5))):
            point = [at, self.db(-30, 3)]
            shape = r.choice(["hold", "linear", "curve"])
            point += [shape] if shape != "curve" else [shape, round(r.uniform(-1, 1), 2)]
            points.append(point)
        return points

    def clip(self, channels, plain=False):
        r = self.random
        file = r.choice(list(self.sources))
        count, total = len(self.sources[file]), len(self.sources[file][0])
        start = self.time(r.randrange(0, self.end * 3 // 4))
        clip = {"file": file, "start": start, "gain": self.db(-9, 3)}
        if self.chance(0.7):
            clip["offset"] = r.randrange(0, total // 2)
        if channels == 1 and count == 2:
            clip["channels"] = [r.choice([1, 2])]
        elif channels == 2 and count == 2 and self.chance(0.3):
            clip["channels"] = [2, 1]
        left = total - clip.get("offset", 0)
        if not plain and self.chance(0.1):
            return {**clip, "loop": True, "length": int(left * r.uniform(1.2, 3.5))}
        length = left
        if self.chance(0.6):
            length = clip["length"] = r.randrange(left // 3, left)
        if self.chance(0.2):
            clip["invert"] = True
        if self.chance(0.15):
            clip["reverse"] = True
        if self.chance(0.05):
            clip["mute"] = True
        if plain:
            return clip
        if self.chance(0.6):
            clip["fade_in"] = self.fade(length // 2 - 2)
        if self.chance(0.6):
            clip["fade_out"] = self.fade(length // 2 - 2)
        if self.chance(0.3):
            clip["gain_points"] = self.gain_points(length)
        return clip

    def corner(self, low, high):
        """A frame for a breakpoint that Ardour's blocks leave unambiguous."""
        while True:
            frame = self.random.randrange(low, high)
            if fits_blocks(frame) and fits_blocks(frame + 64):
                return frame

    def corners(self, count, apart):
        frames = sorted({self.corner(apart // 2, self.end - 2000) for _ in range(count)})
        kept = frames[:1]
        for frame in frames:
            if frame - kept[-1] >= apart:
                kept.append(frame)
        return kept

    def slow_levels(self, low, high):
        """A lane that goes on without steps: Ardour's faders are smoothed and can follow it."""
        shapes = self.random.choice([["linear"], ["linear", "curve"]])
        points = []
        for at in self.corners(4, self.rate // 4):
            shape = self.random.choice(shapes)
            bend = [round(self.random.uniform(-0.5, 0.5), 2)] if shape == "curve" else []
            points.append([at, self.db(low, high), shape, *bend])
        return points

    def stepping_levels(self, low, high):
        return [[at, self.db(low, high), self.random.choice(["hold", "linear"])] for at in self.corners(5, 2000)]

    def pans(self):
        """Steps are any, but what moves moves slowly: see README.md on the last frame of Ardour's blocks."""
        points = []
        for at in self.corners(4, self.rate * 3 // 5):
            position, shape = self.pan(), self.random.choice(["hold", "linear"])
            if points and points[-1][2] == "linear":
                position = round(min(max(points[-1][1] + self.random.uniform(-0.4, 0.4), -1.0), 1.0), 3)
            points.append([at, position, shape])
        return points

    def strip(self, name, mono):
        strip = {"name": name, "fader": self.db(self.loudest_db - 8, self.loudest_db)}
        if mono:
            strip["layout"] = "mono"
        strip["pan"] = self.pan()
        if self.chance(0.3):
            strip["pan_law"] = self.random.choice(["-3 dB", "-4.5 dB", "-6 dB", "linear"])
        if self.chance(0.2):
            strip["invert"] = True
        if self.chance(0.15):
            strip["inserts"] = [{"processor": "trim", "gain": self.db(-12, self.loudest_db)}]
            if self.chance(0.5):
                strip["inserts"][0]["invert"] = True
        return strip

    def sends(self, targets):
        sends = []
        for target in self.random.sample(targets, self.random.randint(0, len(targets))):
            send = {"to": target, "level": self.db(-20, self.loudest_send_db), "pan": self.pan()}
            if self.chance(0.4):
                send["tap"] = "pre fader"
            if self.chance(0.1):
                send["mute"] = True
            sends.append(send)
        return sends

    def automate(self, strip, is_track):
        """Lanes that the strip's sends allow."""
        lanes, mono, sends = {}, strip.get("layout") == "mono", strip.get("sends", [])
        pre_fader = any(send.get("tap") == "pre fader" for send in sends)
        stepping = is_track and not pre_fader and strip.get("overlap", "sum") == "sum"
        if self.chance(0.5):
            steps = stepping and self.chance(0.5)
            lanes["fader"] = self.stepping_levels(-24, 2) if steps else self.slow_levels(-24, self.loudest_db)
        if self.chance(0.4) and (not mono or stepping and not sends):
            lanes["pan"] = self.pans()
        if self.chance(0.15) and is_track and strip.get("overlap", "sum") == "sum":
            lanes["mute"] = [[at, k % 2 == 0] for k, at in enumerate(self.corners(4, self.rate // 8))]
        for index, _ in enumerate(sends):
            if self.chance(0.25):
                lanes[f"sends/{index}/level"] = self.slow_levels(-24, self.loudest_send_db)
            if self.chance(0.2) and not mono:
                lanes[f"sends/{index}/pan"] = self.pans()
        lanes = {target: lane for target, lane in lanes.items() if lane}
        if lanes:
            strip["automation"] = lanes

    def track(self, name, mono_buses, stereo_buses, returns):
        r = self.random
        mono = self.chance(0.5)
        track = self.strip(name, mono)
        track["overlap"] = r.choice(["sum", "sum", "sum", "top", "crossfade"])
        channels = 1 if mono else 2
        plain = track["overlap"] != "sum"
        track["clips"] = [self.clip(channels, plain) for _ in range(r.randint(1, 5))]
        if track["overlap"] == "crossfade":
            self.chain(track["clips"], channels)
        outputs = [None, *stereo_buses, *(mono_buses if mono else [])]
        output = r.choice(outputs)
        if output:
            track["output"] = output
        track["sends"] = self.sends(returns)
        if self.chance(0.08):
            track["mute"] = True
        self.automate(track, True)
        return track

    def chain(self, clips, channels):
        """Clips that overlap the next one only, by less than half of either."""
        at = self.random.randrange(0, self.end // 4)
        before = 0
        for clip in clips:
            total = len(self.sources[clip["file"]][0])
            clip.pop("mute", None)
            length = clip["length"] = clip.get("length", total - clip.get("offset", 0))
            common = self.random.randrange(16, max(17, min(before, length) // 2 - 8)) if before else 0
            clip["start"] = at - common
            at, before = clip["start"] + length, length

    def make(self):
        r = self.random
        for _ in range(r.randint(2, 4)):
            self.source()
        mono_buses = ["Mono group"] if self.chance(0.3) else []
        stereo_buses = [f"Group {k}" for k in range(r.randint(0, 2))]
        returns = [f"Return {k}" for k in range(r.randint(0, 2))]
        tracks = [self.track(f"Track {k}", mono_buses, stereo_buses, returns) for k in range(r.randint(1, 8))]
        buses = []
        for index, name in enumerate(mono_buses + stereo_buses):
            bus = self.strip(name, name in mono_buses)
            later = [other for other in (mono_buses + stereo_buses)[index + 1 :] if other in stereo_buses]
            if later and self.chance(0.5):
                bus["output"] = r.choice(later)
            bus["sends"] = self.sends(returns)
            self.automate(bus, False)
            buses.append(bus)
        tails = []
        for index, name in enumerate(returns):
            tail = self.strip(name, False)
            tail["sends"] = self.sends(returns[index + 1 :])
            self.automate(tail, False)
            tails.append(tail)
        master = {"fader": self.db(self.loudest_db - 6, self.loudest_db), "pan": self.pan() if self.chance(0.3) else 0}
        self.automate(master, False)
        return {
            "dubplate": 1,
            "sample_rate": self.rate,
            "pan_law": r.choice(["-3 dB", "-4.5 dB", "-6 dB", "linear"]),
            "end": self.end,
            "tracks": tracks,
            "buses": buses,
            "returns": tails,
            "master": master,
            "stems": [],
        }


def random_session(seed):
    """(session, sources): the sources are {file: channels of samples}."""
    maker = Maker(seed)
    session = maker.make()
    return session, maker.sources
