#include "kernels/shared/philox.h"

#include <gtest/gtest.h>

namespace dubplate::kernels {
namespace {

void expect_words(PhiloxWords actual, PhiloxWords expected) {
    for (int k = 0; k < 4; ++k) EXPECT_EQ(actual.word[k], expected.word[k]) << "word " << k;
}

// The three vectors that Random123 publishes for philox4x32 with 10 rounds (its file kat_vectors).
TEST(Philox, GivesThePublishedWordsForZeros) {
    expect_words(philox4x32({{0, 0, 0, 0}}, 0, 0), {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}});
}

TEST(Philox, GivesThePublishedWordsForOnes) {
    constexpr std::uint32_t kOnes = 0xffffffff;
    expect_words(philox4x32({{kOnes, kOnes, kOnes, kOnes}}, kOnes, kOnes),
                 {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}});
}

TEST(Philox, GivesThePublishedWordsForTheDigitsOfPi) {
    expect_words(philox4x32({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0xa4093822, 0x299f31d0),
                 {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}});
}

}  // namespace
}  // namespace dubplate::kernels
