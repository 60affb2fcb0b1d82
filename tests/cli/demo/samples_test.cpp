#include "cli/demo/samples.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace dubplate::demo {
namespace {

TEST(DemoSamples, ThatAreMissingAreNamedWithWhatToInstall) {
    const auto samples = SampleLibrary::open("/no/such/folder");
    ASSERT_FALSE(samples);
    EXPECT_EQ(samples.error().code, ErrorCode::not_found);
    EXPECT_THAT(samples.error().message, testing::HasSubstr("/no/such/folder"));
    EXPECT_THAT(samples.error().message, testing::HasSubstr("apt-get install sonic-pi-samples"));
}

TEST(DemoSamples, InAFolderWithoutThemAreMissedByName) {
    const auto samples = SampleLibrary::open(std::filesystem::temp_directory_path().string());
    ASSERT_FALSE(samples);
    EXPECT_THAT(samples.error().message, testing::HasSubstr("ambi_choir.flac"));
    EXPECT_THAT(samples.error().message, testing::HasSubstr("apt-get install sonic-pi-samples"));
}

TEST(DemoSamples, TellTheirLengthAndChannels) {
    const auto samples = SampleLibrary::open();
    if (!samples) GTEST_SKIP() << samples.error().message;
    EXPECT_NEAR(samples->facts("loop_amen").seconds, 1.753, 0.001);
    EXPECT_EQ(samples->facts("loop_amen").channels, 2);
    EXPECT_EQ(samples->facts("drum_snare_hard").channels, 1);
    EXPECT_TRUE(std::filesystem::exists(samples->path("loop_amen")));
}

}  // namespace
}  // namespace dubplate::demo
