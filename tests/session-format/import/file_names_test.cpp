#include "session-format/import/file_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace dubplate::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Mono files of one length in one folder.
std::vector<FileName> files(std::initializer_list<const char*> names) {
    std::vector<FileName> list;
    for (const char* const name : names) list.push_back({.name = name, .sample_rate = 48000, .frames = 1000});
    return list;
}

std::vector<std::string> named(const std::vector<FileName>& list, const NamingRules& rules = {}) {
    std::vector<std::string> names;
    for (const TrackName& name : name_tracks(list, rules).names) {
        names.push_back(name.name);
        if (name.side != Side::none) names.back() += name.side == Side::left ? " <L" : " <R";
    }
    return names;
}

std::vector<std::string> named(std::initializer_list<const char*> list, const NamingRules& rules = {}) {
    return named(files(list), rules);
}

std::vector<std::string> groups(std::initializer_list<const char*> list) {
    std::vector<std::string> names;
    for (const TrackName& name : name_tracks(files(list), {}).names) names.push_back(name.group);
    return names;
}

TEST(NaturalOrder, CountsAsPeopleDo) {
    std::vector<std::string> names{"Tom 10", "tom 2", "Tom 1", "Bass", "Tom", "01", "1", "2_a", "10_a", "Tom 02"};
    std::ranges::sort(names, natural_less);
    EXPECT_THAT(names, ElementsAre("01", "1", "2_a", "10_a", "Bass", "Tom", "Tom 1", "Tom 02", "tom 2", "Tom 10"));
}

TEST(NaturalOrder, IsStrictAndTotal) {
    const std::vector<std::string> names{"",   "a",  "A", "a1", "a01", "a1b", "a01b", "a10",
                                         "1a", "01", "1", "0",  "00",  "_",   "ä",    "99999999999999999999999"};
    for (const std::string& a : names)
        for (const std::string& b : names) {
            EXPECT_EQ(natural_less(a, b) + natural_less(b, a), a == b ? 0 : 1) << a << " / " << b;
            for (const std::string& c : names)
                if (natural_less(a, b) && natural_less(b, c)) {
                    EXPECT_TRUE(natural_less(a, c)) << a << " / " << b << " / " << c;
                }
        }
}

TEST(TrackNames, LeaveOutTheNumbersOfAnOrder) {
    EXPECT_THAT(named({"01_Kick", "02_Snare", "03_Bass DI"}), ElementsAre("Kick", "Snare", "Bass DI"));
    EXPECT_THAT(named({"1. Kick", "2. Snare"}), ElementsAre("Kick", "Snare"));
    EXPECT_THAT(named({"01Kick", "02Snare"}), ElementsAre("Kick", "Snare"));
    EXPECT_THAT(named({"04 - Lead Vox"}), ElementsAre("Lead Vox"));
}

TEST(TrackNames, KeepNumbersThatAreNoOrder) {
    EXPECT_THAT(named({"808 Kick", "Snare"}), ElementsAre("808 Kick", "Snare"));
    EXPECT_THAT(named({"Tom 1", "Tom 2", "Snare"}), ElementsAre("Tom 1", "Tom 2", "Snare"));
    EXPECT_THAT(named({"01", "02", "03"}), ElementsAre("01", "02", "03"));
}

TEST(TrackNames, LeaveOutTakesUnlessTheyTellFilesApart) {
    EXPECT_THAT(named({"Kick_01", "Snare_03", "Vox Take 2"}), ElementsAre("Kick", "Snare", "Vox"));
    EXPECT_THAT(named({"Kick_01", "Tom_01", "Tom_02"}), ElementsAre("Kick", "Tom 01", "Tom 02"));
    EXPECT_THAT(named({"01_Vox", "02_Vox", "03_Bass"}), ElementsAre("01 Vox", "02 Vox", "Bass"));
}

TEST(TrackNames, LeaveOutWhatAllHaveInCommonAndSayWhat) {
    const auto list = files({"My Song_01_Kick_48k_v3", "My Song_02_Snare top_48k_v3", "My Song_03_Bass_48k_v3"});
    EXPECT_THAT(named(list), ElementsAre("Kick", "Snare top", "Bass"));
    EXPECT_EQ(name_tracks(list, {}).common_front, "My Song");
    EXPECT_EQ(name_tracks(list, {}).common_end, "48k v3");
}

TEST(TrackNames, OfTwoFilesTheCommonPartIsTheirOwn) {
    EXPECT_THAT(named({"Vox Lead", "Vox Double"}), ElementsAre("Vox Lead", "Vox Double"));
}

TEST(TrackNames, NeverLoseTheirLastLetter) {
    EXPECT_THAT(named({"Vocal 1", "Vocal 2", "Vocal 3"}), ElementsAre("Vocal 1", "Vocal 2", "Vocal 3"));
    EXPECT_THAT(named({"Song", "Song", "Song"}), ElementsAre("Song", "Song 2", "Song 3"));
    EXPECT_THAT(named({"---", "..", "_"}), ElementsAre("---", "..", "Track"));
}

TEST(TrackNames, ShowBlanksForUnderscoresAndKeepOtherMarks) {
    EXPECT_THAT(named({"Hi-Hat_close", "Drums - OH", "Kick.In", "GTR__dbl"}),
                ElementsAre("Hi-Hat close", "Drums - OH", "Kick.In", "GTR dbl"));
    EXPECT_THAT(named({"a\nb\tc"}), ElementsAre("a b c"));
}

TEST(TrackNames, AsWrittenCutNothing) {
    EXPECT_THAT(named({"Song_01_Kick", "Song_02_Bass", "Song_03_OH.L", "Song_03_OH.R"}, {.as_written = true}),
                ElementsAre("Song 01 Kick", "Song 02 Bass", "Song 03 OH <L", "Song 03 OH <R"));
}

TEST(TrackNames, OfDifferentFoldersAreToldApartByThem) {
    const std::vector<FileName> list{{"OH", {"Kit A"}}, {"OH", {"Kit B"}}, {"Bass", {}}};
    EXPECT_THAT(named(list), ElementsAre("Kit A OH", "Kit B OH", "Bass"));
}

TEST(TrackNames, AnOrderIsJudgedFolderByFolder) {
    const std::vector<FileName> list{
        {"9 - Kick", {"Drums"}}, {"10 - Snare", {"Drums"}}, {"303 Line", {"Synths"}}, {"Pad", {"Synths"}}};
    EXPECT_THAT(named(list), ElementsAre("Kick", "Snare", "303 Line", "Pad"));
}

TEST(Sides, AreFoundInEveryUsualSpelling) {
    EXPECT_THAT(named({"OH.L", "OH.R"}), ElementsAre("OH <L", "OH <R"));
    EXPECT_THAT(named({"OH-R", "OH-L"}), ElementsAre("OH <R", "OH <L"));
    EXPECT_THAT(named({"Piano_L", "Piano_R"}), ElementsAre("Piano <L", "Piano <R"));
    EXPECT_THAT(named({"Piano L", "Piano R"}), ElementsAre("Piano <L", "Piano <R"));
    EXPECT_THAT(named({"Piano (L)", "Piano (R)"}), ElementsAre("Piano <L", "Piano <R"));
    EXPECT_THAT(named({"Synth left", "Synth right"}), ElementsAre("Synth <L", "Synth <R"));
    EXPECT_THAT(named({"Left Gtr", "Right Gtr"}), ElementsAre("Gtr <L", "Gtr <R"));
    EXPECT_THAT(named({"OHL", "OHR"}), ElementsAre("OH <L", "OH <R"));
    EXPECT_THAT(named({"RoomL", "RoomR"}), ElementsAre("Room <L", "Room <R"));
}

TEST(Sides, AreFoundBehindTakesAndInFrontOfThem) {
    EXPECT_THAT(named({"01_OH_L_02", "01_OH_R_02", "02_Kick_02"}), ElementsAre("OH <L", "OH <R", "Kick"));
    EXPECT_THAT(named({"OH_01.L", "OH_01.R"}), ElementsAre("OH <L", "OH <R"));
}

TEST(Sides, NeedEachOther) {
    EXPECT_THAT(named({"OH L", "Room R", "Mono"}), ElementsAre("OH L", "Room R", "Mono"));
    EXPECT_THAT(named({"Model", "Moder"}), ElementsAre("Model", "Moder"));
}

TEST(Sides, AreNotTakenFromStereoFilesOrOtherRates) {
    auto list = files({"OH L", "OH R"});
    list[0].can_be_side = false;
    EXPECT_THAT(named(list), ElementsAre("OH L", "OH R"));
    list = files({"OH L", "OH R"});
    list[0].sample_rate = 44100;
    EXPECT_THAT(named(list), ElementsAre("OH L", "OH R"));
}

TEST(Sides, ThatOnlyALetterTellsMustBeOfOneLength) {
    auto list = files({"RoomL", "RoomR", "OH.L", "OH.R"});
    list[0].frames = 999;
    list[2].frames = 999;
    EXPECT_THAT(named(list), ElementsAre("RoomL", "RoomR", "OH <L", "OH <R"));
}

TEST(Sides, AreNotLookedForWhereTheyAreNotWanted) {
    EXPECT_THAT(named({"OH L", "OH R"}, {.pairs = false}), ElementsAre("OH L", "OH R"));
}

TEST(Sides, KnowEachOther) {
    const TrackNames names = name_tracks(files({"Kick", "OH.L", "OH.R"}), {});
    EXPECT_EQ(names.names[1].partner, 2u);
    EXPECT_EQ(names.names[2].partner, 1u);
}

TEST(Sides, OfAFolderAreNamedAfterIt) {
    const std::vector<FileName> list{{"L", {"Piano"}}, {"R", {"Piano"}}, {"Bass", {}}};
    EXPECT_THAT(named(list), ElementsAre("Piano <L", "Piano <R", "Bass"));
}

TEST(Sides, OfASurroundSetAreLeftAloneAndTold) {
    const auto list = files({"Amb.L", "Amb.R", "Amb.C", "Amb.LFE", "Amb.Ls", "Amb.Rs"});
    EXPECT_THAT(name_tracks(list, {}).surround_sets, ElementsAre("Amb"));
    for (const TrackName& name : name_tracks(list, {}).names) EXPECT_EQ(name.side, Side::none) << name.name;
    EXPECT_THAT(name_tracks(files({"Pno L", "Pno R", "Pno C"}), {}).surround_sets, IsEmpty());
}

TEST(Groups, AreThePartInFront) {
    EXPECT_THAT(groups({"Drums - Kick", "Drums - Snare top", "Bass_DI", "Bass_Amp clean", "Gtr clean"}),
                ElementsAre("Drums", "Drums", "Bass", "Bass", "Gtr"));
    EXPECT_THAT(groups({"Tom1", "Tom2", "Tom", "12", "Snare-top"}), ElementsAre("Tom", "Tom", "Tom", "", "Snare"));
}

TEST(UniqueNamesOfStrips, DifferCaseApart) {
    UniqueNames names;
    EXPECT_EQ(names.take("Kick"), "Kick");
    EXPECT_EQ(names.take("kick"), "kick 2");
    EXPECT_EQ(names.take("Kick"), "Kick 3");
    EXPECT_EQ(names.take("Kick 2"), "Kick 2 2");
    EXPECT_EQ(names.take(""), "Track");
}

TEST(UniqueNamesOfStrips, DifferAsNamesOfFiles) {
    UniqueNames names;
    EXPECT_EQ(names.take("Vox?"), "Vox?");
    EXPECT_EQ(names.take("vox*"), "vox* 2");
    EXPECT_EQ(names.take("Vox_"), "Vox_ 3");
}

TEST(UniqueNamesOfStrips, FitASession) {
    UniqueNames names;
    std::string umlauts;
    for (int k = 0; k < 150; ++k) umlauts += "ä";
    for (const int time : {1, 2}) {
        const std::string name = names.take(umlauts);
        EXPECT_LE(name.size(), 200u) << time;
        EXPECT_TRUE(is_sayable(name)) << time;
    }
}

TEST(Sayable, IsUtf8OfOneLine) {
    for (const char* const good : {"a/b c.wav", "Schlagzeug/Höhe.wav", "ドラム.wav", "\xf0\x9f\xa5\x81.wav"})
        EXPECT_TRUE(is_sayable(good)) << good;
    for (const char* const bad :
         {"a\nb", "a\x7f", "H\xf6he.wav", "\xc0\xaf", "\xed\xa0\x80", "\xe3\x83", "\xf5\x80\x80\x80"})
        EXPECT_FALSE(is_sayable(bad)) << bad;
    EXPECT_FALSE(is_sayable(std::string(4097, 'a')));
}

}  // namespace
}  // namespace dubplate::session
