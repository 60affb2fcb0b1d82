#include "engine/audio/flac_format.h"

#include <iterator>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

constexpr std::size_t kCountAt = 21;  // in a file that begins with "fLaC" and STREAMINFO

std::string bytes_of_flac(test::TemporaryFolder& folder, std::size_t frames) {
    test::write_sound_file(folder / "made.flac", test::noise_channels(2, frames), 48000,
                           SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
    std::ifstream file(folder / "made.flac", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string write(test::TemporaryFolder& folder, const std::string& bytes) {
    std::ofstream(folder / "in.flac", std::ios::binary) << bytes;
    return folder / "in.flac";
}

std::string promising(std::string bytes, std::uint64_t frames) {
    bytes[kCountAt] = static_cast<char>((bytes[kCountAt] & 0xf0) | static_cast<char>(frames >> 32 & 0x0f));
    for (std::size_t k = 0; k < 4; ++k) bytes[kCountAt + 1 + k] = static_cast<char>(frames >> (24 - 8 * k));
    return bytes;
}

std::optional<FlacLength> length_of(const std::string& path) {
    return find_flac_length(*open_for_reading(path), path).value();
}

TEST(FlacFormat, FindsTheLengthTheHeaderPromises) {
    test::TemporaryFolder folder;
    const std::string plain = bytes_of_flac(folder, 5000);
    EXPECT_EQ(length_of(write(folder, plain))->frames, 5000);
    EXPECT_EQ(length_of(write(folder, plain))->bytes_at, kCountAt);
    EXPECT_EQ(length_of(write(folder, promising(plain, 0xfffffffff)))->frames, 0xfffffffff);
    const std::string tag("ID3\x04\0\0\0\0\1\2", 10);
    EXPECT_EQ(length_of(write(folder, tag + std::string(130, '\0') + plain))->frames, 5000);
    const std::string padding("\x81\0\0\2ab", 6);  // before STREAMINFO, though it should not be
    EXPECT_EQ(length_of(write(folder, "fLaC" + std::string("\x01\0\0\2ab", 6) + plain.substr(4)))->frames, 5000);
    EXPECT_FALSE(length_of(write(folder, "fLaC" + padding + plain.substr(4)))) << "the last block came before it";
    EXPECT_FALSE(length_of(write(folder, plain.substr(0, 20))));
    EXPECT_FALSE(length_of(write(folder, "RIFF")));
}

TEST(FlacFormat, AFileThatHoldsMoreOrFewerFramesThanItPromisesIsAnError) {
    test::TemporaryFolder folder;
    const std::string plain = bytes_of_flac(folder, 50'000);
    const auto error_of = [&](std::uint64_t promised) -> std::string {
        const auto source = open_source(write(folder, promising(plain, promised)), 48000, 1.0, folder.path());
        if (!source) {
            EXPECT_EQ(source.error().where, folder / "in.flac");
        }
        return source ? "" : source.error().message;
    };
    EXPECT_THAT(error_of(49'999), testing::StartsWith("the file goes on after its 49999 frames"));
    EXPECT_THAT(error_of(1), testing::StartsWith("the file goes on after its 1 frames"));
    EXPECT_EQ(error_of(50'001), "the file ends early, at frame 50000 of 50001");
    EXPECT_EQ(error_of(0xfffffffff), "the file ends early, at frame 50000 of 68719476735");
    EXPECT_EQ(error_of(50'000), "");
}

TEST(FlacFormat, WhatStandsBehindTheLastFrameIsNoMatter) {
    test::TemporaryFolder folder;
    const std::string plain = bytes_of_flac(folder, 50'000);
    const auto expected =
        test::read_frames(*open_source(write(folder, plain), 48000, 1.0, folder.path()).value(), 0, 50'000);
    for (const std::string& behind : {"TAG" + std::string(125, 'x'), "APETAGEX" + std::string(200, '\x01'),
                                      std::string(5000, '\0'), std::string("\n")}) {
        const auto source = open_source(write(folder, plain + behind), 48000, 1.0, folder.path());
        ASSERT_TRUE(source) << source.error().message;
        EXPECT_EQ((*source)->frames(), 50'000);
        EXPECT_EQ(test::read_frames(**source, 0, 50'000).value(), expected.value());
    }
}

TEST(FlacFormat, AnUnknownLengthIsReadToTheEnd) {
    test::TemporaryFolder folder;
    const std::string plain = bytes_of_flac(folder, 50'000);
    const auto known = open_source(write(folder, plain), 48000, 1.0, folder.path()).value();
    const auto expected = test::read_frames(*known, 0, 50'000).value();
    const auto source = open_source(write(folder, promising(plain, 0)), 48000, 1.0, folder.path());
    ASSERT_TRUE(source);
    EXPECT_EQ((*source)->frames(), 50'000);
    EXPECT_EQ(test::read_frames(**source, 0, 50'000).value(), expected);
}

}  // namespace
}  // namespace dubplate::audio
