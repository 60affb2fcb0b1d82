#include "engine/base/layout.h"

#include <bit>

#include <gmock/gmock.h>

namespace dubplate {
namespace {

TEST(Layout, ReadsAndPrintsEveryName) {
    for (const char* name :
         {"mono", "stereo", "LCR", "quad", "5.1", "7.1", "7.1.4", "1 discrete", "2 discrete", "16 discrete"}) {
        const auto layout = parse_layout(name);
        ASSERT_TRUE(layout.has_value()) << name;
        EXPECT_EQ(to_string(*layout), name);
    }
}

TEST(Layout, NamesTheLayoutsThereAreWhenItDoesNotKnowOne) {
    for (const char* name : {"", "Stereo", "0 discrete", "17 discrete", "3discrete", "-1 discrete", "3 discrete ",
                             "discrete", "99999999999 discrete"}) {
        const auto layout = parse_layout(name);
        ASSERT_FALSE(layout.has_value()) << name;
        EXPECT_EQ(layout.error().code, ErrorCode::bad_argument);
        EXPECT_THAT(layout.error().message, testing::HasSubstr("7.1.4"));
    }
}

TEST(Layout, MaskNamesAsManyLoudspeakersAsThereAreChannels) {
    for (const char* name : {"mono", "stereo", "LCR", "quad", "5.1", "7.1", "7.1.4"}) {
        const Layout layout = parse_layout(name).value();
        EXPECT_EQ(std::popcount(speaker_mask(layout)), layout.channels) << name;
    }
    EXPECT_EQ(speaker_mask(parse_layout("5.1").value()), 0x60fu);
    EXPECT_EQ(speaker_mask(parse_layout("6 discrete").value()), 0u);
}

TEST(Layout, FilesHaveTheUsualLayoutOfTheirChannelCount) {
    EXPECT_EQ(to_string(layout_of_channels(1)), "mono");
    EXPECT_EQ(to_string(layout_of_channels(2)), "stereo");
    EXPECT_EQ(to_string(layout_of_channels(3)), "3 discrete");
    EXPECT_EQ(to_string(layout_of_channels(4)), "4 discrete");
    EXPECT_EQ(to_string(layout_of_channels(6)), "5.1");
    EXPECT_EQ(to_string(layout_of_channels(8)), "7.1");
    EXPECT_EQ(to_string(layout_of_channels(12)), "7.1.4");
    EXPECT_EQ(to_string(layout_of_channels(16)), "16 discrete");
}

}  // namespace
}  // namespace dubplate
