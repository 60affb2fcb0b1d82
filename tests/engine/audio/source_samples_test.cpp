// Real files, good and bad, from the shared samples.

#include <cmath>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

/// "12345 frames" or "corrupt_input: ..." of a file, at two rates; fails the test if the answer is not a defined one.
std::string outcome(const std::string& path, const test::TemporaryFolder& folder) {
    std::string words;
    const auto probed = probe_source(path);
    for (const int session_rate : {44100, 48000}) {
        const auto source = open_source(path, session_rate, 1.0, folder.path());
        if (!source) {
            EXPECT_EQ(source.error().where, path);
            EXPECT_FALSE(source.error().message.empty()) << path;
            words = "error: " + source.error().message;
            continue;
        }
        EXPECT_TRUE(probed) << path;
        EXPECT_LT((*source)->frames(), 100'000'000) << path;
        std::vector<int> first = {0, (*source)->channels() - 1};
        for (FrameCount at = 0; at < (*source)->frames(); at += 65536) {
            const auto read = test::read_frames(**source, at, 65536, first);
            if (!read) {
                words = "error: " + read.error().message;
                break;
            }
            for (const auto& signal : *read) EXPECT_TRUE(std::isfinite(test::rms(signal))) << path;
        }
        if (words.empty()) words = std::to_string((*source)->info().frames) + " frames";
    }
    return words;
}

TEST(SourceSamples, BadFilesGiveAnErrorOrADefinedResult) {
    const auto paths = test::shared_samples("bad-audio");
    if (paths.empty()) GTEST_SKIP() << "no shared samples on this machine";
    // What the audio of these can be is told in the README beside them; everything else is decoded.
    const std::vector<std::pair<std::string, std::string>> errors = {
        {"04 - wrong number of channels.flac", "cannot be decoded at frame 0"},
        {"05 - wrong total number of samples.flac", "the file goes on after its 39842 frames"},
        {"06 - missing streaminfo metadata block.flac", "is damaged"},
        {"08 - blocksize 65536.flac", "cannot be decoded at frame 0"},
        {"11 - incorrect metadata block length.flac", "is damaged"},
        {"pcmwaveformat-24bit-4byte-48kHz-stereo.wav", "its header contradicts itself"},
        {"crash-", "is damaged"},
        {"oom-", "is damaged"},
        {"README.txt", "is not a sound file of a known format"},
        {"license", "is not a sound file of a known format"},
        {"LICENSE.txt", "is damaged"},  // it begins like a VOC file
    };
    test::TemporaryFolder folder;
    for (const std::string& path : paths) {
        SCOPED_TRACE(path);
        const std::string words = outcome(path, folder);
        const auto known = std::find_if(errors.begin(), errors.end(), [&](const auto& error) {
            return path.find("/" + error.first) != std::string::npos;
        });
        if (known != errors.end())
            EXPECT_THAT(words, testing::StartsWith("error: " + known->second));
        else
            EXPECT_THAT(words, testing::EndsWith(" frames"));
    }
}

TEST(SourceSamples, RealWavFilesReadStraightAreWhatLibsndfileReads) {
    std::vector<std::string> paths;
    for (const char* const folder : {"wav-metadata", "multitrack", "ir", "adm-bwf"})
        for (const char* const extension : {".wav", ".WAV"})
            for (auto& path : test::shared_samples(folder, extension)) paths.push_back(std::move(path));
    if (paths.empty()) GTEST_SKIP() << "no shared samples on this machine";
    test::TemporaryFolder folder;
    int compared = 0;
    for (const std::string& path : paths) {
        SCOPED_TRACE(path);
        SF_INFO info{};
        SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
        if (file == nullptr) continue;
        const auto source = open_source(path, info.samplerate, 1.0, folder.path());
        if (source) {
            EXPECT_EQ((*source)->frames(), info.frames);
            EXPECT_EQ((*source)->channels(), info.channels);
            constexpr int kFrames = 5000;
            for (const sf_count_t at : {sf_count_t{0}, std::max<sf_count_t>(info.frames - kFrames, 0)}) {
                std::vector<float> interleaved(static_cast<std::size_t>(info.channels) * kFrames);
                sf_seek(file, at, SEEK_SET);
                const auto got = static_cast<int>(sf_readf_float(file, interleaved.data(), kFrames));
                const auto ours = test::read_frames(**source, at, got).value();
                for (int frame = 0; frame < got; ++frame)
                    for (int channel = 0; channel < info.channels; ++channel)
                        ASSERT_EQ(ours[static_cast<std::size_t>(channel)][static_cast<std::size_t>(frame)],
                                  interleaved[static_cast<std::size_t>(frame * info.channels + channel)])
                            << "frame " << at + frame << ", channel " << channel;
            }
            ++compared;
        }
        sf_close(file);
    }
    EXPECT_GE(compared, 40);
}

TEST(SourceSamples, RealFlacAndMp3DecodeWhole) {
    const auto drums = test::shared_samples("multitrack/muldjordkit-subset", ".flac");
    const auto songs = test::shared_samples("multitrack/mdn-multi-track", ".mp3");
    if (drums.empty() || songs.empty()) GTEST_SKIP() << "no shared samples on this machine";
    test::TemporaryFolder folder;
    for (std::size_t k = 0; k < drums.size(); k += 11) {
        SCOPED_TRACE(drums[k]);
        const auto source = open_source(drums[k], 44100, 1.0, folder.path());
        ASSERT_TRUE(source) << source.error().message;
        EXPECT_EQ((*source)->info().format, "FLAC (Free Lossless Audio Codec), Signed 24 bit PCM");
        EXPECT_EQ((*source)->frames(), (*source)->info().frames);
        EXPECT_GT(test::rms(test::read_all(**source).value()[0]), 1e-6);
    }
    const auto bass =
        std::find_if(songs.begin(), songs.end(), [](const auto& path) { return path.ends_with("bassguitar.mp3"); });
    ASSERT_NE(bass, songs.end());
    const auto source = open_source(*bass, 48000, 1.0, folder.path());
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_NEAR(static_cast<double>((*source)->frames()) / 48000.0, 80.3, 0.2);
    EXPECT_GT(test::rms(test::read_frames(**source, 20 * 48000, 48000).value()[0]), 0.001);
}

}  // namespace
}  // namespace dubplate::audio
