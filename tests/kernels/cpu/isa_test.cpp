#include "kernels/cpu/isa.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace dubplate::kernels {
namespace {

using testing::HasSubstr;

TEST(Isa, IsTheBestThereIsWhereNothingElseIsAskedFor) {
    EXPECT_EQ(choose_isa("", Isa::v3), Isa::v3);
    EXPECT_EQ(choose_isa("", Isa::v4), Isa::v4);
}

TEST(Isa, IsTheOneAskedForWhereTheProcessorHasIt) {
    EXPECT_EQ(choose_isa("v3", Isa::v4), Isa::v3);
    EXPECT_EQ(choose_isa("v3", Isa::v3), Isa::v3);
    EXPECT_EQ(choose_isa("v4", Isa::v4), Isa::v4);
}

TEST(Isa, ThatTheProcessorLacksIsAnErrorThatSaysWhatToDo) {
    const auto choice = choose_isa("v4", Isa::v3);
    ASSERT_FALSE(choice);
    EXPECT_EQ(choice.error().code, ErrorCode::bad_argument);
    EXPECT_THAT(choice.error().message, HasSubstr("DUBPLATE_ISA is 'v4'"));
    EXPECT_THAT(choice.error().message, HasSubstr("set it to v3"));
}

TEST(Isa, OfAnotherNameIsAnErrorThatNamesThoseThereAre) {
    for (const char* const word : {"v5", "V4", "avx2", "x86-64-v4", " v3"}) {
        const auto choice = choose_isa(word, Isa::v4);
        ASSERT_FALSE(choice) << word;
        EXPECT_EQ(choice.error().code, ErrorCode::bad_argument);
        EXPECT_THAT(choice.error().message, HasSubstr(std::string(word) + "': it is v3 or v4"));
    }
}

TEST(Isa, OfThisProcessFollowsTheEnvironment) {
    const char* const value = std::getenv("DUBPLATE_ISA");
    ASSERT_TRUE(isa_choice());
    EXPECT_EQ(*isa_choice(), choose_isa(value ? value : "", best_isa()));
    EXPECT_EQ(chosen_isa(), *isa_choice());
}

}  // namespace
}  // namespace dubplate::kernels
