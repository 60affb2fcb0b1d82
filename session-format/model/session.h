#pragma once

/// The session as plain data: what a mix consists of, as the user wrote it. Immutable once read.
///
/// Times are kept as written (Quantity) and resolved through the tempo map when a render graph is built, so that
/// writing a session that was read gives the same file. Every part knows its place in the file it came from, so that a
/// mistake found later (a missing file, a cycle) can still be shown where it stands; places take no part in equality.
/// Strips refer to each other by name; names are unique within a session. Threads: plain values.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/layout.h"
#include "session-format/model/quantity.h"
#include "session-format/model/tempo_map.h"

namespace dubplate::session {

/// Where something stands in its file. All empty for sessions built in code.
struct Place {
    int line = 0, column = 0;  ///< from 1
    std::string pointer = {};  ///< JSON pointer: "/tracks/3/inserts/0"

    friend bool operator==(const Place&, const Place&) { return true; }
};

/// How a lane goes from one breakpoint to the next.
enum class Shape {
    hold,    ///< stays until the next
    linear,  ///< straight in the parameter's own unit (dB for gains)
    curve,   ///< bent by `bend`: v = a + (b - a) * (exp(k t) - 1) / (exp(k) - 1), k = 8 * bend; bend 0 is linear
};

struct Breakpoint {
    Quantity at = {};
    Quantity value = {};
    Shape shape = Shape::linear;
    double bend = 0.0;  ///< -1..1, only for Shape::curve

    friend bool operator==(const Breakpoint&, const Breakpoint&) = default;
};

/// Automation of one parameter. Before the first point its value holds, after the last that one's.
struct Lane {
    /// "fader", "pan", "mute", "sends/0/level", "sends/0/pan", "inserts/1/threshold", "inserts/0/bands/2/gain".
    std::string target = {};
    std::vector<Breakpoint> points = {};  ///< ascending in time
    Place place = {};

    friend bool operator==(const Lane&, const Lane&) = default;
};

enum class FadeShape { linear, equal_power, logarithmic, exponential, s_curve, custom };

struct Fade {
    Quantity length = {};  ///< 0: none
    FadeShape shape = FadeShape::linear;
    double bend = 0.0;  ///< -1..1, only for FadeShape::custom

    friend bool operator==(const Fade&, const Fade&) = default;
};

struct Clip {
    std::string name = {};
    std::string file = {};                ///< relative to the session file's folder, or absolute
    Quantity start = {};                  ///< on the timeline
    Quantity offset = {};                 ///< into the source at the session's rate and speed 1
    std::optional<Quantity> length = {};  ///< on the timeline; absent: what the source has left
    Quantity gain = decibels(0.0);
    std::vector<Breakpoint> gain_points = {};  ///< clip gain automation in dB; times count from the clip's start
    bool invert = false;
    bool reverse = false;  ///< the part that would have sounded, backwards
    bool loop = false;     ///< repeats [offset, source end) until length is filled
    bool mute = false;
    std::vector<int> channels = {};  ///< source channels to take, from 1; empty: all
    double speed = 1.0;              ///< 0.01..100, pitch follows; 2 plays an octave up in half the time
    Fade fade_in = {}, fade_out = {};
    Place place = {};

    friend bool operator==(const Clip&, const Clip&) = default;
};

/// What sounds where clips of one track overlap.
enum class Overlap {
    sum,        ///< both
    top,        ///< only the clip that stands later in the list
    crossfade,  ///< equal-power crossfade over the overlap, in order of start
};

struct ParameterValue {
    std::string path = {};  ///< "threshold", "bands/0/frequency"
    std::variant<Quantity, bool, std::string> value = {};
    Place place = {};

    friend bool operator==(const ParameterValue&, const ParameterValue&) = default;
};

/// Where on a strip audio is taken from.
enum class Tap {
    pre_inserts,  ///< what enters the strip
    insert,       ///< after insert `insert`
    pre_fader,    ///< after all inserts
    post_fader,   ///< after fader, pan and mute
};

/// A side-chain input of an insert.
struct Key {
    std::string strip = {};
    Tap tap = Tap::pre_fader;
    int insert = 0;  ///< from 0, only for Tap::insert
    Place place = {};

    friend bool operator==(const Key&, const Key&) = default;
};

struct Insert {
    std::string processor = {};                   ///< the name of a ProcessorDescription
    std::string name = {};                        ///< free text, may be empty
    bool bypass = false;                          ///< keeps its latency
    std::vector<ParameterValue> parameters = {};  ///< in order of the description, only those written
    std::optional<Key> key = {};
    Place place = {};

    friend bool operator==(const Insert&, const Insert&) = default;
};

struct Send {
    std::string to = {};  ///< a return or a bus
    bool pre_fader = false;
    Quantity level = decibels(0.0);
    double pan = 0.0;  ///< -1..1 where the destination has more channels than the strip (or balance); post-fader sends
                       ///< of mono strips also follow the strip's pan
    bool mute = false;
    Place place = {};

    friend bool operator==(const Send&, const Send&) = default;
};

/// Gain of a mono strip panned to the middle of two channels (at +-1 it is 0 dB): sin/cos -3, their square -6, their
/// 1.5th power -4.5 dB, linear: -6 dB at the middle, straight lines. Balance of stereo strips: the far side falls by
/// the same law, scaled to 0 dB at the middle.
enum class PanLaw { minus_3_db, minus_4_5_db, minus_6_db, linear };

enum class StripKind { track, bus, return_bus, master };

struct Strip {
    std::string name = {};
    StripKind kind = StripKind::track;
    Layout layout = {};
    std::string output = {};       ///< a bus, or "" = the master; unused for the master
    std::vector<Clip> clips = {};  ///< tracks only
    Overlap overlap = Overlap::sum;
    std::vector<Insert> inserts = {};
    std::vector<Send> sends = {};
    Quantity fader = decibels(0.0);
    double pan = 0.0;                    ///< -1 left .. 1 right
    std::optional<PanLaw> pan_law = {};  ///< absent: the session's
    bool mute = false;
    bool solo = false;
    bool solo_safe = false;
    bool invert = false;           ///< polarity, before the inserts
    bool disabled = false;         ///< as if it were not there, its sends and keys neither
    std::vector<Lane> lanes = {};  ///< as read: fader, pan, mute, sends, inserts, in the order of their parts
    Place place = {};

    friend bool operator==(const Strip&, const Strip&) = default;
};

/// Which part of the returns a stem holds.
enum class StemReturns {
    own,     ///< returns sound only in stems that name them
    shared,  ///< every stem holds what its strips sent
};

struct Stem {
    std::string name = {};
    std::vector<std::string> strips = {};  ///< a bus stands for all that feeds it
    StemReturns returns = StemReturns::own;
    Place place = {};

    friend bool operator==(const Stem&, const Stem&) = default;
};

/// Stems made without being listed one by one. Means nothing where stems are listed, and is not compared then.
enum class StemRule {
    listed,      ///< only those under "stems"
    each_bus,    ///< one for every strip that feeds the master: buses, returns, tracks without a bus
    each_track,  ///< one for every track, and one for every return
};

struct Marker {
    std::string name = {};
    Quantity at = {};
    Place place = {};
    friend bool operator==(const Marker&, const Marker&) = default;
};

struct Range {
    std::string name = {};
    Quantity from = {}, to = {};
    Place place = {};
    friend bool operator==(const Range&, const Range&) = default;
};

struct Session {
    std::string name = {};
    int sample_rate = 48000;
    std::uint64_t seed = 0;  ///< keys dither and noise
    PanLaw pan_law = PanLaw::minus_3_db;
    std::vector<TempoEvent> tempos = {};  ///< empty: 120 bpm
    std::vector<MeterEvent> meters = {};  ///< empty: 4/4
    std::vector<Marker> markers = {};
    std::vector<Range> ranges = {};
    std::vector<Strip> strips = {};  ///< tracks, then buses, then returns, then the master: session order
    std::vector<Stem> stems = {};
    StemRule stem_rule = StemRule::each_bus;  ///< what `--stems all` makes when `stems` is empty
    std::optional<Quantity> end = {};         ///< where renders end; absent: after the last clip and the tails
    std::map<std::string, std::string> metadata = {};
    std::string file = {};    ///< where it was read from, "" if built in code
    std::string folder = {};  ///< relative clip files are looked up here

    friend bool operator==(const Session& a, const Session& b);  ///< without file and folder
};

const Strip* find_strip(const Session& session, std::string_view name);
const Strip& master_of(const Session& session);

/// "file:line:column (/tracks/3)", the `where` of an error about a part; "" without a place.
std::string locate(const Session& session, const Place& place);

}  // namespace dubplate::session
