"""Writes session folders that Ardour 7 opens, from a mixer described in Ardour's own terms.

Only what a render needs stands in the file; Ardour fills the rest with its standards. Times are frames (fractions are
allowed where Ardour has them: it counts superclocks, 282,240,000 a second), gains are linear, azimuths 0 (left) to 1.
"""

import dataclasses
import pathlib
from xml.sax.saxutils import quoteattr

SUPERCLOCKS_PER_SECOND = 282240000

BALANCE = "http://ardour.org/plugin/panner_balance"


@dataclasses.dataclass
class Lane:
    """Automation: `style` is Linear, Logarithmic or Discrete, `points` are (frame, value)."""

    style: str
    points: list


@dataclasses.dataclass
class Region:
    """A stretch of files, one mono file for each channel of the track.

    Fades are lists of (frame within the fade, gain). `over` (only with a fade in) is what the regions below are
    multiplied with while this one fades in; a region without it lets those below sound, unless it is `opaque`.
    """

    files: list
    start: int
    offset: int
    length: int
    gain: float = 1.0
    fade_in: list = None
    fade_out: list = None
    over: list = None
    opaque: bool = False
    envelope: Lane = None
    muted: bool = False


@dataclasses.dataclass
class Send:
    to: str
    pre_fader: bool
    gain: object  # a number or a Lane
    azimuth: object = 0.5


@dataclasses.dataclass
class Route:
    """`inputs` channels go through polarity, trim, fader and panner to `outputs` channels of the route `to`.

    The master goes nowhere: connected to a device, its automation would come late by the device's latency.
    """

    name: str
    kind: str  # track, bus, master
    inputs: int
    outputs: int
    to: str = None
    trim: float = 1.0
    invert: bool = False
    muted: bool = False
    gain: object = 1.0
    azimuth: object = 0.5
    sends: list = dataclasses.field(default_factory=list)
    regions: list = dataclasses.field(default_factory=list)


def number(value):
    return repr(float(value))


class Writer:
    def __init__(self, rate):
        self.rate = rate
        self.next_id = 1000
        self.sources = {}  # file name: id

    def new_id(self):
        self.next_id += 1
        return self.next_id

    def ticks(self, frame):
        return round(frame * SUPERCLOCKS_PER_SECOND / self.rate)

    def time(self, frame):
        return f"a{self.ticks(frame)}"

    def length(self, frames, start):
        return f"a{self.ticks(frames)}@a{self.ticks(start)}"

    def events(self, points):
        return "".join(f"{self.time(frame)} {number(value)}\n" for frame, value in points)

    def automation_list(self, name, lane):
        """The list of a parameter; the one of a number is empty and off."""
        moves = isinstance(lane, Lane)
        return (
            f'<AutomationList automation-id="{name}" id="{self.new_id()}" time-domain="AudioTime" '
            f'interpolation-style="{lane.style if moves else "Linear"}" state="{"Play" if moves else "Off"}"'
            + (f"><events>{self.events(lane.points)}</events></AutomationList>" if moves else "/>")
        )

    def controllable(self, name, value, flags=""):
        at_start = value.points[0][1] if isinstance(value, Lane) else value
        return f'<Controllable name="{name}" id="{self.new_id()}" flags="{flags}" value="{number(at_start)}"/>'

    def gain_processor(self, kind, list_name, control, value):
        return (
            f'<Processor id="{self.new_id()}" name="Amp" active="1" type="{kind}"><Automation>'
            f"{self.automation_list(list_name, value)}</Automation>{self.controllable(control, value, 'GainLike')}"
            "</Processor>"
        )

    def pannable(self, azimuth):
        return (
            f"<Pannable>{self.controllable('pan-azimuth', azimuth)}{self.controllable('pan-width', 1.0)}"
            f"<Automation>{self.automation_list('pan-azimuth', azimuth)}</Automation></Pannable>"
        )

    def shell(self, inputs, outputs, linked):
        """Mono into stereo has Ardour's one panner for that; stereo into stereo the balance, never the other one."""
        user = BALANCE if inputs == 2 and outputs == 2 else ""
        bypassed = int(inputs == outputs == 1)
        inner = f'<Panner uri="{BALANCE}" type="Stereo Balance"/>' if user else ""
        return (
            f'<PannerShell bypassed="{bypassed}" user-panner="{user}" linked-to-route="{int(linked)}">'
            f"{inner}</PannerShell>"
        )

    def send(self, index, send, route, routes):
        target, target_id = routes[send.to]
        return (
            f'<Processor id="{self.new_id()}" name={quoteattr(send.to)} active="1" own-input="1" own-output="1" '
            f'type="intsend" role="Aux" bitslot="{index + 1}" selfdestruct="0" target="{target_id}" allow-feedback="0">'
            f"<Automation>{self.automation_list('send', send.gain)}</Automation>"
            f"{self.shell(route.inputs, target.inputs, False)}{self.pannable(send.azimuth)}"
            f'<Controllable name="polarity-invert" id="{self.new_id()}" flags="Toggle" value="0"/>'
            f"{self.controllable('gaincontrol', send.gain, 'GainLike,InlineControl')}</Processor>"
        )

    def ports(self, route, direction, others):
        """`others[channel]` are the ports that a port is connected to."""
        count = route.inputs if direction == "Input" else route.outputs
        word = "in" if direction == "Input" else "out"
        lines = "".join(
            f'<Port type="audio" name={quoteattr(f"{route.name}/audio_{word} {channel + 1}")}>'
            + "".join(f"<Connection other={quoteattr(other)}/>" for other in others(channel))
            + "</Port>"
            for channel in range(count)
        )
        return (
            f'<IO name={quoteattr(route.name)} id="{self.new_id()}" direction="{direction}" default-type="audio">'
            f"{lines}</IO>"
        )

    def route(self, order, route, routes, bitslot, playlist_id):
        flags = {"track": "AudioTrack", "bus": "AudioBus", "master": "MasterOut"}[route.kind]
        target = routes[route.to][0] if route.to else None

        def fed_by(channel):
            return [
                f"{other.name}/audio_out {channel + 1}"
                for other, _ in routes.values()
                if other.to == route.name and channel < other.outputs
            ]

        def feeds(channel):
            return [f"{target.name}/audio_in {channel + 1}"] if target else []

        playlist = f' audio-playlist="{playlist_id}" mode="Normal"' if route.kind == "track" else ""
        sends = list(enumerate(route.sends))
        first = {"track": ("player", "diskreader"), "bus": ("Return", "intreturn")}.get(route.kind)
        processors = []
        if first:
            processors.append(f'<Processor id="{self.new_id()}" name="{first[0]}" active="1" type="{first[1]}"/>')
        processors.append(f'<Processor id="{self.new_id()}" name="Polarity" active="1" type="polarity"/>')
        processors.append(self.gain_processor("trim", "trim", "trimcontrol", route.trim))
        processors += [self.send(bitslot + k, send, route, routes) for k, send in sends if send.pre_fader]
        processors.append(self.gain_processor("amp", "gain", "gaincontrol", route.gain))
        processors += [self.send(bitslot + k, send, route, routes) for k, send in sends if not send.pre_fader]
        processors.append(
            f'<Processor id="{self.new_id()}" name={quoteattr(route.name)} active="1" own-input="1" own-output="0" '
            f'output={quoteattr(route.name)} type="main-outs" role="Main">'
            f"{self.shell(route.inputs, route.outputs, True)}</Processor>"
        )
        return (
            f'<Route version="7002" id="{routes[route.name][1]}" name={quoteattr(route.name)} default-type="audio" '
            f'strict-io="{int(route.kind == "master")}" active="1" denormal-protection="0" meter-point="MeterCustom" '
            f'disk-io-point="DiskIOPreFader"{playlist}>'
            f'<PresentationInfo order="{order}" flags="{flags},OrderSet" color="0"/>'
            f"{self.ports(route, 'Input', fed_by)}{self.ports(route, 'Output', feeds)}"
            f'<MuteMaster mute-point="PreFader,PostFader,Listen,Main" muted="{int(route.muted)}"/>'
            f'<Controllable name="mute" id="{self.new_id()}" flags="Toggle,RealTime" value="{int(route.muted)}"/>'
            f'<Controllable name="phase" id="{self.new_id()}" flags="Toggle" value="{int(route.invert)}" '
            f'phase-invert="{str(int(route.invert)) * route.inputs}"/>'
            f"{self.pannable(route.azimuth)}{''.join(processors)}<Slavable/></Route>"
        )

    def fade(self, tag, points):
        return (
            f'<{tag}><AutomationList automation-id="{tag.lower().replace("inverse", "inverse-")}" id="{self.new_id()}" '
            f'interpolation-style="Linear" state="Off" time-domain="AudioTime"><events>{self.events(points)}</events>'
            f"</AutomationList></{tag}>"
        )

    def region(self, layer, region):
        sources = [self.sources[name] for name in region.files]
        numbered = "".join(f' source-{k}="{s}" master-source-{k}="{s}"' for k, s in enumerate(sources))
        curves = ""
        if region.envelope:
            curves += f"<Envelope>{self.automation_list('envelope', region.envelope)}</Envelope>"
        if region.fade_in:
            curves += self.fade("FadeIn", region.fade_in)
        if region.over:
            curves += self.fade("InverseFadeIn", region.over)
        if region.fade_out:
            curves += self.fade("FadeOut", region.fade_out)
        return (
            f'<Region name="r{layer}" muted="{int(region.muted)}" opaque="{int(region.opaque or bool(region.over))}" '
            'locked="0" video-locked="0" automatic="0" whole-file="0" import="0" external="0" sync-marked="0" '
            'left-of-split="0" right-of-split="0" hidden="0" position-locked="0" valid-transients="0" '
            f'start="{self.time(region.offset)}" length="{self.length(region.length, region.start)}" '
            'sync-position="a0" '
            f'stretch="1" shift="1" layering-index="{layer}" '
            f'envelope-active="{int(bool(region.envelope))}" default-fade-in="0" default-fade-out="0" '
            f'fade-in-active="{int(bool(region.fade_in))}" fade-out-active="{int(bool(region.fade_out))}" '
            f'scale-amplitude="{number(region.gain)}" id="{self.new_id()}" type="audio" first-edit="nothing" '
            f'channels="{len(sources)}"{numbered}>{curves}</Region>'
        )

    def playlist(self, route, ids):
        regions = "".join(self.region(layer, region) for layer, region in enumerate(route.regions))
        return (
            f'<Playlist id="{ids[1]}" name={quoteattr(route.name)} type="audio" orig-track-id="{ids[0]}" '
            f'frozen="0" combine-ops="0">{regions}</Playlist>'
        )

    def session(self, name, routes, end):
        by_name = {route.name: (route, self.new_id()) for route in routes}
        for route in routes:
            for region in route.regions:
                for file in region.files:
                    self.sources.setdefault(file, self.new_id())
        sources = "".join(
            f'<Source name={quoteattr(file)} take-id="" type="audio" flags="" id="{i}" channel="0" origin="" gain="1"/>'
            for file, i in self.sources.items()
        )
        tracks = {route.name: self.new_id() for route in routes if route.kind == "track"}
        bitslot, lines = 0, []
        for order, route in enumerate(routes):
            lines.append(self.route(order, route, by_name, bitslot, tracks.get(route.name)))
            bitslot += len(route.sends)
        playlists = "".join(
            self.playlist(route, (by_name[route.name][1], tracks[route.name]))
            for route in routes
            if route.name in tracks
        )
        location = (
            f'<Location id="{self.new_id()}" name="session" start="a0" end="{self.time(end)}" flags="IsSessionRange" '
            'locked="0" timestamp="0" cue="0"/>'
        )
        tempo = (
            f'<TempoMap superclocks-per-second="{SUPERCLOCKS_PER_SECOND}"><Tempos><Tempo npm="120" enpm="120" '
            'note-type="4" type="Tempo::Constant" active="1" locked-to-meter="0" continuing="0" sclock="0" '
            'quarters="0:0" bbt="1|1|0" omega="0"/></Tempos><Meters>'
            '<Meter note-value="4" divisions-per-bar="4" sclock="0" quarters="0:0" bbt="1|1|0"/>'
            "</Meters><MusicTimes/></TempoMap>"
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<Session version="7002" name={quoteattr(name)} sample-rate="{self.rate}" session-range-is-free="0" '
            f'id-counter="{self.next_id + 1000}" name-counter="1" event-counter="0" vca-counter="1">'
            '<ProgramVersion created-with="Ardour 7.3.0" modified-with="Ardour 7.3.0"/>'
            '<Config><Option name="native-file-data-format" value="FormatFloat"/>'
            '<Option name="native-file-header-format" value="WAVE"/><Option name="use-region-fades" value="1"/>'
            '<Option name="use-transport-fades" value="0"/>'
            '<Option name="realtime-export" value="0"/></Config><Metadata/>'
            f"<Sources>{sources}</Sources><Regions/><Locations>{location}</Locations><Bundles/><VCAManager/>"
            f"<Routes>{''.join(lines)}</Routes><Playlists>{playlists}</Playlists><UnusedPlaylists/><RouteGroups/>"
            f"{tempo}</Session>\n"
        )


def write_session(folder, name, rate, routes, end):
    """Writes folder/NAME.ardour; the regions' files belong into the folder that is returned."""
    folder = pathlib.Path(folder)
    files = folder / "interchange" / name / "audiofiles"
    files.mkdir(parents=True)
    (folder / f"{name}.ardour").write_text(Writer(rate).session(name, routes, end), encoding="utf-8")
    return files
