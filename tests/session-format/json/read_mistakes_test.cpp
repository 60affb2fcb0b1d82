// One test per mistake a user can make: code, place and wording.

#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "session-format/json/read.h"
#include "session-format/json/write.h"
#include "tests/session-format/support/processors.h"
#include "tests/session-format/support/random_session.h"

namespace dubplate::session {
namespace {

using testing::HasSubstr;

std::vector<Error> errors_of(std::string_view text) { return read_session(text, "s", test::kProcessors).errors; }

std::string listed(const std::vector<Error>& errors) {
    std::string text;
    for (const Error& error : errors) text += error.where + ": " + error.message + "\n";
    return text;
}

/// The only mistake of a file, "where: message".
std::string mistake(std::string_view text) {
    const auto errors = errors_of(text);
    EXPECT_EQ(errors.size(), 1u) << text << "\n" << listed(errors);
    return errors.empty() ? "" : errors[0].where + ": " + errors[0].message;
}

std::string in_root(std::string_view members) { return mistake(fmt::format("{{\"dubplate\": 1,\n{}}}", members)); }
/// In a track beside a bus "Drums" and a return "Plate".
std::string in_track(std::string_view members) {
    return in_root(fmt::format(R"("tracks": [{{"name": "Kick",
{}}}], "buses": [{{"name": "Drums"}}], "returns": [{{"name": "Plate"}}])",
                               members));
}
std::string in_clip(std::string_view members) {
    return in_track(fmt::format(R"("clips": [{{"file": "a.wav", {}}}])", members));
}
std::string in_insert(std::string_view insert) { return in_track(fmt::format(R"("inserts": [{}])", insert)); }
std::string in_automation(std::string_view lanes) {
    return in_track(fmt::format(
        R"("inserts": [{{"processor": "bands", "bands": [{{"q": 1}}]}}, {{"processor": "squash"}}, {{"processor": "room", "file": "r"}}],
"sends": [{{"to": "Plate"}}], "automation": {{
{}}})",
        lanes));
}

TEST(ReadMistakes, UnknownKeysAreNamedWithWhatWasMeant) {
    EXPECT_EQ(in_root("\"sampel_rate\": 48000"),
              "s:2:1 (/sampel_rate): unknown key 'sampel_rate', did you mean 'sample_rate'?");
    EXPECT_EQ(in_track("  \"fadr\": \"0 dB\""), "s:3:3 (/tracks/0/fadr): unknown key 'fadr', did you mean 'fader'?");
    EXPECT_EQ(in_insert("{\"processor\": \"squash\", \"treshold\": 1}"),
              "s:3:37 (/tracks/0/inserts/0/treshold): unknown key 'treshold', did you mean 'threshold'?");
    EXPECT_THAT(in_clip("\"colour\": 3"), testing::EndsWith("unknown key 'colour'"));
    EXPECT_THAT(in_root("\"master\": {\"sends\": []}"), HasSubstr("unknown key 'sends'"));
    EXPECT_THAT(in_root("\"buses\": [{\"name\": \"A\", \"clips\": []}]"), HasSubstr("unknown key 'clips'"));
}

TEST(ReadMistakes, MissingAndRepeatedKeys) {
    EXPECT_THAT(mistake("{}"), HasSubstr("s:1:1: the key 'dubplate' is missing"));
    EXPECT_THAT(in_root("\"tracks\": [{}]"), HasSubstr("s:2:12 (/tracks/0): the key 'name' is missing"));
    EXPECT_THAT(in_track("\"clips\": [{}]"), HasSubstr("the key 'file' is missing"));
    EXPECT_THAT(in_track("\"inserts\": [{}]"), HasSubstr("the key 'processor' is missing"));
    EXPECT_THAT(in_insert("{\"processor\": \"room\"}"), HasSubstr("the key 'file' is missing"));
    EXPECT_THAT(in_track("\"sends\": [{}]"), HasSubstr("the key 'to' is missing"));
    EXPECT_THAT(in_root("\"tempo\": [{\"at\": 0}]"), HasSubstr("the key 'bpm' is missing"));
    EXPECT_EQ(in_root("\"name\": \"a\",\n\"name\": \"b\""), "s:3:1 (/name): the key 'name' stands here a second time");
}

TEST(ReadMistakes, Versions) {
    const auto errors = errors_of("{\"dubplate\": 2, \"what\": \"ever\"}");
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0].code, ErrorCode::unsupported);
    EXPECT_THAT(errors[0].message, HasSubstr("version 2, this program reads version 1"));
    EXPECT_THAT(mistake("{\"dubplate\": 0}"), HasSubstr("out of range"));
    EXPECT_THAT(mistake("{\"dubplate\": 1.5}"), HasSubstr("a whole number"));
    EXPECT_THAT(mistake("[]"), HasSubstr("expected an object, not a list"));
    EXPECT_THAT(mistake("3"), HasSubstr("expected an object, not 3"));
}

TEST(ReadMistakes, WrongTypes) {
    EXPECT_THAT(in_root("\"name\": 3"), HasSubstr("s:2:9 (/name): expected text, not 3"));
    EXPECT_THAT(in_root("\"tracks\": {}"), HasSubstr("expected a list, not an object"));
    EXPECT_THAT(in_root("\"master\": []"), HasSubstr("expected an object, not a list"));
    EXPECT_THAT(in_root("\"metadata\": {\"a\": 1}"), HasSubstr("(/metadata/a): expected text"));
    EXPECT_THAT(in_track("\"mute\": 1"), HasSubstr("expected true or false, not 1"));
    EXPECT_THAT(in_track("\"mute\": null"), HasSubstr("expected true or false, not null"));
    EXPECT_THAT(in_track("\"pan\": \"0.3\""), HasSubstr("expected a number, not \"0.3\""));
    EXPECT_THAT(in_track("\"fader\": true"), HasSubstr("expected a number or text such as \"-6 dB\""));
    EXPECT_THAT(in_clip("\"channels\": 1"), HasSubstr("expected a list"));
    EXPECT_THAT(in_insert("3"), HasSubstr("expected an object, not 3"));
}

TEST(ReadMistakes, NumbersOutOfRange) {
    EXPECT_THAT(in_root("\"sample_rate\": 7999"), HasSubstr("between 8000 and 384000"));
    EXPECT_THAT(in_root("\"sample_rate\": 1e5"), HasSubstr("a whole number"));
    EXPECT_THAT(in_root("\"sample_rate\": 99999999999999999999"), HasSubstr("out of range"));
    EXPECT_THAT(in_root("\"seed\": -1"), HasSubstr("from 0 to 18446744073709551615"));
    EXPECT_THAT(in_track("\"pan\": 1.01"), HasSubstr("between -1 and 1"));
    EXPECT_THAT(in_track("\"pan\": 1e999"), HasSubstr("too "));
    EXPECT_THAT(in_track("\"fader\": \"48.1 dB\""), HasSubstr("between -144 dB and 48 dB"));
    EXPECT_THAT(in_track("\"fader\": \"-145 dB\""), HasSubstr("-inf dB"));
    EXPECT_THAT(in_track("\"fader\": -6"), HasSubstr("-6 is no level: write it in dB"));
    EXPECT_THAT(in_clip("\"start\": \"48000\""), HasSubstr("write plain numbers without quotes"));
    EXPECT_THAT(in_track("\"fader\": \"-6 db\""), HasSubstr("did you mean 'dB'?"));
    EXPECT_THAT(in_track("\"fader\": \"6 ms\""), HasSubstr("no level"));
    EXPECT_THAT(in_track("\"layout\": \"17 discrete\""), HasSubstr("unknown layout '17 discrete'"));
    EXPECT_THAT(in_track("\"pan_law\": \"-3dB\""), HasSubstr("did you mean '-3 dB'?"));
    EXPECT_THAT(in_track("\"overlap\": \"mix\""), HasSubstr("'sum', 'top' or 'crossfade'"));
}

TEST(ReadMistakes, NamesThatAreNone) {
    EXPECT_THAT(in_root("\"tracks\": [{\"name\": \"\"}]"), HasSubstr("the text is empty"));
    EXPECT_THAT(in_root("\"tracks\": [{\"name\": \"a\\nb\"}]"), HasSubstr("control character"));
    EXPECT_THAT(in_root("\"tracks\": [{\"name\": \"" + std::string(201, 'a') + "\"}]"),
                HasSubstr("longer than 200 bytes"));
    EXPECT_THAT(in_track("\"clips\": [{\"file\": \"a\\u0000b\"}]"), HasSubstr("control character"));
    EXPECT_EQ(in_root("\"tracks\": [{\"name\": \"A\"}],\n\"buses\": [{\"name\": \"A\"}]"),
              "s:3:20 (/buses/0/name): there is a strip 'A' already: names are unique");
    EXPECT_THAT(in_root("\"tracks\": [{\"name\": \"Master\"}]"), HasSubstr("the master is called 'Master' too"));
    EXPECT_THAT(in_root("\"tracks\": [{\"name\": \"M\"}], \"master\": {\"name\": \"M\"}"), HasSubstr("(/master/name)"));
    EXPECT_THAT(in_root(R"("ranges": [{"name": "a", "from": 0, "to": 1}, {"name": "a", "from": 0, "to": 1}])"),
                HasSubstr("(/ranges/1/name): there is a range 'a' already"));
    EXPECT_THAT(
        in_track(R"("mute": false}], "stems": [{"name": "a", "strips": ["Kick"]}, {"name": "a", "strips": ["Kick"])"),
        HasSubstr("there is a stem 'a' already"));
}

TEST(ReadMistakes, TempoAndMeter) {
    EXPECT_THAT(in_root("\"tempo\": 0"), HasSubstr("between 1 and 1000"));
    EXPECT_THAT(in_root("\"tempo\": \"fast\""), HasSubstr("expected beats per minute"));
    EXPECT_THAT(in_root("\"tempo\": [{\"bpm\": 100},\n{\"at\": \"1|1\", \"bpm\": 120}]"),
                HasSubstr("s:3:1 (/tempo/1): '1|1' does not come after"));
    EXPECT_THAT(in_root("\"tempo\": [{\"bpm\": 100, \"ramp\": true}]"), HasSubstr("none to ramp to"));
    EXPECT_THAT(in_root("\"meter\": \"4\""), HasSubstr("expected a meter such as"));
    EXPECT_THAT(in_root("\"meter\": 4"), HasSubstr("expected a meter such as"));
    EXPECT_THAT(in_root("\"meter\": \"4/5\""), HasSubstr("(/meter): a beat is"));
    EXPECT_THAT(in_root("\"meter\": [{\"meter\": \"4/4\"}, {\"bar\": 1, \"meter\": \"3/4\"}]"),
                HasSubstr("(/meter/1): bar 1 does not come after bar 1"));
}

TEST(ReadMistakes, Times) {
    EXPECT_THAT(in_root("\"end\": \"-6 dB\""), HasSubstr("no time"));
    EXPECT_THAT(in_root("\"end\": 0"), HasSubstr("would end at its start"));
    EXPECT_THAT(in_root("\"end\": -5"), HasSubstr("before the session's start"));
    EXPECT_THAT(in_root("\"end\": \"1|5\""), HasSubstr("bar 1 has 4 beats"));
    EXPECT_THAT(in_root("\"end\": \"1e300 s\""), HasSubstr("too far away"));
    EXPECT_THAT(in_root(R"("ranges": [{"name": "a", "from": "2|1", "to": "1 s"}])"),
                HasSubstr("not after its start at '2|1'"));
    EXPECT_THAT(in_root(R"("markers": [{"name": "a", "at": "x"}])"), HasSubstr("(/markers/0/at): 'x' is no quantity"));
    EXPECT_THAT(in_clip("\"start\": -1"), HasSubstr("before the session's start"));
    EXPECT_THAT(in_clip("\"offset\": \"-1 s\""), HasSubstr("'-1 s' is negative"));
    EXPECT_THAT(in_clip("\"offset\": \"2|1\""), HasSubstr("a position, not a length"));
    EXPECT_THAT(in_clip("\"length\": 0"), HasSubstr("shorter than a frame"));
    EXPECT_THAT(in_clip("\"fade_in\": \"-1 ms\""), HasSubstr("negative"));
}

TEST(ReadMistakes, Clips) {
    EXPECT_THAT(in_clip("\"speed\": 0"), HasSubstr("between 0.01 and 100"));
    EXPECT_THAT(in_clip("\"channels\": [0]"), HasSubstr("(/tracks/0/clips/0/channels/0): 0 is out of range"));
    EXPECT_THAT(in_clip("\"channels\": []"), HasSubstr("1 to 16 channels"));
    EXPECT_THAT(in_clip("\"loop\": true"), HasSubstr("needs a length"));
    EXPECT_THAT(in_clip("\"fade_in\": {\"shape\": \"linear\"}"), HasSubstr("the key 'length' is missing"));
    EXPECT_THAT(in_clip("\"fade_in\": {\"length\": 5, \"shape\": \"scurve\"}"), HasSubstr("did you mean 's-curve'?"));
    EXPECT_THAT(in_clip("\"fade_in\": {\"length\": 5, \"bend\": 0.5}"), HasSubstr("only the shape \"custom\""));
    EXPECT_THAT(in_clip("\"fade_in\": {\"length\": 5, \"shape\": \"custom\", \"bend\": 2}"),
                HasSubstr("between -1 and 1"));
    EXPECT_THAT(in_clip("\"gain_points\": [[\"2|1\", \"0 dB\"]]"), HasSubstr("a position, not a length"));
    EXPECT_THAT(in_clip("\"gain_points\": [[0, \"50 dB\"]]"), HasSubstr("out of range"));
}

TEST(ReadMistakes, Processors) {
    EXPECT_THAT(in_insert("{\"processor\": \"sqash\"}"),
                HasSubstr("unknown processor 'sqash', did you mean 'squash'?"));
    EXPECT_THAT(in_insert("{\"processor\": \"flute\"}"), HasSubstr("there are 'squash', 'bands', 'room' or 'echo'"));
    EXPECT_THAT(
        in_insert("{\"processor\": \"squash\", \"threshold\": \"3 dB\"}"),
        HasSubstr("(/tracks/0/inserts/0/threshold): 3 dB is out of range: 'threshold' lies between -60 dB and 0 dB"));
    EXPECT_THAT(in_insert("{\"processor\": \"squash\", \"threshold\": -3}"), HasSubstr("expected a level in dB"));
    EXPECT_THAT(in_insert("{\"processor\": \"squash\", \"threshold\": true}"), HasSubstr("expected a number or text"));
    EXPECT_THAT(in_insert("{\"processor\": \"squash\", \"attack\": \"1/8\"}"), HasSubstr("expected a time"));
    EXPECT_THAT(in_insert("{\"processor\": \"squash\", \"mode\": \"sof\"}"), HasSubstr("did you mean 'soft'?"));
    EXPECT_THAT(in_insert("{\"processor\": \"squash\", \"active\": 1}"), HasSubstr("expected true or false"));
    EXPECT_THAT(in_insert("{\"processor\": \"room\", \"file\": 3}"), HasSubstr("expected text"));
    EXPECT_THAT(in_insert("{\"processor\": \"echo\", \"time\": \"5/1\"}"),
                HasSubstr("5/1 at 120 bpm, 10 s, is out of range"));
    EXPECT_THAT(in_insert("{\"processor\": \"echo\", \"key\": \"Kick\"}"), HasSubstr("'echo' has no side-chain input"));
    EXPECT_THAT(in_insert("{\"processor\": \"bands\", \"bands\": [{\"q\":1},{\"q\":1},{\"q\":1},{\"q\":1},{\"q\":1}]}"),
                HasSubstr("at most 4 bands, not 5"));
    EXPECT_THAT(in_insert("{\"processor\": \"bands\", \"bands\": [{}]}"), HasSubstr("at least one parameter"));
    EXPECT_THAT(in_insert("{\"processor\": \"bands\", \"bands\": [{\"freqency\": \"1 kHz\"}]}"),
                HasSubstr("did you mean 'frequency'?"));
}

TEST(ReadMistakes, ReferencesToStrips) {
    EXPECT_EQ(in_track("\"output\": \"Drumz\""),
              "s:3:11 (/tracks/0/output): there is no strip 'Drumz', did you mean 'Drums'?");
    EXPECT_THAT(in_track("\"output\": \"Kick\""), HasSubstr("an output is a bus, a return or the master"));
    EXPECT_THAT(in_root("\"buses\": [{\"name\": \"A\", \"output\": \"A\"}]"), HasSubstr("'A' would feed itself"));
    EXPECT_THAT(in_root("\"buses\": [{\"name\": \"A\", \"sends\": [{\"to\": \"A\"}]}]"),
                HasSubstr("'A' would feed itself"));
    EXPECT_THAT(in_track("\"sends\": [{\"to\": \"plate\"}]"),
                HasSubstr("(/tracks/0/sends/0/to): there is no strip 'plate', did you mean 'Plate'?"));
    EXPECT_THAT(in_track("\"sends\": [{\"to\": \"Master\"}]"), HasSubstr("a send goes to a bus or a return"));
    EXPECT_THAT(in_track("\"sends\": [{\"to\": \"Plate\", \"tap\": \"pre\"}]"),
                HasSubstr("'pre fader' or 'post fader'"));
    EXPECT_THAT(in_insert("{\"processor\": \"squash\", \"key\": \"Kik\"}"),
                HasSubstr("there is no strip 'Kik', did you mean 'Kick'?"));
    EXPECT_THAT(in_insert("{\"processor\": \"squash\", \"key\": {\"strip\": \"Drums\", \"tap\": \"inserts/0\"}}"),
                HasSubstr("'Drums' has no insert 0: it has 0"));
    EXPECT_THAT(in_insert("{\"processor\": \"squash\", \"key\": {\"strip\": \"Drums\", \"tap\": \"inserts/x\"}}"),
                HasSubstr("number of an insert"));
    EXPECT_THAT(in_insert("{\"processor\": \"squash\", \"key\": {\"strip\": \"Drums\", \"tap\": \"prefader\"}}"),
                HasSubstr("did you mean 'pre fader'?"));
    EXPECT_EQ(errors_of(R"({"dubplate": 1, "tracks": [{"name": "A", "output": "B"}]})").at(0).code,
              ErrorCode::not_found);
}

TEST(ReadMistakes, Stems) {
    EXPECT_THAT(in_root("\"stems\": \"each tracks\""), HasSubstr("did you mean 'each track'?"));
    EXPECT_THAT(in_root("\"stems\": [{\"name\": \"a\", \"strips\": []}]"), HasSubstr("holds no strip"));
    EXPECT_THAT(in_root("\"stems\": [{\"name\": \"a\", \"strips\": [\"Kick\"]}]"),
                HasSubstr("there is no strip 'Kick'"));
    EXPECT_THAT(in_root("\"stems\": [{\"name\": \"a\", \"strips\": [\"Master\"]}]"),
                HasSubstr("what it holds is the mix"));
    EXPECT_THAT(in_track(R"("mute": false}], "stems": [{"name": "a", "strips": ["Kick", "Kick"])"),
                HasSubstr("a second time"));
}

TEST(ReadMistakes, AutomationTargets) {
    EXPECT_THAT(in_automation("\"fade\": [[0, \"0 dB\"]]"),
                HasSubstr("s:5:1 (/tracks/0/automation/fade): unknown target 'fade', did you mean 'fader'?"));
    EXPECT_THAT(in_automation("\"volume\": [[0, \"0 dB\"]]"), HasSubstr("'inserts/0/threshold'"));
    EXPECT_THAT(in_automation("\"sends/1/level\": [[0, \"0 dB\"]]"), HasSubstr("there is no send 1: the strip has 1"));
    EXPECT_THAT(in_automation("\"sends/0/mute\": [[0, true]]"), HasSubstr("'level' and 'pan'"));
    EXPECT_THAT(in_automation("\"sends/00/pan\": [[0, 0]]"), HasSubstr("unknown target"));
    EXPECT_THAT(in_automation("\"inserts/3/ratio\": [[0, 2]]"), HasSubstr("there is no insert 3: the strip has 3"));
    EXPECT_THAT(in_automation("\"inserts/1/treshold\": [[0, \"-3 dB\"]]"),
                HasSubstr("'squash' has no parameter 'treshold', did you mean 'threshold'?"));
    EXPECT_THAT(in_automation("\"inserts/0/bands/1/q\": [[0, 1]]"),
                HasSubstr("'bands' has no parameter 'bands/1/q', did you mean 'bands/0/q'?"));
    EXPECT_THAT(in_automation("\"inserts/1/mode\": [[0, \"soft\"]]"),
                HasSubstr("'mode' of 'squash' cannot be automated"));
    EXPECT_THAT(in_automation("\"inserts/2/file\": [[0, \"soft\"]]"), HasSubstr("cannot be automated"));
    EXPECT_THAT(in_automation("\"inserts/99999999999999999999/q\": [[0, 1]]"), HasSubstr("unknown target"));
}

TEST(ReadMistakes, Breakpoints) {
    EXPECT_THAT(in_automation("\"fader\": []"), HasSubstr("1 to 1000000 breakpoints"));
    EXPECT_THAT(in_automation("\"fader\": [[0]]"), HasSubstr("expected a breakpoint"));
    EXPECT_THAT(in_automation("\"fader\": [0]"), HasSubstr("expected a breakpoint"));
    EXPECT_THAT(in_automation("\"fader\": [[0, 0]]"), HasSubstr("a level in dB"));
    EXPECT_THAT(in_automation("\"pan\": [[0, 2]]"), HasSubstr("'pan' lies between -1 and 1"));
    EXPECT_THAT(in_automation("\"mute\": [[0, 2]]"), HasSubstr("0 to 1"));
    EXPECT_THAT(in_automation("\"mute\": [[0, true, \"linear\"]]"), HasSubstr("its shape is \"hold\""));
    EXPECT_THAT(in_automation("\"fader\": [[0, \"0 dB\", \"smooth\"]]"), HasSubstr("'hold', 'linear' or 'curve'"));
    EXPECT_THAT(in_automation("\"fader\": [[0, \"0 dB\", \"hold\", 0.5]]"), HasSubstr("only the shape \"curve\""));
    EXPECT_THAT(in_automation("\"fader\": [[0, \"0 dB\", \"curve\", 1.5]]"), HasSubstr("between -1 and 1"));
    EXPECT_THAT(
        in_automation(
            "\"fader\": [[\"1 s\", \"0 dB\"], [\"2|1\", \"0 dB\"], [\"3|1\", \"0 dB\"],\n[\"2.5 s\", \"0 dB\"]]"),
        HasSubstr("s:6:2 (/tracks/0/automation/fader/3/0): '2.5 s' does not come after"));
    EXPECT_THAT(in_automation("\"fader\": [[48000, \"0 dB\"], [\"1 s\", \"0 dB\"]]"), HasSubstr("does not come after"));
    EXPECT_THAT(in_automation("\"fader\": [[-1, \"0 dB\"]]"), HasSubstr("before the session's start"));
}

TEST(ReadMistakes, AreAllListedAtOnceInOrderOfPlace) {
    const auto errors = errors_of(R"({"dubplate": 1, "nam": "x",
"sample_rate": "fast",
"tracks": [{"name": "A", "output": "Nowhere",
"fader": 3, "inserts": [{"processor": "sqash"}, {"processor": "squash", "ratio": 0}]},
{"name": "A", "clips": [{"start": 0}]}],
"stems": [{"name": "S", "strips": ["B"]}],
"end": "never"})");
    std::vector<std::string> places;
    for (const Error& error : errors) places.push_back(error.where);
    EXPECT_THAT(places,
                testing::ElementsAre("s:1:17 (/nam)", "s:2:16 (/sample_rate)", "s:3:36 (/tracks/0/output)",
                                     "s:4:10 (/tracks/0/fader)", "s:4:39 (/tracks/0/inserts/0/processor)",
                                     "s:4:82 (/tracks/0/inserts/1/ratio)", "s:5:10 (/tracks/1/name)",
                                     "s:5:25 (/tracks/1/clips/0)", "s:6:36 (/stems/0/strips/0)", "s:7:8 (/end)"))
        << listed(errors);
}

TEST(ReadMistakes, AreCountedWhereThereAreTooMany) {
    std::string text = "{\"dubplate\": 1";
    for (int key = 0; key < 5000; ++key) text += fmt::format(", \"k{}\": 0", key);
    const auto errors = errors_of(text + "}");
    EXPECT_EQ(errors.size(), 1001u);
    EXPECT_EQ(errors.back().message, "and 4000 more mistakes");
}

TEST(ReadMistakes, DamagedFilesNeverCrash) {
    // Whole sessions with bytes changed, removed or doubled: any answer will do, as long as there is one.
    std::mt19937_64 random(5);
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const std::string whole = write_session(test::random_session(seed));
        for (int round = 0; round < 20; ++round) {
            std::string text = whole;
            for (int change = 0; change < 3; ++change) {
                const std::size_t at = random() % text.size();
                switch (random() % 4) {
                    case 0: text[at] = static_cast<char>(random()); break;
                    case 1: text.erase(at, random() % 20); break;
                    case 2: text.insert(at, text.substr(random() % text.size(), random() % 40)); break;
                    default: text[at] = "0123456789-.|/\"[]{}e"[random() % 20]; break;
                }
            }
            const ReadResult result = read_session(text, "s", test::kProcessors);
            if (!result.errors.empty()) continue;
            const ReadResult again = read_session(write_session(result.session), "s", test::kProcessors);
            EXPECT_EQ(again.session, result.session) << text;
        }
    }
}

}  // namespace
}  // namespace dubplate::session
