#include "bench/sessions/sounds.h"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace dubplate::bench {
namespace {

constexpr Sound kPlayed[] = {Sound::drums, Sound::noise, Sound::plucked, Sound::pad};

SoundFile file_of(Sound sound, std::uint64_t seed, FrameCount frames = 4 * kSampleRate) {
    return {"sound.wav", sound, 1, frames, seed};
}

double rms_db(const std::vector<float>& audio) {
    double sum = 0.0;
    for (const float sample : audio) sum += static_cast<double>(sample) * sample;
    return 10.0 * std::log10(sum / static_cast<double>(audio.size()));
}

TEST(Sounds, AreTheSameForTheSameSeedAndOthersForOthers) {
    for (const Sound sound : kPlayed) {
        EXPECT_EQ(make_sound(file_of(sound, 1), 0), make_sound(file_of(sound, 1), 0));
        EXPECT_NE(make_sound(file_of(sound, 1), 0), make_sound(file_of(sound, 2), 0));
        EXPECT_NE(make_sound(file_of(sound, 1), 0), make_sound(file_of(sound, 1), 1)) << "channels differ";
    }
}

TEST(Sounds, AreAsLoudAsRecordingsAndNeverClipNorFallSilent) {
    for (const Sound sound : kPlayed) {
        const auto audio = make_sound(file_of(sound, 5), 0);
        EXPECT_GT(rms_db(audio), -50.0);
        EXPECT_LT(rms_db(audio), -8.0);
        for (const float sample : audio) ASSERT_LE(std::abs(sample), 0.99f);
        for (std::size_t start = 0; start + 4800 <= audio.size(); start += 4800)
            ASSERT_TRUE(std::any_of(audio.begin() + static_cast<std::ptrdiff_t>(start),
                                    audio.begin() + static_cast<std::ptrdiff_t>(start + 4800),
                                    [](float sample) { return sample != 0.0f; }));
    }
}

TEST(Sounds, AShorterFileIsTheBeginningOfALongerOne) {
    const auto whole = make_sound(file_of(Sound::plucked, 3), 0);
    const auto part = make_sound(file_of(Sound::plucked, 3, kSampleRate), 0);
    EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin()));
}

TEST(Sounds, AResponseDecaysBySixtyDecibels) {
    const auto audio = make_sound(file_of(Sound::response, 9, 3 * kSampleRate), 0);
    const std::vector<float> begin(audio.begin() + 480, audio.begin() + 4800);
    const std::vector<float> end(audio.begin() + 2.6 * kSampleRate, audio.begin() + 2.6 * kSampleRate + 4320);
    EXPECT_NEAR(rms_db(begin) - rms_db(end), 60.0, 2.0);
}

TEST(Sounds, AreWrittenAs24BitWav) {
    const auto folder = std::filesystem::temp_directory_path() / "dubplate_sounds_test";
    std::filesystem::create_directories(folder);
    const SoundFile file{"two.wav", Sound::drums, 2, 70000, 11};
    ASSERT_TRUE(write_sound(file, folder.string()));
    SF_INFO info{};
    SNDFILE* const in = sf_open((folder / "two.wav").c_str(), SFM_READ, &info);
    ASSERT_NE(in, nullptr);
    EXPECT_EQ(info.format, SF_FORMAT_WAV | SF_FORMAT_PCM_24);
    EXPECT_EQ(info.samplerate, kSampleRate);
    std::vector<float> read(70000 * 2);
    EXPECT_EQ(sf_readf_float(in, read.data(), 70000), 70000);
    sf_close(in);
    std::filesystem::remove_all(folder);
    // libsndfile writes +-1 as +-0x7fffff and reads 24 bits as fractions of 0x800000. Half a step is its rounding, a
    // quarter that of the float product before it.
    constexpr double kScale = 8388607.0, kFull = 8388608.0;
    for (int channel = 0; channel < 2; ++channel) {
        const auto audio = make_sound(file, channel);
        for (std::size_t frame = 0; frame < audio.size(); ++frame)
            ASSERT_NEAR(read[frame * 2 + static_cast<std::size_t>(channel)] * kFull, audio[frame] * kScale, 0.751)
                << frame;
    }
}

}  // namespace
}  // namespace dubplate::bench
