#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>

#include "engine/render/estimate.h"
#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

using session::Quantity;
using session::Session;
using session::Strip;
using session::Unit;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();

struct Nonsense {
    const char* name;
    std::function<void(Session&)> make;
};
void PrintTo(const Nonsense& nonsense, std::ostream* out) { *out << nonsense.name; }

/// Sessions built in code that nobody validated: what no file could hold is an error, never a crash or a file of noise.
class AnUnvalidatedSession : public testing::TestWithParam<Nonsense> {};

Session small_session(const TempFolder& folder) {
    write_wav(folder.file("tone.wav"), {std::vector<float>(1000, 0.25f)});
    Session session = empty_session(folder.path());
    add_bus(session, "Bus");
    Strip& track = add_track(session, "Track", "tone.wav");
    track.output = "Bus";
    track.inserts = {insert("compressor", {{"ratio", "3"}}), insert("eq", {{"bands/0/gain", "3 dB"}}),
                     insert("delay", {{"time", "10 ms"}})};
    track.sends = {{.to = "Bus"}};
    track.lanes = {lane("fader", {{"0 s", "-6 dB"}, {"10 ms", "0 dB"}})};
    track.clips[0].gain_points = {{.at = session::seconds(0.001), .value = session::decibels(-3)}};
    return session;
}

TEST_P(AnUnvalidatedSession, IsRefused) {
    TempFolder folder;
    Session session = small_session(folder);
    render::RenderJob job;
    job.output_folder = folder.file("out");
    job.threads = 1;
    ASSERT_TRUE(render::render(session, job));
    std::filesystem::remove_all(job.output_folder);

    GetParam().make(session);
    EXPECT_FALSE(render::estimate(session, job));
    const auto report = render::render(session, job);
    ASSERT_FALSE(report);
    EXPECT_FALSE(report.error().message.empty());
    EXPECT_FALSE(std::filesystem::exists(folder.file("out/mix.wav")));
    Diagnostics diagnostics;
    static_cast<void>(render::check(session, job, diagnostics));  // must come back
}

Strip& track(Session& session) { return session.strips[0]; }
session::Breakpoint& point(Session& session) { return track(session).lanes[0].points[1]; }
void set_parameter(Session& session, std::size_t insert, Quantity value) {
    track(session).inserts[insert].parameters[0].value = value;
}
/// Moves the first lane to a target and gives its points a value.
void set_lane(Session& session, const char* target, Quantity value) {
    track(session).lanes[0].target = target;
    for (session::Breakpoint& one : track(session).lanes[0].points) one.value = value;
}

const Nonsense kNonsense[] = {
    {"NoStrips", [](Session& s) { s.strips.clear(); }},
    {"NoMaster", [](Session& s) { s.strips.pop_back(); }},
    {"TwoMasters", [](Session& s) { s.strips.push_back(s.strips.back()); }},
    {"MasterFirst", [](Session& s) { std::swap(s.strips.front(), s.strips.back()); }},
    {"RateZero", [](Session& s) { s.sample_rate = 0; }},
    {"RateNegative", [](Session& s) { s.sample_rate = -48000; }},
    {"RateHuge", [](Session& s) { s.sample_rate = std::numeric_limits<int>::max(); }},
    {"NamesTwice", [](Session& s) { s.strips[1].name = "Track"; }},
    {"NoName", [](Session& s) { track(s).name = ""; }},
    {"ChannelsNone", [](Session& s) { track(s).layout.channels = 0; }},
    {"ChannelsNegative", [](Session& s) { track(s).layout.channels = -2; }},
    {"ChannelsMany",
     [](Session& s) {
         track(s).layout = {Layout::Kind::discrete, 1 << 20};
     }},
    {"LayoutLies",
     [](Session& s) {
         s.strips[1].layout = {Layout::Kind::stereo, 6};
     }},
    {"OutputUnknown", [](Session& s) { track(s).output = "Nowhere"; }},
    {"OutputItself", [](Session& s) { s.strips[1].output = "Bus"; }},
    {"OutputTrack", [](Session& s) { s.strips[1].output = "Track"; }},
    {"SendUnknown", [](Session& s) { track(s).sends[0].to = ""; }},
    {"SendOfMaster", [](Session& s) { s.strips[2].sends = {{.to = "Bus"}}; }},
    {"SendPan", [](Session& s) { track(s).sends[0].pan = kNan; }},
    {"SendLevel", [](Session& s) { track(s).sends[0].level = session::decibels(1e308); }},
    {"KeyUnknown", [](Session& s) { track(s).inserts[0].key = session::Key{.strip = "Nobody"}; }},
    {"KeyInsert",
     [](Session& s) {
         track(s).inserts[0].key = session::Key{.strip = "Bus", .tap = session::Tap::insert, .insert = -7};
     }},
    {"FaderNan", [](Session& s) { track(s).fader = session::decibels(kNan); }},
    {"FaderInfinite", [](Session& s) { track(s).fader = session::decibels(kInfinity); }},
    {"FaderHertz",
     [](Session& s) {
         track(s).fader = {Unit::hertz, 100.0};
     }},
    {"PanNan", [](Session& s) { track(s).pan = kNan; }},
    {"PanFar", [](Session& s) { s.strips[2].pan = 1e300; }},
    {"ClipFile", [](Session& s) { track(s).clips[0].file = ""; }},
    {"ClipFileZeroByte", [](Session& s) { track(s).clips[0].file = std::string("tone.wav\0x", 10); }},
    {"ClipStartNan", [](Session& s) { track(s).clips[0].start = session::frames(kNan); }},
    {"ClipStartFar", [](Session& s) { track(s).clips[0].start = session::seconds(1e300); }},
    {"ClipStartBar",
     [](Session& s) {
         track(s).clips[0].start = {Unit::bar_beat, 0.0, -3, 0, 5};
     }},
    {"ClipOffset", [](Session& s) { track(s).clips[0].offset = session::frames(-1); }},
    {"ClipLengthHuge",
     [](Session& s) {
         track(s).clips[0].length = session::frames(9e15);
         track(s).clips[0].loop = true;
     }},
    {"ClipLengthNan", [](Session& s) { track(s).clips[0].length = session::frames(kNan); }},
    {"ClipGain", [](Session& s) { track(s).clips[0].gain = session::decibels(kNan); }},
    {"ClipGainPoint", [](Session& s) { track(s).clips[0].gain_points[0].at = session::seconds(kNan); }},
    {"ClipChannel", [](Session& s) { track(s).clips[0].channels = {-1}; }},
    {"ClipSpeedNan", [](Session& s) { track(s).clips[0].speed = kNan; }},
    {"ClipSpeedZero", [](Session& s) { track(s).clips[0].speed = 0.0; }},
    {"ClipFade", [](Session& s) { track(s).clips[0].fade_in.length = session::seconds(-kInfinity); }},
    {"ClipBend", [](Session& s) { track(s).clips[0].fade_in.bend = kNan; }},
    {"NoProcessor", [](Session& s) { track(s).inserts[0].processor = "maximiser"; }},
    {"NoParameter", [](Session& s) { track(s).inserts[0].parameters[0].path = "/"; }},
    {"BandFarAway", [](Session& s) { track(s).inserts[1].parameters[0].path = "bands/4000000000/gain"; }},
    {"ParameterRange", [](Session& s) { set_parameter(s, 0, session::frames(-3)); }},
    {"ParameterNan", [](Session& s) { set_parameter(s, 0, session::frames(kNan)); }},
    {"ParameterUnit", [](Session& s) { set_parameter(s, 0, session::decibels(3)); }},
    {"ParameterWord", [](Session& s) { track(s).inserts[0].parameters[0].value = std::string("loud"); }},
    {"DelayHuge", [](Session& s) { set_parameter(s, 2, session::seconds(1e12)); }},
    {"LaneUnknown", [](Session& s) { set_lane(s, "inserts/99/ratio", session::frames(2)); }},
    {"LaneIndex", [](Session& s) { set_lane(s, "sends/-1/level", session::decibels(0)); }},
    {"LaneBand", [](Session& s) { set_lane(s, "inserts/1/bands/3/gain", session::decibels(0)); }},
    {"LaneOfDelayHuge", [](Session& s) { set_lane(s, "inserts/2/time", session::seconds(1e12)); }},
    {"LaneOfDelayNan", [](Session& s) { set_lane(s, "inserts/2/time", session::seconds(kNan)); }},
    {"LaneOfBandNan",
     [](Session& s) {
         set_lane(s, "inserts/1/bands/0/frequency", {Unit::hertz, kNan});
     }},
    {"LaneOfBandRange",
     [](Session& s) {
         set_lane(s, "inserts/1/bands/0/frequency", {Unit::hertz, 1e9});
     }},
    {"LaneOfMute", [](Session& s) { set_lane(s, "mute", session::frames(7)); }},
    {"LaneOfPan", [](Session& s) { set_lane(s, "pan", session::frames(-2)); }},
    {"PointNan", [](Session& s) { point(s).value = session::decibels(kNan); }},
    {"PointAtNan", [](Session& s) { point(s).at = session::seconds(kNan); }},
    {"PointOrder", [](Session& s) { point(s).at = session::seconds(-1); }},
    {"PointLoud", [](Session& s) { point(s).value = session::decibels(1e308); }},
    {"PointBend",
     [](Session& s) {
         point(s).shape = session::Shape::curve;
         point(s).bend = 1e6;
     }},
    {"TempoZero",
     [](Session& s) {
         s.tempos = {{session::frames(0), 0.0}};
     }},
    {"TempoNan",
     [](Session& s) {
         s.tempos = {{session::frames(0), kNan}};
     }},
    {"TempoOrder",
     [](Session& s) {
         s.tempos = {{session::frames(0), 100.0}, {session::frames(-5), 90.0}};
     }},
    {"MeterZero",
     [](Session& s) {
         s.meters = {{1, 0, 0}};
     }},
    {"EndNan", [](Session& s) { s.end = session::frames(kNan); }},
    {"EndNegative", [](Session& s) { s.end = session::frames(-100); }},
    {"StemUnknown", [](Session& s) { s.stems = {{.name = "Stem", .strips = {"Nobody"}}}; }},
    {"StemsTwice",
     [](Session& s) {
         s.stems = {{.name = "S", .strips = {"Bus"}}, {.name = "S", .strips = {"Bus"}}};
     }},
};

INSTANTIATE_TEST_SUITE_P(With, AnUnvalidatedSession, testing::ValuesIn(kNonsense),
                         [](const auto& nonsense) { return std::string(nonsense.param.name); });

}  // namespace
}  // namespace dubplate::test
