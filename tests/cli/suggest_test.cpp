#include "cli/suggest.h"

#include <gtest/gtest.h>

#include <vector>

namespace dubplate::cli {
namespace {

const std::vector<std::string> kNames{"render", "check", "inspect", "--stems", "--threads"};

TEST(Suggest, FindsTheNameWithALetterMissingAddedWrongOrSwapped) {
    for (const char* word : {"rendr", "renderr", "rander", "redner"})
        EXPECT_EQ(did_you_mean(word, kNames), ", did you mean 'render'?") << word;
    EXPECT_EQ(did_you_mean("--stem", kNames), ", did you mean '--stems'?");
}

TEST(Suggest, SaysNothingWhereNothingIsNear) {
    EXPECT_EQ(did_you_mean("bounce", kNames), "");
    EXPECT_EQ(did_you_mean("", kNames), "");
    EXPECT_EQ(did_you_mean(std::string(100000, 'x'), kNames), "");
    EXPECT_EQ(did_you_mean("render", {}), "");
}

}  // namespace
}  // namespace dubplate::cli
