"""A Dubplate session said in Ardour's terms: what docs/*.md promise, worked out again and independently of the engine.

README.md has the table of what means what. A session that has no exact counterpart is refused with a ValueError.
"""

import math

import ardour_file
import ardour_lanes
from ardour_lanes import Curve, gain_of_db

MUTE_RAMP = 64


def level(text):
    if text in ("-inf dB", "inf dB"):
        return -math.inf
    number, unit = text.split()
    if unit != "dB":
        raise ValueError(text)
    return float(number)


def frames(time, rate):
    """Frames, "10 ms", "0.5 s", or bar|beat at 120 beats per minute in 4/4."""
    if isinstance(time, int):
        return time
    if "|" in time:
        bar, beat = map(int, time.split("|"))
        seconds = ((bar - 1) * 4 + beat - 1) * 0.5
    else:
        number, unit = time.split()
        seconds = float(number) * {"ms": 0.001, "s": 1.0}[unit]
    exact = seconds * rate
    if abs(exact - round(exact)) > 1e-6:
        raise ValueError(f"{time} is no whole number of frames at {rate} Hz")
    return round(exact)


def curve_of(lane, rate, value):
    """A lane as it stands in a session: [time, value, shape, bend]."""
    points = []
    for time, at, *how in lane:
        shape = how[0] if how else "linear"
        points.append((frames(time, rate), value(at), shape, how[1] if len(how) > 1 else 0.0))
    return Curve(points)


def mute_curve(lane, rate):
    """1 while it sounds, 0 while muted; every step but the first takes 64 frames."""
    points = []
    for time, muted in lane:
        at, gain = frames(time, rate), 0.0 if muted else 1.0
        if points:
            points += [(at, points[-1][1], "linear", 0.0), (at + MUTE_RAMP, gain, "hold", 0.0)]
        else:
            points.append((at, gain, "hold", 0.0))
    return Curve(points)


def pan_gains(law, position):
    a = (position + 1.0) * math.pi / 4.0
    left, right = max(math.cos(a), 0.0), math.sin(a)
    if law == "linear":
        return (1.0 - position) / 2.0, (1.0 + position) / 2.0
    power = {"-3 dB": 1.0, "-4.5 dB": 1.5, "-6 dB": 2.0}[law]
    return left**power, right**power


def balance_gains(law, position):
    middle, at = pan_gains(law, 0.0), pan_gains(law, position)
    return (at[0] / middle[0] if position > 0 else 1.0), (at[1] / middle[1] if position < 0 else 1.0)


ARDOUR_SCALE = 2.0 - 4.0 * 10.0 ** (-3.0 / 20.0)


def ardour_pan(x):
    return x * (ARDOUR_SCALE * x + 1.0 - ARDOUR_SCALE)


def azimuth_and_gain(left, right):
    """Where Ardour's panner of mono tracks has the same ratio of the sides, and what is missing there in level."""
    if right == 0.0:
        return 0.0, left
    if left == 0.0:
        return 1.0, right
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if ardour_pan(middle) * left < ardour_pan(1.0 - middle) * right:
            low = middle
        else:
            high = middle
    p = (low + high) / 2.0
    return p, (left + right) / (ardour_pan(p) + ardour_pan(1.0 - p))


def clamp(position):
    return min(max(position, -1.0), 1.0)


FADES = {
    "linear": lambda t: t,
    "equal power": lambda t: math.sin(math.pi * t / 2.0),
    "logarithmic": lambda t: math.expm1(-4.0 * t) / math.expm1(-4.0),
    "exponential": lambda t: math.expm1(4.0 * t) / math.expm1(4.0),
    "s-curve": lambda t: (1.0 - math.cos(math.pi * t)) / 2.0,
}


def fade_shape(fade, rate):
    """(frames, gain at t) of a fade as it stands in a session."""
    if not isinstance(fade, dict):
        return frames(fade, rate), FADES["linear"]
    shape = fade.get("shape", "linear")
    if shape == "custom":
        k = 8.0 * fade["bend"]
        return frames(fade["length"], rate), lambda t: math.expm1(k * t) / math.expm1(k) if k else t
    return frames(fade["length"], rate), FADES[shape]


class Translator:
    """`sources`: of every file, its channels and frames. After routes(), `reversed_files` are wanted too."""

    def __init__(self, session, sources):
        self.session = session
        self.sources = sources
        self.rate = session["sample_rate"]
        self.end = frames(session["end"], self.rate)
        self.reversed_files = set()
        self.strips = {}
        for key in ("tracks", "buses", "returns"):
            for strip in session.get(key, []):
                self.strips[strip["name"]] = strip
        self.master = {"name": "Master", **session.get("master", {})}
        self.strips[self.master["name"]] = self.master

    def channels(self, name):
        return 1 if self.strips[name].get("layout") == "mono" else 2

    def sides(self, strip, inputs, outputs, position):
        """(azimuth, gain) of Ardour for a pan of ours."""
        law = strip.get("pan_law", self.session.get("pan_law", "-3 dB"))
        if inputs == outputs == 1:
            return 0.5, 1.0
        if inputs == 1:
            return azimuth_and_gain(*pan_gains(law, position))
        if outputs == 1:
            raise ValueError("stereo into mono: Ardour has no such fold")
        left, right = balance_gains(law, position)
        return (1.0 - left / 2.0 if left < 1.0 else right / 2.0), 1.0

    def pan(self, strip, inputs, outputs, *sources):
        """(azimuth, gain by frame) of the sum of pans, each a number or a Curve; azimuth is a number or a Lane."""
        curves = [pan for pan in sources if isinstance(pan, Curve)]

        def at(frame):
            position = clamp(sum(pan(frame) if isinstance(pan, Curve) else pan for pan in sources))
            return self.sides(strip, inputs, outputs, position)

        if not curves:
            azimuth, gain = at(0)
            return azimuth, lambda frame: gain
        corners = [corner for curve in curves for corner in curve.corners()]
        lane = ardour_lanes.pan_lane(lambda frame: at(frame)[0], corners, self.rate, self.end)
        return lane, lambda frame: at(frame)[1]

    def gain(self, curve, factor):
        """A fader or a send: a number or a Lane. `factor` is what a pan leaves over."""
        if not isinstance(curve, Curve):
            return gain_of_db(curve) * factor
        return ardour_lanes.gain_lane(
            lambda frame: gain_of_db(curve(frame)) * factor, curve.corners(), self.rate, self.end
        )

    def route(self, name, kind):
        strip, rate = self.strips[name], self.rate
        inputs = self.channels(name)
        to = None if kind == "master" else strip.get("output", self.master["name"])
        outputs = self.channels(to) if to else 2
        lanes = strip.get("automation", {})
        fader = curve_of(lanes["fader"], rate, level) if "fader" in lanes else level(strip.get("fader", "0 dB"))
        pan = curve_of(lanes["pan"], rate, float) if "pan" in lanes else strip.get("pan", 0.0)
        azimuth, left_over = self.pan(strip, inputs, outputs, pan)
        factors = []  # of the regions' envelopes: (gain by frame, corners)
        if "mute" in lanes:
            curve = mute_curve(lanes["mute"], rate)
            factors.append((curve, curve.corners()))
        main = 1.0
        if isinstance(pan, Curve) and inputs == 1:
            if strip.get("sends"):
                raise ValueError("a mono strip with moving pan and sends")
            factors.append((left_over, pan.corners()))
        else:
            main = left_over(0)
        try:
            gain = self.gain(fader, main)
        except ardour_lanes.TooFast:
            if any(send.get("tap") == "pre fader" for send in strip.get("sends", [])):
                raise
            factors.append((lambda frame: gain_of_db(fader(frame)), fader.corners()))
            gain = main
        if factors and kind != "track":
            raise ValueError(f"{name}: only tracks have envelopes")
        trim = 1.0
        for insert in strip.get("inserts", []):
            if insert["processor"] != "trim":
                raise ValueError(insert["processor"])
            trim *= gain_of_db(level(insert.get("gain", "0 dB"))) * (-1.0 if insert.get("invert") else 1.0)
        invert = bool(strip.get("invert")) != (trim < 0.0)
        return ardour_file.Route(
            name=name,
            kind=kind,
            inputs=inputs,
            outputs=outputs,
            to=to,
            trim=abs(trim),
            invert=invert,
            muted=bool(strip.get("mute")),
            gain=gain,
            azimuth=azimuth,
            sends=[
                self.send(strip, index, send, inputs, pan, main, lanes)
                for index, send in enumerate(strip.get("sends", []))
            ],
            regions=self.regions(strip, inputs, factors),
        )

    def send(self, strip, index, send, inputs, strip_pan, main, lanes):
        """A send has a panner of its own in Ardour. After the fader, the strip's pan is added to the send's as in
        Dubplate, and the factor that the strip's own panner needed is taken out again."""
        pre_fader = send.get("tap") == "pre fader"
        to = send["to"]
        key = f"sends/{index}/"
        amount = send.get("level", "0 dB")
        amount = curve_of(lanes[key + "level"], self.rate, level) if key + "level" in lanes else level(amount)
        pan = curve_of(lanes[key + "pan"], self.rate, float) if key + "pan" in lanes else send.get("pan", 0.0)
        pans = [pan] if pre_fader else [strip_pan, pan]
        azimuth, left_over = self.pan(strip, inputs, self.channels(to), *pans)
        if inputs == 1 and any(isinstance(one, Curve) for one in pans):
            raise ValueError("a mono send with moving pan")
        factor = left_over(0) / (1.0 if pre_fader else main)
        if send.get("mute"):
            amount = -math.inf
        return ardour_file.Send(to, pre_fader, self.gain(amount, factor), azimuth)

    def files(self, clip, channels):
        count, length = self.sources[clip["file"]]
        picked = clip.get("channels", list(range(1, count + 1)))
        if len(picked) == 1:
            picked = picked * channels
        if len(picked) != channels:
            raise ValueError("channels do not fit")
        if clip.get("reverse"):
            self.reversed_files.add(clip["file"])
        return [channel_file(clip["file"], channel, clip.get("reverse")) for channel in picked], length

    def regions(self, strip, channels, factors):
        rate, overlap = self.rate, strip.get("overlap", "sum")
        clips = [dict(clip) for clip in strip.get("clips", []) if not clip.get("mute")]
        for clip in clips:
            clip["start"] = frames(clip.get("start", 0), rate)
            clip["offset"] = frames(clip.get("offset", 0), rate)
            left = self.sources[clip["file"]][1] - clip["offset"]
            clip["length"] = frames(clip.get("length", left), rate)
        if overlap == "crossfade":
            clips.sort(key=lambda clip: clip["start"])
            for one, two in zip(clips, clips[1:]):
                common = one["start"] + one["length"] - two["start"]
                if common > 0:
                    one.pop("fade_out", None)
                    two["fade_in"] = {"length": common, "shape": "equal power"}
                    two["over"] = True
        result = []
        for clip in clips:
            result += self.pieces(clip, channels, factors, overlap)
        return result

    def pieces(self, clip, channels, factors, overlap):
        """One region, or of a loop as many as it takes."""
        files, source_frames = self.files(clip, channels)
        start, offset, length = clip["start"], clip["offset"], clip["length"]
        cycle = source_frames - offset
        gain = gain_of_db(level(clip.get("gain", "0 dB"))) * (-1.0 if clip.get("invert") else 1.0)
        if clip.get("loop"):
            if any(key in clip for key in ("fade_in", "fade_out", "gain_points", "reverse")):
                raise ValueError("a loop with fades")
            spans = [(start + at, offset, min(cycle, length - at)) for at in range(0, length, cycle)]
        else:
            if length > cycle:
                raise ValueError("a clip beyond its file")
            spans = [(start, source_frames - offset - length if clip.get("reverse") else offset, length)]
        regions = []
        for at, first, count in spans:
            region = ardour_file.Region(files, at, first, count, gain, opaque=overlap == "top")
            self.add_fades(region, clip)
            self.add_envelope(region, clip, factors)
            regions.append(region)
        return regions

    def add_fades(self, region, clip):
        if "fade_in" in clip:
            count, shape = fade_shape(clip["fade_in"], self.rate)
            region.fade_in = ardour_lanes.fade(shape, count)
            if clip.get("over"):
                region.over = ardour_lanes.fade(lambda t: shape(1.0 - t), count)
        if "fade_out" in clip:
            # Dubplate's fade reaches 0 one frame behind the clip's last, Ardour's on the last: one frame more.
            count, shape = fade_shape(clip["fade_out"], self.rate)
            region.fade_out = ardour_lanes.fade(lambda t: shape(1.0 - t), count)
            region.length += 1

    def add_envelope(self, region, clip, factors):
        if not factors and "gain_points" not in clip:
            return
        start, corners = region.start, [corner - region.start for _, points in factors for corner in points]
        points = Curve([(0, 0.0, "hold", 0.0)])
        if "gain_points" in clip:
            points = curve_of(clip["gain_points"], self.rate, lambda text: max(level(text), ardour_lanes.SILENCE_DB))
            corners += points.corners()

        def value(frame):
            gain = gain_of_db(points(frame))
            for factor, _ in factors:
                gain *= factor(start + frame)
            if gain > 2.0:
                raise ValueError("an envelope above +6 dB")
            return gain

        region.envelope = ardour_lanes.region_lane(value, corners, region.length)

    def routes(self):
        routes = [self.route(self.master["name"], "master")]
        for key in ("buses", "returns"):
            routes += [self.route(strip["name"], "bus") for strip in self.session.get(key, [])]
        return routes + [self.route(strip["name"], "track") for strip in self.session.get("tracks", [])]


def channel_file(file, channel, is_reversed=False):
    """The mono file that holds one channel of a source, as Ardour keeps them."""
    return f"{file.rsplit('.', 1)[0]}{'-reversed' if is_reversed else ''}%{channel}.wav"
