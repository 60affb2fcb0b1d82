// Recordings of other people's making: a drum kit in sixteen microphones, bleed and all, and the five stems of a song.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "engine/render/render.h"
#include "tests/support/render_session.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

namespace fs = std::filesystem;
using session::StripKind;
using test::Audio;

const fs::path kSamples = fs::path(DUBPLATE_SOURCE_DIR) / ".." / "shared" / "samples" / "multitrack";
constexpr Layout kMono{Layout::Kind::mono, 1};
constexpr Layout kStereo{Layout::Kind::stereo, 2};

struct Microphone {
    const char* name;
    double pan;
    double fader_db;
};
constexpr Microphone kMicrophones[] = {
    {"KdrumL", 0, -3},    {"KdrumR", 0, -9},   {"Snare_top", 0, -4}, {"Snare_bottom", 0, -10},
    {"Hihat", -0.4, -12}, {"Tom1", -0.5, -5},  {"Tom2", -0.2, -5},   {"Tom3", 0.2, -5},
    {"Tom4", 0.5, -5},    {"RideL", 0.3, -14}, {"RideR", 0.6, -14},  {"OHL", -1, -6},
    {"OHR", 1, -6},       {"AmbL", -0.9, -12}, {"AmbR", 0.9, -12},   {"Trigger", 0, -20},
};
struct Hit {
    const char* drum;
    const char* velocity;
    double seconds;
};
constexpr Hit kHits[] = {
    {"KdrumL", "7", 0.1}, {"Snare", "7", 0.6}, {"KdrumL", "4", 0.85}, {"Tom4", "7", 1.1}, {"Snare", "4", 1.35}};

std::string file_of(const Hit& hit, const Microphone& microphone) {
    return (kSamples / "muldjordkit-subset" / "DrumGizmo" / "MuldjordKit" / "Samples" / hit.drum /
            (std::string(hit.velocity) + "-" + hit.drum + "-" + microphone.name + ".flac"))
        .string();
}

/// Sixteen mono tracks into one bus, at the recordings' own rate.
session::Session drum_session(const std::string& folder) {
    session::Session session = test::empty_session(folder);
    session.sample_rate = 44100;
    for (const Microphone& microphone : kMicrophones) {
        session::Strip& track = test::add_track(session, microphone.name, "", kMono);
        for (const Hit& hit : kHits) {
            session::Clip clip;
            clip.file = file_of(hit, microphone);
            clip.start = session::seconds(hit.seconds);
            track.clips.push_back(clip);
        }
        track.output = "Kit";
        track.pan = microphone.pan;
        track.fader = session::decibels(microphone.fader_db);
    }
    test::add_bus(session, "Kit");
    return session;
}

/// What one channel of a microphone's stem must be, in double: every hit on its frame, times fader and pan.
std::vector<double> expected_stem(const Microphone& microphone, int channel, std::size_t frames) {
    constexpr double kQuarterPi = 0.78539816339744831;
    const double angle = (microphone.pan + 1.0) * kQuarterPi;
    const double gain = std::pow(10.0, microphone.fader_db / 20.0) * (channel == 0 ? std::cos(angle) : std::sin(angle));
    std::vector<double> expected(frames, 0.0);
    for (const Hit& hit : kHits) {
        const Audio recording = test::read_wav(file_of(hit, microphone));
        const auto start = static_cast<std::size_t>(std::lround(hit.seconds * 44100.0));
        for (std::size_t frame = 0; frame < recording.at(0).size() && start + frame < frames; ++frame)
            expected[start + frame] += gain * recording[0][frame];
    }
    return expected;
}

void add_into(Audio& sum, const Audio& part) {
    for (std::size_t channel = 0; channel < sum.size(); ++channel) {
        ASSERT_EQ(part[channel].size(), sum[channel].size());
        for (std::size_t frame = 0; frame < sum[channel].size(); ++frame) sum[channel][frame] += part[channel][frame];
    }
}

class SixteenMicrophones : public testing::Test {
protected:
    void SetUp() override {
        if (!fs::exists(file_of(kHits[0], kMicrophones[0]))) GTEST_SKIP() << "no recordings in " << kSamples;
    }
    test::TempFolder folder_;
};

TEST_F(SixteenMicrophones, ComeOutAsTheyWentInOnTheirFramesAndAtTheirLevels) {
    const auto rendered = test::render(drum_session(folder_.path()), folder_.path(), [](render::RenderJob& job) {
        job.stems.kind = render::StemSelection::Kind::each_track;
    });
    for (const Microphone& microphone : kMicrophones) {
        const Audio& stem = rendered.outputs.at(microphone.name);
        ASSERT_EQ(stem.size(), 2u);
        for (int channel = 0; channel < 2; ++channel) {
            const auto& actual = stem[static_cast<std::size_t>(channel)];
            const auto expected = expected_stem(microphone, channel, actual.size());
            if (test::rms(std::span<const double>(expected)) < 1e-9) continue;  // the far side of a hard pan
            EXPECT_LE(test::error_db(actual, expected), -120.0) << microphone.name << ", channel " << channel;
        }
    }
}

TEST_F(SixteenMicrophones, SumToTheMixWithoutClipping) {
    const auto rendered = test::render(drum_session(folder_.path()), folder_.path(), [](render::RenderJob& job) {
        job.stems.kind = render::StemSelection::Kind::each_track;
        job.premaster = true;
    });
    Audio sum(2, std::vector<float>(rendered.outputs.at("mix")[0].size(), 0.0f));
    for (const Microphone& microphone : kMicrophones) add_into(sum, rendered.outputs.at(microphone.name));
    for (std::size_t channel = 0; channel < 2; ++channel)
        EXPECT_LE(test::error_db(sum[channel], rendered.outputs.at("premaster")[channel]), -130.0);
    ASSERT_TRUE(rendered.report.stem_sum_residual_dbfs);
    EXPECT_LE(*rendered.report.stem_sum_residual_dbfs, -130.0);
    for (const auto& output : rendered.report.outputs) EXPECT_EQ(output.file.clipped_samples, 0) << output.name;
    EXPECT_GT(test::peak_dbfs(rendered.outputs.at("mix")), -20.0);
}

struct SongStem {
    const char* name;
    double fader_db;
};
constexpr SongStem kSongStems[] = {{"drums", -5}, {"bassguitar", -6}, {"clav", -9}, {"horns", -10}, {"leadguitar", -9}};

std::string song_file(const std::string& name) {
    return (kSamples / "mdn-multi-track" / "multi-track" / (name + ".mp3")).string();
}

class FiveStemsOfASong : public testing::Test {
protected:
    void SetUp() override {
        if (!fs::exists(song_file("drums"))) GTEST_SKIP() << "no recordings in " << kSamples;
        // Four seconds of each, decoded once: enough to hear, little to wait for.
        for (const SongStem& stem : kSongStems) {
            Audio whole = test::read_wav(song_file(stem.name));
            ASSERT_EQ(whole.size(), 2u) << stem.name;
            for (auto& channel : whole) channel = {channel.begin() + kFirst, channel.begin() + kFirst + kFrames};
            test::write_wav(folder_.file(std::string(stem.name) + ".wav"), whole, 44100);
        }
    }

    /// The song at 48 kHz: five tracks, a band bus that ducks under the drums, a limiter at the end.
    session::Session song() const {
        session::Session session = test::empty_session(folder_.path());
        for (const SongStem& stem : kSongStems) {
            session::Strip& track = test::add_track(session, stem.name, std::string(stem.name) + ".wav", kStereo);
            track.fader = session::decibels(stem.fader_db);
            if (std::string(stem.name) != "drums") track.output = "Band";
            session.stems.push_back({stem.name, {stem.name}});
        }
        session::Strip& band = test::add_bus(session, "Band");
        band.inserts = {test::insert(
            "compressor", {{"threshold", "-30 dB"}, {"ratio", "3"}, {"attack", "5 ms"}, {"release", "120 ms"}})};
        band.inserts[0].key = session::Key{"drums", session::Tap::pre_fader, 0, {}};
        test::strip(session, "Master").inserts = {test::insert("trim", {{"gain", "6 dB"}}),
                                                  test::insert("limiter", {{"ceiling", "-1 dB"}})};
        return session;
    }

    static constexpr std::ptrdiff_t kFirst = 20 * 44100, kFrames = 4 * 44100;
    test::TempFolder folder_;
};

TEST_F(FiveStemsOfASong, StayBelowTheCeilingAndSumBehindASharedCompressor) {
    const auto rendered = test::render(song(), folder_.path(), [](render::RenderJob& job) { job.premaster = true; });
    EXPECT_LE(test::peak_dbfs(rendered.outputs.at("mix")), -0.999);
    EXPECT_GT(test::peak_dbfs(rendered.outputs.at("mix")), -1.5) << "the limiter had nothing to do";
    for (const auto& output : rendered.report.outputs) {
        EXPECT_EQ(output.file.clipped_samples, 0) << output.name;
        EXPECT_GT(output.rms_dbfs, -60.0) << output.name;
    }
    Audio sum(2, std::vector<float>(rendered.outputs.at("mix")[0].size(), 0.0f));
    for (const SongStem& stem : kSongStems) add_into(sum, rendered.outputs.at(stem.name));
    for (std::size_t channel = 0; channel < 2; ++channel)
        EXPECT_LE(test::error_db(sum[channel], rendered.outputs.at("premaster")[channel]), -120.0);
    ASSERT_TRUE(rendered.report.stem_sum_residual_dbfs);
    EXPECT_LE(*rendered.report.stem_sum_residual_dbfs, -130.0);
}

/// The value of a signal between its frames, by a windowed sinc of 128 taps.
double between(const std::vector<float>& signal, double position) {
    constexpr double kPi = 3.14159265358979324;
    constexpr int kReach = 64;
    const auto middle = static_cast<std::ptrdiff_t>(std::floor(position));
    double sum = 0.0;
    for (std::ptrdiff_t frame = middle - kReach + 1; frame <= middle + kReach; ++frame) {
        if (frame < 0 || frame >= static_cast<std::ptrdiff_t>(signal.size())) continue;
        const double distance = position - static_cast<double>(frame);
        const double sinc = distance == 0.0 ? 1.0 : std::sin(kPi * distance) / (kPi * distance);
        const double window = std::pow(std::cos(kPi * distance / (2.0 * kReach + 1.0)), 2);
        sum += signal[static_cast<std::size_t>(frame)] * sinc * window;
    }
    return sum;
}

TEST_F(FiveStemsOfASong, KeepTheirPlaceInTimeAtAnotherSampleRate) {
    const auto rendered = test::render(song(), folder_.path());
    const auto& stem = rendered.outputs.at("drums")[0];
    const auto source = test::read_wav(folder_.file("drums.wav"))[0];
    const double gain = test::from_decibels(-5.0);
    // One second from the middle, against the recording read at the same instants, on time and a frame early and late.
    const auto error_with_offset = [&](double frames_late) {
        std::vector<double> expected;
        std::vector<float> actual;
        for (std::size_t frame = 72000; frame < 120000; frame += 5) {
            expected.push_back(gain * between(source, (static_cast<double>(frame) - frames_late) * 44100.0 / 48000.0));
            actual.push_back(stem[frame]);
        }
        return test::error_db(actual, expected);
    };
    EXPECT_LT(error_with_offset(0.0), -90.0);
    EXPECT_GT(error_with_offset(0.25), error_with_offset(0.0) + 20.0);
    EXPECT_GT(error_with_offset(-0.25), error_with_offset(0.0) + 20.0);
}

}  // namespace
}  // namespace dubplate
