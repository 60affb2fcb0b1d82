#include "session-format/json/validate.h"

#include <cmath>
#include <functional>
#include <limits>
#include <ostream>

#include <gmock/gmock.h>

#include "session-format/json/write.h"
#include "tests/session-format/support/processors.h"
#include "tests/session-format/support/random_session.h"

namespace dubplate::session {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();

ReadResult validate(const Session& session) { return validate_session(session, test::kProcessors); }

/// One track with an insert, a send, automation and a clip; a bus; a master.
Session small_session() {
    Session session;
    Strip track{.name = "Vox"};
    track.clips = {{.file = "vox.wav", .gain_points = {{.at = seconds(1), .value = decibels(-3)}}}};
    track.inserts = {{.processor = "squash", .parameters = {{.path = "ratio", .value = frames(3)}}},
                     {.processor = "bands", .parameters = {{.path = "bands/0/gain", .value = decibels(3)}}}};
    track.sends = {{.to = "Bus"}};
    track.lanes = {{.target = "fader", .points = {{.at = seconds(1), .value = decibels(-3)}}}};
    session.strips = {track, {.name = "Bus", .kind = StripKind::bus}, {.name = "Master", .kind = StripKind::master}};
    return session;
}

TEST(Validate, GivesBackASessionThatIsRight) {
    EXPECT_TRUE(validate(small_session()).errors.empty());
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        Session session = test::random_session(seed);
        session.file = "elsewhere/song.dub.json";
        session.folder = "elsewhere";
        const ReadResult result = validate(session);
        ASSERT_TRUE(result.errors.empty()) << result.errors[0].where << ": " << result.errors[0].message;
        ASSERT_TRUE(result.session == session);
        EXPECT_EQ(result.session.folder, "elsewhere");
        EXPECT_EQ(result.session.file, "");
    }
}

TEST(Validate, PutsStripsInOrderAndAddsAMasterWhereThereIsNone) {
    Session session = small_session();
    session.strips.pop_back();
    std::swap(session.strips[0], session.strips[1]);
    const ReadResult result = validate(session);
    ASSERT_TRUE(result.errors.empty());
    EXPECT_TRUE(result.session == small_session());
}

TEST(Validate, PlacesOfAValidatedSessionArePointers) {
    const ReadResult result = validate(small_session());
    EXPECT_EQ(locate(result.session, result.session.strips[0].clips[0].place), "/tracks/0/clips/0");
}

struct Mistake {
    const char* name;
    std::function<void(Session&)> make;
    const char* where;
    const char* message;  ///< a part of it
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class ValidateRefuses : public testing::TestWithParam<Mistake> {};

TEST_P(ValidateRefuses, WithItsPlace) {
    Session session = small_session();
    GetParam().make(session);
    const ReadResult result = validate(session);
    ASSERT_FALSE(result.errors.empty()) << write_session(session);
    EXPECT_EQ(result.errors[0].where, GetParam().where);
    EXPECT_THAT(result.errors[0].message, testing::HasSubstr(GetParam().message));
}

Strip& track(Session& session) { return session.strips[0]; }

const Mistake kMistakes[] = {
    {"TwoMasters", [](Session& s) { s.strips.push_back(s.strips.back()); }, "/master", "more than one master"},
    {"SampleRate", [](Session& s) { s.sample_rate = 0; }, "/sample_rate", "out of range"},
    {"EmptyName", [](Session& s) { track(s).name = ""; }, "/tracks/0/name", "empty"},
    {"SameName", [](Session& s) { s.strips.insert(s.strips.begin(), s.strips[0]); }, "/tracks/1/name", "Vox"},
    {"NoSuchBus", [](Session& s) { track(s).output = "Buss"; }, "/tracks/0/output", "did you mean 'Bus'"},
    {"NotUtf8", [](Session& s) { track(s).name = "\xff"; }, "line 6, column 16", "UTF-8"},
    {"PanNan", [](Session& s) { track(s).pan = kNan; }, "/tracks/0/pan", "expected a number"},
    {"PanInfinite", [](Session& s) { track(s).pan = -kInfinity; }, "/tracks/0/pan", "expected a number"},
    {"FaderNan", [](Session& s) { track(s).fader = decibels(kNan); }, "/tracks/0/fader", "no quantity"},
    {"FaderInfinite", [](Session& s) { track(s).fader = decibels(kInfinity); }, "/tracks/0/fader", "no quantity"},
    {"FaderUnit", [](Session& s) { track(s).fader = Quantity{.unit = Unit::hertz, .number = 3}; }, "/tracks/0/fader",
     "no level"},
    {"Layout",
     [](Session& s) {
         track(s).layout = {Layout::Kind::discrete, 0};
     },
     "/tracks/0/layout", "layout"},
    {"Ratio", [](Session& s) { track(s).inserts[0].parameters[0].value = frames(-3); }, "/tracks/0/inserts/0/ratio",
     "range"},
    {"RatioNan", [](Session& s) { track(s).inserts[0].parameters[0].value = frames(kNan); },
     "/tracks/0/inserts/0/ratio", "nan"},
    {"NoParameter", [](Session& s) { track(s).inserts[0].parameters[0].path = "rato"; }, "/tracks/0/inserts/0/rato",
     "did you mean 'ratio'"},
    {"NoProcessor", [](Session& s) { track(s).inserts[0].processor = "squish"; }, "/tracks/0/inserts/0/processor",
     "did you mean 'squash'"},
    {"MemberFarAway", [](Session& s) { track(s).inserts[1].parameters[0].path = "bands/1000000000/gain"; },
     "/tracks/0/inserts/1/bands~11000000000~1gain", "unknown"},
    {"TwoGroups",
     [](Session& s) { track(s).inserts[1].parameters.push_back({.path = "tapes/0/gain", .value = decibels(1)}); },
     "/tracks/0/inserts/1/tapes~10~1gain", "unknown"},
    {"ParameterTwice", [](Session& s) { track(s).inserts[0].parameters.push_back(track(s).inserts[0].parameters[0]); },
     "/tracks/0/inserts/0/ratio", "second time"},
    {"LaneTwice", [](Session& s) { track(s).lanes.push_back(track(s).lanes[0]); }, "/tracks/0/automation/fader",
     "second time"},
    {"LaneOfNothing", [](Session& s) { track(s).lanes[0].target = "inserts/7/ratio"; },
     "/tracks/0/automation/inserts~17~1ratio", "no insert 7"},
    {"EmptyLane", [](Session& s) { track(s).lanes[0].points.clear(); }, "/tracks/0/automation/fader", "breakpoints"},
    {"PointsOutOfOrder", [](Session& s) { track(s).lanes[0].points.push_back(track(s).lanes[0].points[0]); },
     "/tracks/0/automation/fader/1/0", "does not come after"},
    {"Bend",
     [](Session& s) {
         track(s).lanes[0].points[0].shape = Shape::curve;
         track(s).lanes[0].points[0].bend = 7.0;
     },
     "/tracks/0/automation/fader/0/3", "range"},
    {"ClipsOfABus", [](Session& s) { s.strips[1].clips = track(s).clips; }, "/buses/0/clips", "unknown key"},
    {"OutputOfTheMaster", [](Session& s) { s.strips[2].output = "Bus"; }, "/master/output", "unknown key"},
    {"NoFile", [](Session& s) { track(s).clips[0].file = ""; }, "/tracks/0/clips/0/file", "empty"},
    {"NegativeStart", [](Session& s) { track(s).clips[0].start = frames(-1); }, "/tracks/0/clips/0/start", "before"},
    {"StartNan", [](Session& s) { track(s).clips[0].start = frames(kNan); }, "/tracks/0/clips/0/start", "nan"},
    {"NoLength", [](Session& s) { track(s).clips[0].length = frames(0); }, "/tracks/0/clips/0/length", "0"},
    {"Speed", [](Session& s) { track(s).clips[0].speed = 0.0; }, "/tracks/0/clips/0/speed", "range"},
    {"Channel", [](Session& s) { track(s).clips[0].channels = {0}; }, "/tracks/0/clips/0/channels/0", "range"},
    {"Tempo",
     [](Session& s) {
         s.tempos = {{frames(0), 0.0}};
     },
     "/tempo", "1"},
    {"Meter",
     [](Session& s) {
         s.meters = {{1, 4, 3}};
     },
     "/meter", "1/3"},
};

INSTANTIATE_TEST_SUITE_P(Mistakes, ValidateRefuses, testing::ValuesIn(kMistakes),
                         [](const auto& mistake) { return std::string(mistake.param.name); });

}  // namespace
}  // namespace dubplate::session
