#include "engine/audio/file_format.h"

#include <gtest/gtest.h>

namespace dubplate::audio {
namespace {

const Layout kMono{Layout::Kind::mono, 1}, kStereo{Layout::Kind::stereo, 2}, kSurround{Layout::Kind::surround_5_1, 6},
    kAtmos{Layout::Kind::surround_7_1_4, 12};

std::string complaint(const std::string& format, Layout layout, int rate, FrameCount frames = 0) {
    const auto checked = check_format(parse_file_format(format).value(), layout, rate, frames);
    if (checked) return "";
    EXPECT_EQ(checked.error().code, ErrorCode::bad_argument);
    EXPECT_EQ(checked.error().where, "format '" + format + "'");
    return checked.error().message;
}

TEST(FileFormat, EveryNameReadsBackAsItself) {
    EXPECT_EQ(file_format_names().size(), 17u);
    for (const std::string_view name : file_format_names()) {
        const auto format = parse_file_format(name);
        ASSERT_TRUE(format) << name;
        EXPECT_EQ(to_string(*format), name);
        EXPECT_EQ(file_extension(*format)[0], '.');
        EXPECT_TRUE(check_format(*format, kStereo, 48000)) << name;
    }
    for (const char* const name : {"ogg:0.6", "ogg:0", "opus:160", "mp3:320", "mp3v:2", "mp3v:4.5"})
        EXPECT_EQ(to_string(parse_file_format(name).value()), name);
    EXPECT_EQ(parse_file_format("flac24").value(), FileFormat::flac24);
    EXPECT_EQ(file_extension(FileFormat::aiff24), ".aiff");
}

TEST(FileFormat, UnknownNamesAreAnsweredWithTheNearestAndAll) {
    const auto unknown = parse_file_format("flac42");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::bad_argument);
    EXPECT_EQ(unknown.error().message,
              "unknown file format 'flac42', did you mean 'flac24'?; there are wav16, wav24, wav32, wav32f, wav64f, "
              "flac16, flac24, aiff16, aiff24, aiff32f, caf16, caf24, caf32f, ogg, opus, mp3 and mp3v");
    EXPECT_FALSE(parse_file_format(""));
    EXPECT_FALSE(parse_file_format(":3"));
}

TEST(FileFormat, SettingsHaveRanges) {
    for (const char* const text :
         {"ogg:", "ogg:1.1", "ogg:-0.1", "ogg:nan", "ogg:0.5x", "mp3:321", "mp3:7", "mp3:1e99", "mp3v:9.5", "opus:0"})
        EXPECT_FALSE(parse_file_format(text)) << text;
    EXPECT_EQ(parse_file_format("ogg:2").error().message, "'ogg:2': the quality of ogg is a number from 0 to 1");
    EXPECT_EQ(parse_file_format("wav24:16").error().message,
              "'wav24:16': wav24 has nothing to be set: leave out what follows the colon");
}

TEST(FileFormat, WhatAFormatCannotHoldIsRefusedWithAdvice) {
    EXPECT_EQ(complaint("opus", kStereo, 44100),
              "holds 8000, 12000, 16000, 24000 and 48000 Hz, not 44100: write it at another rate (--rate 48000)");
    EXPECT_EQ(
        complaint("mp3", kStereo, 96000),
        "holds 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100 and 48000 Hz, not 96000: write it at another "
        "rate (--rate 48000)");
    EXPECT_NE(complaint("mp3v", kStereo, 88200).find("(--rate 44100)"), std::string::npos);
    EXPECT_EQ(complaint("mp3", kSurround, 48000),
              "MP3 holds one or two channels, not 6: choose ogg, opus, FLAC or WAV");
    EXPECT_EQ(complaint("mp3:100", kStereo, 44100),
              "at 44100 Hz MP3 has 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256 and 320 kbit/s, not 100");
    EXPECT_EQ(complaint("mp3:128", kStereo, 8000),
              "at 8000 Hz MP3 has 8, 16, 24, 32, 40, 48, 56 and 64 kbit/s, not 128");
    EXPECT_EQ(complaint("flac24", kAtmos, 48000), "FLAC holds at most 8 channels, not 12: choose WAV or CAF");
    EXPECT_NE(complaint("flac16", kStereo, 768'000), "");
    EXPECT_NE(complaint("ogg", kStereo, 384'000), "");
    EXPECT_EQ(complaint("opus:513", kStereo, 48000), "2 channels take 12 to 512 kbit/s, not 513");
    EXPECT_EQ(complaint("opus:6", kMono, 48000), "");
}

TEST(FileFormat, RatesAndChannelsHaveBounds) {
    EXPECT_TRUE(check_format(FileFormat::wav24, kAtmos, 768'000));
    EXPECT_TRUE(check_format(FileFormat::wav24, kMono, 1000));
    EXPECT_EQ(complaint("wav24", kMono, 999), "cannot write a rate of 999 Hz: it goes from 1000 to 768000");
    EXPECT_NE(complaint("wav24", kMono, 768'001), "");
    EXPECT_NE(complaint("wav24", {Layout::Kind::discrete, 17}, 48000), "");
    EXPECT_NE(complaint("wav24", {Layout::Kind::discrete, 0}, 48000), "");
}

TEST(FileFormat, AiffEndsAtFourGibibytesAndOthersDoNot) {
    const FrameCount hours = 48000LL * 3600 * 6;  // 6.2 GB
    EXPECT_EQ(complaint("aiff24", kStereo, 48000, hours),
              "AIFF ends at 4 GiB, and a file here can reach 6.2 GB: choose WAV or CAF, or a shorter range");
    EXPECT_EQ(complaint("aiff24", kStereo, 48000, hours / 2), "");
    for (const char* const name : {"wav24", "caf24", "flac24", "ogg", "mp3"})
        EXPECT_EQ(complaint(name, kStereo, 48000, hours), "") << name;
}

TEST(FileFormat, SettingsHaveStandardsThatFitTheRate) {
    EXPECT_EQ(setting_of(FileFormat::mp3, kStereo, 48000), 320.0);
    EXPECT_EQ(setting_of(FileFormat::mp3, kStereo, 22050), 160.0);
    EXPECT_EQ(setting_of(FileFormat::mp3, kStereo, 8000), 64.0);
    EXPECT_EQ(setting_of(FileFormat::opus, kStereo, 48000), 160.0);
    for (const int rate : {8000, 11025, 16000, 22050, 32000, 44100, 48000})
        EXPECT_TRUE(check_format(FileFormat::mp3, kStereo, rate)) << rate;
    for (const int channels : {1, 2, 6, 8, 12, 16})
        EXPECT_TRUE(check_format(FileFormat::opus, layout_of_channels(channels), 48000)) << channels;
}

}  // namespace
}  // namespace dubplate::audio
