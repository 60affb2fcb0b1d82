#include "session-format/json/write.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "session-format/json/read.h"
#include "tests/session-format/support/processors.h"
#include "tests/session-format/support/random_session.h"

namespace dubplate::session {
namespace {

std::string all_of(const std::vector<Error>& errors) {
    std::string text;
    for (const Error& error : errors) text += error.where + ": " + error.message + "\n";
    return text;
}

Session read_back(const std::string& text) {
    ReadResult result = read_session(text, "s.dub.json", test::kProcessors);
    EXPECT_TRUE(result.errors.empty()) << all_of(result.errors) << text;
    return std::move(result.session);
}

TEST(Write, WhatWasWrittenReadsBackAsTheSameSession) {
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        SCOPED_TRACE(seed);
        const Session session = test::random_session(seed);
        const std::string text = write_session(session);
        const Session again = read_back(text);
        ASSERT_TRUE(again == session) << text << "\n---\n" << write_session(again);
        ASSERT_EQ(write_session(again), text);
    }
}

TEST(Write, LeavesDefaultsOut) {
    Session session;
    session.strips.push_back({.name = "Master", .kind = StripKind::master});
    EXPECT_EQ(write_session(session), "{\n  \"dubplate\": 1,\n  \"sample_rate\": 48000\n}\n");
}

TEST(Write, PutsOneThingOnALine) {
    Session session;
    session.name = "Song";
    session.tempos = {{frames(0), 96.0, false}};
    session.meters = {{1, 3, 4}};
    session.strips.push_back(
        {.name = "Kick",
         .layout = {Layout::Kind::mono, 1},
         .output = "Drums",
         .clips = {{.file = "kick.wav",
                    .start = parse_quantity("2|1").value(),
                    .fade_in = {.length = parse_quantity("5 ms").value()}}},
         .inserts = {{.processor = "squash",
                      .parameters = {{.path = "threshold", .value = decibels(-20)},
                                     {.path = "ratio", .value = frames(3)}},
                      .key = Key{.strip = "Drums"}},
                     {.processor = "bands",
                      .parameters = {{.path = "bands/0/frequency", .value = parse_quantity("80 Hz").value()},
                                     {.path = "bands/0/gain", .value = decibels(3)},
                                     {.path = "bands/1/gain", .value = decibels(-2.5)}}}},
         .fader = decibels(-6.2),
         .lanes = {{.target = "fader",
                    .points = {{.at = parse_quantity("17|1").value(), .value = decibels(-6)},
                               {.at = parse_quantity("18|1|480").value(),
                                .value = decibels(0),
                                .shape = Shape::curve,
                                .bend = 0.5}}}}});
    session.strips.push_back({.name = "Drums", .kind = StripKind::bus});
    session.strips.push_back({.name = "Master", .kind = StripKind::master});
    EXPECT_EQ(write_session(session), R"({
  "dubplate": 1,
  "name": "Song",
  "sample_rate": 48000,
  "tempo": 96,
  "meter": "3/4",
  "tracks": [
    {
      "name": "Kick",
      "layout": "mono",
      "output": "Drums",
      "fader": "-6.2 dB",
      "clips": [
        {"file": "kick.wav", "start": "2|1", "fade_in": "5 ms"}
      ],
      "inserts": [
        {"processor": "squash", "key": "Drums", "threshold": "-20 dB", "ratio": 3},
        {
          "processor": "bands",
          "bands": [
            {"frequency": "80 Hz", "gain": "3 dB"},
            {"gain": "-2.5 dB"}
          ]
        }
      ],
      "automation": {
        "fader": [
          ["17|1", "-6 dB"],
          ["18|1|480", "0 dB", "curve", 0.5]
        ]
      }
    }
  ],
  "buses": [
    {
      "name": "Drums"
    }
  ]
}
)");
}

TEST(Write, AChangedValueIsAChangedLine) {
    Session session = test::random_session(7);
    const std::string before = write_session(session);
    session.strips.back().fader = decibels(-1.5);
    session.strips.back().pan = 0.25;
    std::istringstream first(before), second(write_session(session));
    std::vector<std::string> old_lines, new_lines;
    for (std::string line; std::getline(first, line);) old_lines.push_back(line);
    for (std::string line; std::getline(second, line);)
        if (std::ranges::find(old_lines, line) == old_lines.end()) new_lines.push_back(line);
    EXPECT_THAT(new_lines, testing::ElementsAre(testing::HasSubstr("\"fader\": \"-1.5 dB\""),
                                                testing::HasSubstr("\"pan\": 0.25")));
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

/// How many lines differ between texts of as many lines; -1 if they have not as many.
int changed_lines(const std::string& before, const std::string& after) {
    const auto old_lines = lines_of(before), new_lines = lines_of(after);
    if (old_lines.size() != new_lines.size()) return -1;
    int changed = 0;
    for (std::size_t line = 0; line < old_lines.size(); ++line) changed += old_lines[line] != new_lines[line];
    return changed;
}

TEST(Write, AnyKnobThatIsTurnedIsOneLineAndNoLayoutTurnsWithIt) {
    const Quantity kLong = decibels(-123.45678901234567), kShort = decibels(-7);
    int turned = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        Session session = test::random_session(seed);
        const auto expect_one_line = [&](auto& value, const auto& other, const auto& another) {
            if (value == decltype(value + 0)(0)) return;  // left out: turning it makes a line
            const auto held = value;
            const std::string before = write_session(session);
            for (const auto& turned_to : {other, another}) {
                value = turned_to;
                if (value == held) continue;
                EXPECT_EQ(changed_lines(before, write_session(session)), 1);
                ++turned;
            }
            value = held;
        };
        const auto expect_one_line_of_quantity = [&](Quantity& value) {
            const Quantity held = value;
            const std::string before = write_session(session);
            for (const Quantity& turned_to : {kLong, kShort}) {
                value = turned_to;
                EXPECT_EQ(changed_lines(before, write_session(session)), 1) << before << write_session(session);
                ++turned;
            }
            value = held;
        };
        for (Strip& strip : session.strips) {
            expect_one_line(strip.pan, -0.12345678901234567, 0.5);
            if (strip.fader != decibels(0)) expect_one_line_of_quantity(strip.fader);
            for (Send& send : strip.sends) {
                expect_one_line(send.pan, -0.12345678901234567, 0.5);
                if (send.level != decibels(0)) expect_one_line_of_quantity(send.level);
            }
            for (Clip& clip : strip.clips) {
                if (clip.gain != decibels(0)) expect_one_line_of_quantity(clip.gain);
                if (clip.start != frames(0)) expect_one_line_of_quantity(clip.start);
                if (clip.fade_in.shape == FadeShape::linear && clip.fade_in != Fade{})
                    expect_one_line_of_quantity(clip.fade_in.length);
                for (Breakpoint& point : clip.gain_points) expect_one_line_of_quantity(point.value);
            }
            for (Insert& insert : strip.inserts)
                for (ParameterValue& parameter : insert.parameters)
                    if (auto* quantity = std::get_if<Quantity>(&parameter.value))
                        expect_one_line_of_quantity(*quantity);
            for (Lane& lane : strip.lanes) {
                if (lane.points.empty() || lane.target == "mute") continue;
                expect_one_line_of_quantity(lane.points.front().value);
                expect_one_line_of_quantity(lane.points.back().at);
            }
        }
    }
    EXPECT_GT(turned, 10000);
}

TEST(Write, FlagsChangeNoLineButTheirOwn) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        Session session = test::random_session(seed);
        const std::string before = write_session(session);
        for (Strip& strip : session.strips) {
            for (Clip& clip : strip.clips) {
                clip.mute = !clip.mute;
                // A clip that is one line stays one; where it has lines of its own, the flag is one of them.
                EXPECT_LE(std::abs(static_cast<int>(lines_of(before).size()) -
                                   static_cast<int>(lines_of(write_session(session)).size())),
                          1);
                clip.mute = !clip.mute;
            }
        }
    }
}

TEST(Write, ABreakpointOrClipPutBetweenOthersIsOneNewLine) {
    int put = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Session session = test::random_session(seed);
        const std::string before = write_session(session);
        for (Strip& strip : session.strips)
            for (Lane& lane : strip.lanes) {
                if (lane.points.size() < 2) continue;
                Breakpoint point = lane.points[0];
                point.at = frames(123456789);
                lane.points.insert(lane.points.begin() + 1, point);
                const auto old_lines = lines_of(before), new_lines = lines_of(write_session(session));
                lane.points.erase(lane.points.begin() + 1);
                ASSERT_EQ(new_lines.size(), old_lines.size() + 1);
                std::size_t same = 0;
                while (same < old_lines.size() && old_lines[same] == new_lines[same]) ++same;
                EXPECT_TRUE(std::equal(old_lines.begin() + static_cast<std::ptrdiff_t>(same), old_lines.end(),
                                       new_lines.begin() + static_cast<std::ptrdiff_t>(same) + 1));
                ++put;
            }
    }
    EXPECT_GT(put, 100);
}

/// Without any blank that JSON does not need.
std::string squeezed(const std::string& text) {
    std::string json;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escaped = at > 0 && text[at - 1] == '\\' && !(at > 1 && text[at - 2] == '\\');
        if (text[at] == '"' && !escaped) quoted = !quoted;
        if (quoted || (text[at] != ' ' && text[at] != '\n')) json += text[at];
    }
    return json;
}

TEST(Write, HowATextWasLaidOutMakesNoDifference) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        const std::string text = write_session(test::random_session(seed));
        EXPECT_EQ(write_session(read_back(squeezed(text))), text);
        EXPECT_EQ(write_session(read_back("\xef\xbb\xbf" + text + "\r\n\t ")), text);
    }
}

TEST(Write, FilesAppearWholeOrNotAtAll) {
    const auto folder = std::filesystem::temp_directory_path() / "dubplate_write_test";
    std::filesystem::create_directories(folder);
    const Session session = test::random_session(3);
    const std::string path = (folder / "song.dub.json").string();
    ASSERT_TRUE(write_session_file(session, path).has_value());
    const ReadResult again = read_session_file(path, test::kProcessors);
    EXPECT_TRUE(again.errors.empty()) << all_of(again.errors);
    EXPECT_EQ(again.session, session);
    EXPECT_EQ(again.session.folder, folder.string());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
    const auto failed = write_session_file(session, (folder / "missing" / "song.dub.json").string());
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().code, ErrorCode::io);
    EXPECT_THAT(failed.error().message, testing::HasSubstr("cannot create the session"));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace dubplate::session
