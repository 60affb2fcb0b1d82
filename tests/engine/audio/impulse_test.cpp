#include "engine/audio/impulse.h"

#include <cmath>
#include <complex>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

/// Level of a response at a frequency, in dB.
double level_at(const std::vector<float>& response, double hz, double rate) {
    std::complex<double> sum = 0.0;
    for (std::size_t n = 0; n < response.size(); ++n)
        sum += static_cast<double>(response[n]) * std::polar(1.0, -2.0 * M_PI * hz / rate * static_cast<double>(n));
    return test::decibels(std::abs(sum));
}

TEST(Impulse, AtTheSessionsRateIsWhatTheFileHolds) {
    test::TemporaryFolder folder;
    const auto signals = test::noise_channels(4, 70'000);
    test::write_sound_file(folder / "hall.wav", signals, 48000, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
    const auto response = load_impulse(folder / "hall.wav", 48000, folder.path());
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->channels, signals);
    EXPECT_EQ(response->frames(), 70'000);
}

TEST(Impulse, KeepsItsFrequencyResponseAtAnotherRate) {
    test::TemporaryFolder folder;
    test::Signal decay = test::noise(8000, 3);
    for (std::size_t n = 0; n < decay.size(); ++n)  // begins and ends softly: nothing rings beyond its ends
        decay[n] *= static_cast<float>(std::pow(std::sin(M_PI * (static_cast<double>(n) + 0.5) / 8000.0), 2.0));
    test::write_sound_file(folder / "hall.wav", {decay}, 44100, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
    // libsoxr's pass band may fall by 0.01 dB (soxr.h, SOXR_ROLLOFF_SMALL); 12 kHz at 32 kHz is the nearest to its end.
    for (const int rate : {48000, 96000, 32000}) {
        const auto response = load_impulse(folder / "hall.wav", rate, folder.path()).value();
        EXPECT_EQ(response.frames(), std::llround(8000.0 * rate / 44100.0));
        for (const double hz : {50.0, 440.0, 1000.0, 5000.0, 12'000.0})
            EXPECT_NEAR(level_at(response.channels[0], hz, rate), level_at(decay, hz, 44100.0), 0.01)
                << hz << " Hz at " << rate;
    }
}

TEST(Impulse, RefusesWhatIsNoResponse) {
    test::TemporaryFolder folder;
    const auto error_of = [&](const std::string& name) {
        const auto response = load_impulse(folder / name, 48000, folder.path());
        EXPECT_FALSE(response);
        EXPECT_EQ(response.error().where, folder / name);
        return response.error();
    };
    test::write_sound_file(folder / "long.wav", {test::Signal(8001 * 60, 0.1f)}, 8000,
                           SF_FORMAT_WAV | SF_FORMAT_PCM_16);
    EXPECT_EQ(error_of("long.wav").code, ErrorCode::unsupported);
    EXPECT_EQ(error_of("long.wav").message, "a response may last up to 60 s, not 60.0 s");
    test::write_sound_file(folder / "wide.wav", test::noise_channels(17, 10), 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
    EXPECT_EQ(error_of("wide.wav").message, "a response may have up to 16 channels, not 17");
    test::write_sound_file(folder / "none.wav", {test::Signal{}}, 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
    EXPECT_EQ(error_of("none.wav").code, ErrorCode::corrupt_input);
    EXPECT_EQ(error_of("none.wav").message, "the response is empty");
    EXPECT_EQ(error_of("missing.wav").code, ErrorCode::not_found);
}

TEST(Impulse, LoadsRealResponses) {
    const auto flac = test::shared_samples("ir/hybridreverb2", ".flac");
    const auto wav = test::shared_samples("ir/web-audio-samples", ".wav");
    if (flac.empty() || wav.empty()) GTEST_SKIP() << "no shared samples on this machine";
    test::TemporaryFolder folder;
    for (const auto& path : {flac[0], wav[0], wav[wav.size() / 2], wav.back()}) {
        const auto response = load_impulse(path, 48000, folder.path());
        ASSERT_TRUE(response) << path << ": " << response.error().message;
        EXPECT_GT(test::peak(response->channels[0]), 0.0);
    }
}

}  // namespace
}  // namespace dubplate::audio
