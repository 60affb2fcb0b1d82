#include "session-format/import/sound_files.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session-format/json/read.h"
#include "session-format/json/write.h"

namespace dubplate::session {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SoundFile file(std::string name, int channels = 1, int rate = 48000) {
    return {.path = name + ".wav", .name = std::move(name), .sample_rate = rate, .channels = channels, .frames = rate};
}

SoundFile in_folder(std::vector<std::string> folders, const std::string& name) {
    SoundFile sound = file(name);
    sound.folders = std::move(folders);
    return sound;
}

SessionOfFiles made(std::vector<SoundFile> files, const SessionRules& rules = {}) {
    auto result = session_of_files(std::move(files), rules);
    EXPECT_TRUE(result) << result.error().message;
    return std::move(*result);
}

/// "Kick (mono) -> Drums": what a mixer would see, in session order.
std::vector<std::string> strips(const SessionOfFiles& session) {
    std::vector<std::string> told;
    for (const Strip& strip : session.session.strips) {
        std::string text = fmt::format("{} ({})", strip.name, to_string(strip.layout));
        if (strip.pan != 0.0) text += strip.pan < 0.0 ? " left" : " right";
        if (!strip.output.empty()) text += " -> " + strip.output;
        told.push_back(text);
    }
    return told;
}

TEST(SessionOfFiles, HasATrackForEachFileInNaturalOrder) {
    const auto result = made({file("10 inch"), file("Snare"), file("Bass", 2), file("2 mics")});
    EXPECT_THAT(strips(result),
                ElementsAre("2 mics (mono)", "10 inch (mono)", "Bass (stereo)", "Snare (mono)", "Master (stereo)"));
    EXPECT_THAT(result.notes, IsEmpty());
    EXPECT_EQ(result.session.strips[1].clips[0].file, "10 inch.wav");
    for (const Strip& strip : result.session.strips) EXPECT_EQ(strip.fader, decibels(0.0));
}

TEST(SessionOfFiles, ReadsBackAsItWasWritten) {
    auto files = std::vector{file("OH.L"), file("OH.R"), file("Drums_Kick"), file("Drums_Snare"), file("poly", 3)};
    files[2].time_reference = 48000;
    const auto result = made(files, {.name = "A \"song\"", .groups = true, .timecode = true, .headroom_db = 6.0});
    const std::string text = write_session(result.session);
    const ReadResult read = read_session(text, "song.dub.json", ProcessorTable{});
    ASSERT_THAT(read.errors, IsEmpty()) << text;
    EXPECT_EQ(read.session, result.session);
    EXPECT_EQ(write_session(read.session), text);
}

TEST(SessionOfFiles, TakesTheRateOfMostFilesAndOfSeveralTheHighest) {
    const auto most = made({file("a", 1, 44100), file("b", 1, 44100), file("c", 1, 96000)});
    EXPECT_EQ(most.session.sample_rate, 44100);
    EXPECT_THAT(most.notes, Contains("1 file of 96000 Hz will be resampled."));
    EXPECT_EQ(made({file("a", 1, 44100), file("c", 1, 96000)}).session.sample_rate, 96000);
    EXPECT_EQ(made({file("a", 1, 1000)}).session.sample_rate, 48000);
    EXPECT_EQ(made({file("a", 1, 44100)}, {.sample_rate = 88200}).session.sample_rate, 88200);
}

TEST(SessionOfFiles, PutsAPairOnABusOfItsOwn) {
    const auto result = made({file("Kick"), file("OH.L"), file("OH.R")});
    EXPECT_THAT(strips(result), ElementsAre("Kick (mono)", "OH L (mono) left -> OH", "OH R (mono) right -> OH",
                                            "OH (stereo)", "Master (stereo)"));
    EXPECT_THAT(result.notes, Contains(HasSubstr("each pair on a stereo bus: OH.")));
}

TEST(SessionOfFiles, GroupsByTheFrontOfNamesWhereAsked) {
    const std::vector<SoundFile> files{file("Drums - Kick"), file("Drums - OH L"), file("Drums - OH R"), file("Bass")};
    EXPECT_THAT(strips(made(files, {.groups = true})),
                ElementsAre("Bass (mono)", "Drums - Kick (mono) -> Drums", "Drums - OH L (mono) left -> Drums - OH",
                            "Drums - OH R (mono) right -> Drums - OH", "Drums (stereo)", "Drums - OH (stereo) -> Drums",
                            "Master (stereo)"));
    const auto without = made(files);
    EXPECT_EQ(without.session.strips[1].output, "");
    EXPECT_THAT(without.notes, Contains("With --group there would be buses: Drums (2)."));
}

TEST(SessionOfFiles, GroupsByFoldersBeforeNames) {
    const auto result = made({in_folder({"Drums"}, "Kick"), in_folder({"Drums", "Toms"}, "Tom 1"),
                              in_folder({"Vox"}, "Drums_shout"), in_folder({}, "Bass")},
                             {.groups = true});
    EXPECT_THAT(strips(result), ElementsAre("Bass (mono)", "Kick (mono) -> Drums", "Tom 1 (mono) -> Drums",
                                            "Drums shout (mono)", "Drums (stereo)", "Master (stereo)"));
}

TEST(SessionOfFiles, MakesNoBusOfAllThereIs) {
    EXPECT_THAT(strips(made({file("Vox Lead"), file("Vox Double")}, {.groups = true})),
                ElementsAre("Vox Double (mono)", "Vox Lead (mono)", "Master (stereo)"));
}

TEST(SessionOfFiles, LetsTracksKeepNamesThatBusesWouldHave) {
    EXPECT_THAT(strips(made({file("Snare"), file("Snare top"), file("Bass"), file("master")}, {.groups = true})),
                ElementsAre("Bass (mono)", "master 2 (mono)", "Snare (mono) -> Snare bus",
                            "Snare top (mono) -> Snare bus", "Snare bus (stereo)", "Master (stereo)"));
}

TEST(SessionOfFiles, GivesAMultichannelFileItsLayoutAndTheMixToo) {
    SoundFile surround = file("Bed", 6);
    surround.layout = Layout{Layout::Kind::surround_5_1, 6};
    surround.channel_names = {"L", "R", "C", "LFE", "Ls", "Rs"};
    const auto result = made({surround, file("Vox")}, {.groups = true});
    EXPECT_THAT(strips(result), ElementsAre("Bed (5.1)", "Vox (mono)", "Master (5.1)"));
    EXPECT_THAT(result.notes, Contains("The mix is 5.1."));
}

TEST(SessionOfFiles, SplitsChannelsThatAreMicrophones) {
    SoundFile poly = file("T001", 2);
    poly.layout = Layout{};  // the mask that recorders write for any two channels
    poly.channel_names = {"Boom", "Lav"};
    const auto result = made({poly});
    EXPECT_THAT(strips(result), ElementsAre("T001 Boom (mono)", "T001 Lav (mono)", "Master (stereo)"));
    EXPECT_THAT(result.session.strips[1].clips[0].channels, ElementsAre(2));
    EXPECT_THAT(result.notes, Contains("A mono track for each channel: T001 (2)."));
    poly.channel_names = {"Mix-L", "Mix-R"};
    EXPECT_THAT(strips(made({poly})), ElementsAre("T001 (stereo)", "Master (stereo)"));
}

TEST(SessionOfFiles, TakesChannelsOfUnknownPlacesApartButTheUsualCounts) {
    EXPECT_EQ(strips(made({file("a", 5)})).size(), 6u);
    EXPECT_EQ(strips(made({file("a", 64)})).size(), 65u);
    EXPECT_THAT(strips(made({file("a", 6)})), ElementsAre("a (5.1)", "Master (5.1)"));
    EXPECT_THAT(strips(made({file("a", 3)}, {.channels = ChannelUse::keep})),
                ElementsAre("a (3 discrete)", "Master (stereo)"));
    EXPECT_THAT(strips(made({file("a", 2)}, {.channels = ChannelUse::split})),
                ElementsAre("a 1 (mono)", "a 2 (mono)", "Master (stereo)"));
}

TEST(SessionOfFiles, WarnsOfChannelsWithoutALayout) {
    SoundFile odd = file("a", 5);
    odd.layout = Layout{Layout::Kind::discrete, 5};
    const auto result = made({odd});
    ASSERT_EQ(result.warnings.size(), 1u);
    EXPECT_EQ(result.warnings[0].where, "a.wav");
    EXPECT_THAT(result.warnings[0].message, HasSubstr("--channels split"));
}

TEST(SessionOfFiles, WarnsOfASurroundSetInMonoFiles) {
    const auto result = made({file("A.L"), file("A.R"), file("A.Ls"), file("A.Rs")});
    ASSERT_EQ(result.warnings.size(), 1u);
    EXPECT_THAT(result.warnings[0].message, HasSubstr("'A'"));
}

TEST(SessionOfFiles, StartsFilesWhereTheyWereRecorded) {
    SoundFile early = file("a"), late = file("b");
    early.time_reference = 480'000;
    late.time_reference = 480'000 + 24'000;
    const auto result = made({early, late}, {.timecode = true});
    EXPECT_EQ(result.session.strips[1].clips[0].start, frames(24000));
    EXPECT_DOUBLE_EQ(result.seconds, 1.5);
    EXPECT_THAT(result.notes, Contains(HasSubstr("The session starts at 0:00:10,")));
    EXPECT_EQ(made({early, late}).session.strips[1].clips[0].start, frames(0));
}

TEST(SessionOfFiles, LowersTheMasterForHeadroom) {
    EXPECT_EQ(master_of(made({file("a")}, {.headroom_db = 12.0}).session).fader, decibels(-12.0));
}

TEST(SessionOfFiles, DoesNotDependOnTheOrderOfItsFiles) {
    std::vector<SoundFile> files{file("OH.L"),        file("OH.R"),  file("Drums_Kick"),
                                 file("Drums_Snare"), file("Tom 2"), file("Tom 10")};
    const Session first = made(files, {.groups = true}).session;
    std::ranges::reverse(files);
    EXPECT_EQ(made(files, {.groups = true}).session, first);
}

TEST(SessionOfFiles, OfTenThousandFilesIsMadeToo) {
    std::vector<SoundFile> files;
    for (int k = 0; k < 10'000; ++k) files.push_back(in_folder({fmt::format("f{}", k % 7)}, "Take"));
    EXPECT_EQ(made(files, {.groups = true}).session.strips.size(), 10'008u);
}

}  // namespace
}  // namespace dubplate::session
