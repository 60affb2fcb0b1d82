#include "engine/base/spelling.h"

#include <gtest/gtest.h>

namespace dubplate {
namespace {

constexpr std::string_view kWords[] = {"threshold", "ratio", "attack", "release", "gain", "q"};

TEST(Spelling, FindsTheWordThatWasMeant) {
    EXPECT_EQ(closest_word("treshold", kWords), "threshold");
    EXPECT_EQ(closest_word("Threshold", kWords), "threshold");
    EXPECT_EQ(closest_word("raito", kWords), "ratio");
    EXPECT_EQ(closest_word("releas", kWords), "release");
    EXPECT_EQ(closest_word("attackk", kWords), "attack");
    EXPECT_EQ(closest_word("gian", kWords), "gain");
}

TEST(Spelling, SuggestsNothingFarFetched) {
    EXPECT_EQ(closest_word("colour", kWords), "");
    EXPECT_EQ(closest_word("x", kWords), "");
    EXPECT_EQ(closest_word("", kWords), "");
    EXPECT_EQ(closest_word(std::string(100000, 'q'), kWords), "");
    EXPECT_EQ(did_you_mean("colour", kWords), "");
    EXPECT_EQ(did_you_mean("treshold", kWords), ", did you mean 'threshold'?");
}

TEST(Spelling, ListsWords) {
    EXPECT_EQ(listed(std::span(kWords).first(3)), "'threshold', 'ratio' or 'attack'");
    EXPECT_EQ(listed(std::span(kWords).first(1)), "'threshold'");
    const std::vector<std::string_view> many(30, "a");
    EXPECT_TRUE(listed(many).ends_with("'a', ..."));
}

TEST(Spelling, ListsWhatThereIsWhereNothingIsNear) {
    EXPECT_EQ(did_you_mean_or_list("treshold", kWords), ", did you mean 'threshold'?");
    EXPECT_EQ(did_you_mean_or_list("colour", std::span(kWords).first(2)), "; there are 'threshold' or 'ratio'");
    EXPECT_EQ(did_you_mean_or_list("colour", std::span(kWords).first(1)), "; there is 'threshold'");
    EXPECT_EQ(did_you_mean_or_list("colour", {}), "");
}

TEST(Spelling, CountsInTheSingularAndInThePlural) {
    EXPECT_EQ(counted(0, "track"), "0 tracks");
    EXPECT_EQ(counted(1, "bus"), "1 bus");
    EXPECT_EQ(counted(2, "bus"), "2 buses");
    EXPECT_EQ(counted(12, "warning"), "12 warnings");
}

TEST(Spelling, CutsBetweenCharacters) {
    EXPECT_EQ(cut("abc", 5), "abc");
    EXPECT_EQ(cut("abc", 2), "ab");
    EXPECT_EQ(cut("aé", 2), "a");
    EXPECT_EQ(cut("aé", 3), "aé");
}

}  // namespace
}  // namespace dubplate
