#include "session-format/json/read.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "tests/session-format/support/processors.h"

namespace dubplate::session {
namespace {

Session read(std::string_view text) {
    ReadResult result = read_session(text, "songs/s.dub.json", test::kProcessors);
    for (const Error& error : result.errors) ADD_FAILURE() << error.where << ": " << error.message;
    return std::move(result.session);
}

Quantity of(std::string_view text) { return parse_quantity(text).value(); }

TEST(Read, FillsInWhatAFileLeavesOut) {
    const Session session = read(R"({"dubplate": 1})");
    EXPECT_EQ(session.sample_rate, 48000);
    EXPECT_EQ(session.pan_law, PanLaw::minus_3_db);
    EXPECT_EQ(session.stem_rule, StemRule::each_bus);
    ASSERT_EQ(session.strips.size(), 1u);
    EXPECT_EQ(master_of(session).name, "Master");
    EXPECT_EQ(session.file, "songs/s.dub.json");
    EXPECT_EQ(session.folder, "songs");
}

TEST(Read, TakesEveryKeyOfTheTopLevel) {
    const Session session = read(R"({
        "dubplate": 1, "name": "Song", "sample_rate": 96000, "seed": 18446744073709551615, "pan_law": "-4.5 dB",
        "tempo": [{"bpm": 120, "ramp": true}, {"at": "5|1", "bpm": 90.5}],
        "meter": [{"meter": "7/8"}, {"bar": 9, "meter": "3/4"}],
        "markers": [{"name": "Chorus", "at": "9|1"}],
        "ranges": [{"name": "Verse", "from": "1|1", "to": "9|1"}],
        "end": "180 s", "metadata": {"artist": "Nobody", "": "empty key"}})");
    EXPECT_EQ(session.name, "Song");
    EXPECT_EQ(session.sample_rate, 96000);
    EXPECT_EQ(session.seed, 18446744073709551615u);
    EXPECT_EQ(session.pan_law, PanLaw::minus_4_5_db);
    EXPECT_THAT(session.tempos,
                testing::ElementsAre(TempoEvent{frames(0), 120.0, true}, TempoEvent{of("5|1"), 90.5, false}));
    EXPECT_THAT(session.meters, testing::ElementsAre(MeterEvent{1, 7, 8}, MeterEvent{9, 3, 4}));
    EXPECT_EQ(session.markers[0].at, of("9|1"));
    EXPECT_EQ(session.ranges[0].to, of("9|1"));
    EXPECT_EQ(session.end, of("180 s"));
    EXPECT_EQ(session.metadata.at("artist"), "Nobody");
}

TEST(Read, TakesShortFormsOfTempoMeterFadeAndKey) {
    const Session session = read(R"({"dubplate": 1, "tempo": 93.5, "meter": "6/8",
        "tracks": [{"name": "A", "clips": [{"file": "a.wav", "fade_in": "35 ms", "fade_out": 480}],
                    "inserts": [{"processor": "squash", "key": "A"}]}]})");
    EXPECT_THAT(session.tempos, testing::ElementsAre(TempoEvent{frames(0), 93.5, false}));
    EXPECT_THAT(session.meters, testing::ElementsAre(MeterEvent{1, 6, 8}));
    EXPECT_EQ(session.strips[0].clips[0].fade_in, (Fade{.length = of("35 ms")}));
    EXPECT_EQ(session.strips[0].clips[0].fade_out, (Fade{.length = frames(480)}));
    EXPECT_EQ(session.strips[0].inserts[0].key, (Key{.strip = "A", .tap = Tap::pre_fader}));
}

TEST(Read, TakesEveryKeyOfAStrip) {
    const Session session = read(R"({"dubplate": 1,
        "tracks": [{
            "name": "Vox", "layout": "mono", "output": "Voices", "fader": "-6.2 dB", "pan": -0.3, "pan_law": "linear",
            "mute": true, "solo": true, "solo_safe": true, "invert": true, "disabled": true, "overlap": "crossfade",
            "clips": [{"name": "take 3", "file": "v.wav", "start": "2|1", "offset": "1.5 s", "length": "1/1", "gain": "-2 dB",
                       "gain_points": [[0, "0 dB"], ["10 ms", "-6 dB", "curve", -0.5]],
                       "invert": true, "reverse": true, "loop": true, "mute": true, "channels": [2], "speed": 0.5,
                       "fade_in": {"length": "10 ms", "shape": "equal power"},
                       "fade_out": {"length": "1/8", "shape": "custom", "bend": 0.25}}],
            "inserts": [{"processor": "bands", "name": "Tone", "bypass": true, "gain": "1 dB",
                         "bands": [{"frequency": "1.2 kHz", "gain": "-3 dB"}, {"q": 2}]},
                        {"processor": "squash", "threshold": "-20 dB", "mode": "hard", "active": false,
                         "key": {"strip": "Vox", "tap": "inserts/0"}},
                        {"processor": "room", "file": "hall.wav"},
                        {"processor": "echo", "time": "1/8."}],
            "sends": [{"to": "Plate", "level": "-12 dB", "pan": 0.5, "tap": "pre fader", "mute": true}, {"to": "Voices"}],
            "automation": {"fader": [["1|1", "-inf dB"], ["2|1", "0 dB", "hold"]],
                           "mute": [[0, true], ["4|1", false, "hold"]],
                           "sends/1/level": [[0, "-3 dB"]],
                           "inserts/0/bands/1/frequency": [[0, "100 Hz"], ["2 s", "10 kHz"]],
                           "inserts/1/flavour": [[0, "soft"], [1, 1], [2, "off"]],
                           "inserts/3/time": [[0, "1/4"]]}}],
        "buses": [{"name": "Voices"}], "returns": [{"name": "Plate", "layout": "7.1.4"}],
        "master": {"name": "Out", "fader": "-1 dB", "inserts": [{"processor": "squash"}]},
        "stems": [{"name": "Voices", "strips": ["Voices", "Plate"], "returns": "shared"}]})");
    ASSERT_EQ(session.strips.size(), 4u);
    const Strip& vox = session.strips[0];
    EXPECT_EQ(vox.layout.channels, 1);
    EXPECT_EQ(vox.output, "Voices");
    EXPECT_EQ(vox.fader, decibels(-6.2));
    EXPECT_EQ(vox.pan, -0.3);
    EXPECT_EQ(vox.pan_law, PanLaw::linear);
    EXPECT_TRUE(vox.mute && vox.solo && vox.solo_safe && vox.invert && vox.disabled);
    EXPECT_EQ(vox.overlap, Overlap::crossfade);
    const Clip& clip = vox.clips[0];
    EXPECT_EQ(clip.name, "take 3");
    EXPECT_EQ(clip.start, of("2|1"));
    EXPECT_EQ(clip.offset, of("1.5 s"));
    EXPECT_EQ(clip.length, of("1/1"));
    EXPECT_EQ(clip.gain, decibels(-2));
    EXPECT_EQ(clip.gain_points[1], (Breakpoint{of("10 ms"), decibels(-6), Shape::curve, -0.5}));
    EXPECT_TRUE(clip.invert && clip.reverse && clip.loop && clip.mute);
    EXPECT_THAT(clip.channels, testing::ElementsAre(2));
    EXPECT_EQ(clip.speed, 0.5);
    EXPECT_EQ(clip.fade_in, (Fade{of("10 ms"), FadeShape::equal_power, 0.0}));
    EXPECT_EQ(clip.fade_out, (Fade{of("1/8"), FadeShape::custom, 0.25}));
    EXPECT_EQ(vox.inserts[0].name, "Tone");
    EXPECT_TRUE(vox.inserts[0].bypass);
    EXPECT_THAT(vox.inserts[0].parameters,
                testing::ElementsAre(ParameterValue{.path = "gain", .value = decibels(1)},
                                     ParameterValue{.path = "bands/0/frequency", .value = of("1.2 kHz")},
                                     ParameterValue{.path = "bands/0/gain", .value = decibels(-3)},
                                     ParameterValue{.path = "bands/1/q", .value = frames(2)}));
    EXPECT_EQ(vox.inserts[1].parameters[1], (ParameterValue{.path = "mode", .value = std::string("hard")}));
    EXPECT_EQ(vox.inserts[1].parameters[2], (ParameterValue{.path = "active", .value = false}));
    EXPECT_EQ(vox.inserts[1].key, (Key{.strip = "Vox", .tap = Tap::insert, .insert = 0}));
    EXPECT_EQ(vox.sends[0], (Send{.to = "Plate", .pre_fader = true, .level = decibels(-12), .pan = 0.5, .mute = true}));
    ASSERT_EQ(vox.lanes.size(), 6u);
    EXPECT_EQ(vox.lanes[0].points[1], (Breakpoint{of("2|1"), decibels(0), Shape::hold, 0.0}));
    EXPECT_EQ(vox.lanes[1].points[0], (Breakpoint{frames(0), frames(1), Shape::hold, 0.0}));
    EXPECT_EQ(vox.lanes[4].points[2].value, frames(2));
    EXPECT_EQ(session.strips[1].kind, StripKind::bus);
    EXPECT_EQ(session.strips[2].kind, StripKind::return_bus);
    EXPECT_EQ(master_of(session).name, "Out");
    EXPECT_EQ(session.stem_rule, StemRule::listed);
    EXPECT_EQ(session.stems[0],
              (Stem{.name = "Voices", .strips = {"Voices", "Plate"}, .returns = StemReturns::shared}));
}

TEST(Read, RemembersWhereEveryPartStands) {
    const Session session = read(
        "{\"dubplate\": 1, \"tracks\": [\n  {\"name\": \"A\",\n   \"clips\": [{\"file\": \"a\"},\n    {\"file\": "
        "\"b\"}],\n"
        "   \"automation\": {\"fader\": [[0, \"0 dB\"]]}}]}");
    EXPECT_EQ(locate(session, session.strips[0].place), "songs/s.dub.json:2:3 (/tracks/0)");
    EXPECT_EQ(locate(session, session.strips[0].clips[1].place), "songs/s.dub.json:4:5 (/tracks/0/clips/1)");
    EXPECT_EQ(locate(session, session.strips[0].lanes[0].place), "songs/s.dub.json:5:28 (/tracks/0/automation/fader)");
}

TEST(Read, TheMastersNameAsAnOutputIsTheMaster) {
    const Session session = read(R"({"dubplate": 1, "tracks": [{"name": "A", "output": "Master"}]})");
    EXPECT_EQ(session.strips[0].output, "");
}

TEST(Read, StemsByRule) {
    EXPECT_EQ(read(R"({"dubplate": 1, "stems": "each track"})").stem_rule, StemRule::each_track);
    EXPECT_EQ(read(R"({"dubplate": 1, "stems": "each bus"})").stem_rule, StemRule::each_bus);
    EXPECT_EQ(read(R"({"dubplate": 1, "stems": []})").stem_rule, StemRule::listed);
}

TEST(Read, FilesThatCannotBeReadSaySo) {
    const ReadResult missing = read_session_file("/nowhere/s.dub.json", test::kProcessors);
    ASSERT_EQ(missing.errors.size(), 1u);
    EXPECT_EQ(missing.errors[0].code, ErrorCode::not_found);
    EXPECT_EQ(missing.errors[0].where, "/nowhere/s.dub.json");
    const ReadResult folder = read_session_file(std::filesystem::temp_directory_path().string(), test::kProcessors);
    ASSERT_EQ(folder.errors.size(), 1u);
    EXPECT_EQ(folder.errors[0].code, ErrorCode::io);
}

}  // namespace
}  // namespace dubplate::session
