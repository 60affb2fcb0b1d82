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
