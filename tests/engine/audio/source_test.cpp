#include "engine/audio/source.h"

#include <sys/stat.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

using test::Channels;

struct Format {
    const char* name;
    int code;
    int bits;  ///< what it holds exactly; 0: floats
};
constexpr Format kFormats[] = {
    {"wav16", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16},     {"wav24", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 24},
    {"wav32", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 24},     {"wav32f", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 0},
    {"wavex24", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 24}, {"wavex32f", SF_FORMAT_WAVEX | SF_FORMAT_FLOAT, 0},
    {"rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_24, 24},     {"wav8", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 8},
    {"wav64f", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 0},     {"flac16", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16},
    {"flac24", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 24},   {"aiff24", SF_FORMAT_AIFF | SF_FORMAT_PCM_24, 24},
    {"caf32f", SF_FORMAT_CAF | SF_FORMAT_FLOAT, 0},      {"w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, 16},
};

void PrintTo(const Format& format, std::ostream* out) { *out << format.name; }

class SourceOf : public testing::TestWithParam<Format> {};
INSTANTIATE_TEST_SUITE_P(Formats, SourceOf, testing::ValuesIn(kFormats),
                         [](const auto& format) { return std::string(format.param.name); });

TEST_P(SourceOf, GivesTheSamplesOfTheFileWhateverTheCut) {
    test::TemporaryFolder folder;
    const Format format = GetParam();
    for (const std::size_t channels : {1u, 2u, 5u}) {
        SCOPED_TRACE(channels);
        auto signals = test::noise_channels(channels, 9001);
        if (format.bits != 0) signals = test::rounded_to_bits(signals, format.bits);
        const std::string path = folder / "in";
        test::write_sound_file(path, signals, 48000, format.code);
        const auto opened = open_source(path, 48000, 1.0, folder.path());
        ASSERT_TRUE(opened) << opened.error().message;
        const Source& source = **opened;
        EXPECT_EQ(source.frames(), 9001);
        EXPECT_EQ(source.channels(), static_cast<int>(channels));
        EXPECT_EQ(source.info().sample_rate, 48000);
        EXPECT_EQ(source.info().frames, 9001);
        EXPECT_EQ(source.info().bytes, static_cast<std::int64_t>(std::filesystem::file_size(path)));
        EXPECT_GT(source.info().modified_ns, 0);
        EXPECT_EQ(test::read_all(source).value(), signals);
        for (const int step : {1, 13, 512, 4096}) {
            for (FrameCount at = 0; at < 300; at += step) {
                const auto piece = test::read_frames(source, 4000 + at, step).value();
                for (std::size_t channel = 0; channel < channels; ++channel)
                    for (int k = 0; k < step; ++k)
                        ASSERT_EQ(piece[channel][static_cast<std::size_t>(k)],
                                  signals[channel][static_cast<std::size_t>(4000 + at + k)]);
            }
        }
        source.prefetch(-10, 100'000);
    }
    EXPECT_EQ(folder.files(), std::vector<std::string>{"in"}) << "scratch files have no name";
}

TEST_P(SourceOf, IsZeroOutsideTheFileAndPicksChannels) {
    test::TemporaryFolder folder;
    auto signals = test::noise_channels(3, 100);
    if (GetParam().bits != 0) signals = test::rounded_to_bits(signals, GetParam().bits);
    test::write_sound_file(folder / "in", signals, 48000, GetParam().code);
    const auto source = open_source(folder / "in", 48000, 1.0, folder.path()).value();
    const auto around = test::read_frames(*source, -5, 120, {2, 0, 2}).value();
    for (int n = 0; n < 120; ++n) {
        const auto at = static_cast<std::size_t>(n);
        const bool inside = n >= 5 && n < 105;
        ASSERT_EQ(around[0][at], inside ? signals[2][at - 5] : 0.0f);
        ASSERT_EQ(around[1][at], inside ? signals[0][at - 5] : 0.0f);
        ASSERT_EQ(around[2][at], around[0][at]);
    }
    for (const FrameCount far : {FrameCount{-1'000'000'000'000}, FrameCount{1'000'000'000'000}})
        EXPECT_EQ(test::read_frames(*source, far, 10).value(), Channels(3, test::Signal(10, 0.0f)));
}

TEST(Source, DecodesWhatCannotHoldSamplesExactly) {
    test::TemporaryFolder folder;
    const Channels signals = {test::sine(48000, 440, 48000, 0.5), test::sine(48000, 660, 48000, 0.5)};
    for (const int code : {SF_FORMAT_OGG | SF_FORMAT_VORBIS, SF_FORMAT_OGG | SF_FORMAT_OPUS,
                           SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, SF_FORMAT_WAV | SF_FORMAT_ULAW}) {
        SCOPED_TRACE(code);
        test::write_sound_file(folder / "in", signals, 48000, code);
        const auto source = open_source(folder / "in", 48000, 1.0, folder.path());
        ASSERT_TRUE(source) << source.error().message;
        const auto frames = static_cast<std::size_t>((*source)->frames());
        EXPECT_NEAR(static_cast<double>(frames), 48000.0,
                    code == (SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III) ? 2500 : 0);
        const auto back = test::read_all(**source).value();
        EXPECT_NEAR(test::decibels(test::rms(back[0])), test::decibels(test::rms(signals[0])), 0.5);
    }
}

TEST(Source, ResamplesASineToBelowMinus120Decibels) {
    test::TemporaryFolder folder;
    struct Case {
        int file_rate, session_rate;
        double speed;
    };
    for (const Case c : {Case{44100, 48000, 1.0}, Case{48000, 44100, 1.0}, Case{96000, 48000, 1.0},
                         Case{48000, 96000, 1.0}, Case{48000, 48000, 2.0}, Case{44100, 48000, 0.7391}}) {
        SCOPED_TRACE(testing::Message() << c.file_rate << " to " << c.session_rate << " at speed " << c.speed);
        const auto file_frames = static_cast<std::size_t>(c.file_rate);
        // Speed moves the pitch: heard at 1 kHz.
        test::write_sound_file(folder / "in.wav", {test::sine(file_frames, 1000.0 / c.speed, c.file_rate, 0.5)},
                               c.file_rate, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
        const auto source = open_source(folder / "in.wav", c.session_rate, c.speed, folder.path()).value();
        const double ratio = c.session_rate / (c.file_rate * c.speed);
        EXPECT_EQ(source->frames(), std::llround(static_cast<double>(file_frames) * ratio));
        const auto out = test::read_all(*source).value()[0];
        const auto exact = test::sine(out.size(), 1000.0, c.session_rate, 0.5);
        // The sine begins and ends suddenly: what that rings stays near the ends.
        const auto inner = [](const test::Signal& signal) {
            return test::Signal(signal.begin() + 4000, signal.end() - 4000);
        };
        EXPECT_LE(test::error_db(inner(out), inner(exact)), -120.0);
    }
}

TEST(Source, ResamplingRejectsImagesAndAliasesBelowMinus120Decibels) {
    test::TemporaryFolder folder;
    // 23 kHz at 96 kHz would fold to 21.1 kHz at 44.1 kHz; all that comes out is an alias.
    test::write_sound_file(folder / "high.wav", {test::sine(96000, 23000, 96000, 1.0)}, 96000,
                           SF_FORMAT_WAV | SF_FORMAT_FLOAT);
    const auto down = test::read_all(*open_source(folder / "high.wav", 44100, 1.0, folder.path()).value()).value()[0];
    EXPECT_LE(test::decibels(test::peak(test::Signal(down.begin() + 4000, down.end() - 4000))), -120.0);

    // 15 kHz at 32 kHz, doubled: its image would be at 17 kHz.
    test::write_sound_file(folder / "low.wav", {test::sine(32000, 15000, 32000, 1.0)}, 32000,
                           SF_FORMAT_WAV | SF_FORMAT_FLOAT);
    const auto up = test::read_all(*open_source(folder / "low.wav", 64000, 1.0, folder.path()).value()).value()[0];
    double real = 0.0, imaginary = 0.0, window_sum = 0.0;
    for (std::size_t n = 4000; n < 60000; ++n) {
        const double window = 0.5 - 0.5 * std::cos(2.0 * M_PI * (static_cast<double>(n) - 4000.0) / 56000.0);
        const double phase = 2.0 * M_PI * 17000.0 / 64000.0 * static_cast<double>(n);
        real += window * up[n] * std::cos(phase);
        imaginary += window * up[n] * std::sin(phase);
        window_sum += window;
    }
    EXPECT_LE(test::decibels(2.0 * std::hypot(real, imaginary) / window_sum), -120.0);
}

TEST(Source, AnImpulseStaysAtItsFrameWhenResampled) {
    test::TemporaryFolder folder;
    for (const auto& [file_rate, session_rate, speed] :
         {std::tuple{48000, 96000, 1.0}, std::tuple{96000, 48000, 1.0}, std::tuple{44100, 88200, 1.0},
          std::tuple{48000, 48000, 2.0}, std::tuple{48000, 48000, 0.5}, std::tuple{32000, 48000, 1.0}}) {
        SCOPED_TRACE(testing::Message() << file_rate << " to " << session_rate << " at speed " << speed);
        test::write_sound_file(folder / "in.wav", {test::impulse(40000, 12000)}, file_rate,
                               SF_FORMAT_WAV | SF_FORMAT_FLOAT);
        const auto source = open_source(folder / "in.wav", session_rate, speed, folder.path()).value();
        const auto out = test::read_all(*source).value()[0];
        const auto expected = static_cast<std::size_t>(12000 * session_rate / (file_rate * speed));
        const auto loudest = std::max_element(out.begin(), out.end()) - out.begin();
        EXPECT_EQ(static_cast<std::size_t>(loudest), expected);
        for (std::size_t k = 1; k < 200; ++k) ASSERT_NEAR(out[expected - k], out[expected + k], 2e-7) << k;
    }
}

TEST(Source, ResampledFramesDoNotDependOnTheCut) {
    test::TemporaryFolder folder;
    test::write_sound_file(folder / "in.wav", test::noise_channels(2, 300'000), 44100,
                           SF_FORMAT_WAV | SF_FORMAT_PCM_24);
    const auto source = open_source(folder / "in.wav", 48000, 1.0, folder.path()).value();
    const auto whole = test::read_all(*source).value();
    for (const FrameCount at : {FrameCount{0}, FrameCount{(1 << 18) - 100}, source->frames() - 300}) {
        const auto piece = test::read_frames(*source, at, 300).value();
        for (std::size_t channel = 0; channel < 2; ++channel)
            EXPECT_TRUE(std::equal(piece[channel].begin(), piece[channel].end(), whole[channel].begin() + at));
    }
    const auto again = open_source(folder / "in.wav", 48000, 1.0, folder.path()).value();
    EXPECT_EQ(test::read_all(*again).value(), whole);
}

TEST(Source, NamesTheFrameOfNaNAndInfinity) {
    test::TemporaryFolder folder;
    for (const int code :
         {SF_FORMAT_WAV | SF_FORMAT_FLOAT, SF_FORMAT_WAV | SF_FORMAT_DOUBLE, SF_FORMAT_CAF | SF_FORMAT_FLOAT}) {
        for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
            SCOPED_TRACE(code);
            auto signals = test::noise_channels(2, 10'000);
            signals[1][7001] = bad;
            test::write_sound_file(folder / "in.wav", signals, 48000, code);
            for (const int session_rate : {48000, 44100}) {
                const auto source = open_source(folder / "in.wav", session_rate, 1.0, folder.path());
                const auto frames = source ? test::read_all(**source) : Result<Channels>(fail(source.error()));
                ASSERT_FALSE(frames);
                EXPECT_EQ(frames.error().code, ErrorCode::corrupt_input);
                EXPECT_EQ(frames.error().message, "a sample of frame 7001, channel 2, is not a finite number");
                EXPECT_EQ(frames.error().where, folder / "in.wav");
            }
        }
    }
}

TEST(Source, SaysThatATruncatedFileEndsEarly) {
    test::TemporaryFolder folder;
    for (const int code :
         {SF_FORMAT_WAV | SF_FORMAT_PCM_24, SF_FORMAT_WAV | SF_FORMAT_PCM_U8, SF_FORMAT_FLAC | SF_FORMAT_PCM_24}) {
        SCOPED_TRACE(code);
        test::write_sound_file(folder / "in", test::noise_channels(2, 50'000), 48000, code);
        std::filesystem::resize_file(folder / "in", std::filesystem::file_size(folder / "in") / 2);
        const auto source = open_source(folder / "in", 48000, 1.0, folder.path());
        ASSERT_FALSE(source);
        EXPECT_EQ(source.error().code, ErrorCode::corrupt_input);
        EXPECT_THAT(source.error().message, testing::HasSubstr("frame"));
        EXPECT_EQ(source.error().where, folder / "in");
    }
}

TEST(Source, NoticesThatAFileWasCutWhileInUse) {
    test::TemporaryFolder folder;
    test::write_sound_file(folder / "in.wav", test::noise_channels(1, 50'000), 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
    const auto source = open_source(folder / "in.wav", 48000, 1.0, folder.path()).value();
    ASSERT_TRUE(test::read_frames(*source, 40'000, 10));
    std::filesystem::resize_file(folder / "in.wav", 44 + 2 * 30'000);
    const auto frames = test::read_frames(*source, 29'990, 100);
    ASSERT_FALSE(frames);
    EXPECT_EQ(frames.error().code, ErrorCode::corrupt_input);
    EXPECT_EQ(frames.error().message, "the file ends early, at frame 30000");
}

TEST(Source, ErrorsSayWhatIsWrongWithTheFile) {
    test::TemporaryFolder folder;
    const auto error_of = [&](const std::string& path) {
        const auto source = open_source(path, 48000, 1.0, folder.path());
        const auto probed = probe_source(path);
        EXPECT_FALSE(source);
        EXPECT_FALSE(probed);
        EXPECT_EQ(source.error().where, path);
        EXPECT_EQ(probed.error().message, source.error().message);
        return source.error();
    };
    EXPECT_EQ(error_of(folder / "none.wav").code, ErrorCode::not_found);
    EXPECT_EQ(error_of(folder.path()).message, "is not a regular file");
    test::write_bytes(folder / "empty.wav", {});
    EXPECT_EQ(error_of(folder / "empty.wav").message, "the file is empty");
    test::write_bytes(folder / "text.wav", {'h', 'e', 'l', 'l', 'o', ' ', 'h', 'e', 'l', 'l', 'o', '\n'});
    EXPECT_EQ(error_of(folder / "text.wav").code, ErrorCode::unsupported);
    EXPECT_EQ(error_of(folder / "text.wav").message, "is not a sound file of a known format");
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(error_of(folder / "pipe").code, ErrorCode::unsupported);
}

TEST(Source, RefusesSpeedsOutOfRangeAndScratchFoldersThatAreNotThere) {
    test::TemporaryFolder folder;
    test::write_sound_file(folder / "in.wav", test::noise_channels(1, 100), 44100, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
    for (const double speed : {0.0, -1.0, 0.009, 101.0, std::numeric_limits<double>::quiet_NaN()}) {
        const auto source = open_source(folder / "in.wav", 48000, speed, folder.path());
        ASSERT_FALSE(source);
        EXPECT_EQ(source.error().code, ErrorCode::bad_argument);
    }
    const auto source = open_source(folder / "in.wav", 48000, 1.0, folder / "none");
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code, ErrorCode::io);
    EXPECT_EQ(source.error().message, "cannot make a scratch file here: No such file or directory");
}

TEST(Source, ExtremeSpeedsKeepTheirLength) {
    test::TemporaryFolder folder;
    test::write_sound_file(folder / "in.wav", test::noise_channels(1, 10'007), 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
    EXPECT_EQ(open_source(folder / "in.wav", 48000, 100.0, folder.path()).value()->frames(), 100);
    EXPECT_EQ(open_source(folder / "in.wav", 48000, 0.01, folder.path()).value()->frames(), 1'000'700);
    EXPECT_EQ(open_source(folder / "in.wav", 48000, 3.0, folder.path()).value()->frames(), 3336);
}

/// What does not hold samples exactly: coded, at another rate than the session's, and in the order of its own container.
TEST(Source, CodedFormatsAreReadAtAnyRate) {
    struct Coded {
        const char* name;
        int code;
        int rate;
        double most_db;  ///< error against what was encoded, below its level
    };
    const Coded formats[] = {{"A-law", SF_FORMAT_WAV | SF_FORMAT_ALAW, 44100, -30.0},
                             {"mu-law", SF_FORMAT_WAV | SF_FORMAT_ULAW, 22050, -30.0},
                             {"MS ADPCM", SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, 44100, -30.0},
                             {"IMA ADPCM", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, 44100, -30.0},
                             {"AIFF-C mu-law", SF_FORMAT_AIFF | SF_FORMAT_ULAW, 48000, -30.0},
                             {"CAF ALAC", SF_FORMAT_CAF | SF_FORMAT_ALAC_24, 96000, -80.0},
                             {"AU float", SF_FORMAT_AU | SF_FORMAT_FLOAT, 32000, -80.0},
                             {"W64 double", SF_FORMAT_W64 | SF_FORMAT_DOUBLE, 192'000, -80.0},
                             {"Vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, -20.0},
                             {"Opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 24000, -15.0},
                             {"MP3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, -30.0}};
    test::TemporaryFolder folder;
    for (const Coded& format : formats) {
        SCOPED_TRACE(format.name);
        const auto frames = static_cast<std::size_t>(format.rate);  // one second
        test::write_sound_file(
            folder / "in", {test::sine(frames, 440.0, format.rate, 0.5), test::sine(frames, 660.0, format.rate, 0.5)},
            format.rate, format.code);
        const auto source = open_source(folder / "in", 48000, 1.0, folder.path());
        ASSERT_TRUE(source) << source.error().message;
        // Codes of whole blocks may end in a part of one that is silence.
        EXPECT_GE((*source)->frames(), 48000);
        EXPECT_LE((*source)->frames(), 48000 + 4096);
        const auto heard = test::read_frames(**source, 0, 48000).value();
        const Channels wanted{test::sine(48000, 440.0, 48000, 0.5), test::sine(48000, 660.0, 48000, 0.5)};
        double error = 0.0, level = 0.0;
        for (std::size_t channel = 0; channel < 2; ++channel)
            for (std::size_t n = 2400; n < 45'600; ++n) {
                error += std::pow(double{heard[channel][n]} - wanted[channel][n], 2.0);
                level += std::pow(double{wanted[channel][n]}, 2.0);
            }
        EXPECT_LE(10.0 * std::log10(error / level), format.most_db);
    }
}

TEST(Source, ManyFilesDecodeOnManyThreadsAtOnce) {
    test::TemporaryFolder folder;
    constexpr std::size_t kFiles = 12;
    for (std::size_t k = 0; k < kFiles; ++k)
        test::write_sound_file(folder / std::to_string(k),
                               test::rounded_to_bits(test::noise_channels(2, 20'000, k), 16), 48000,
                               SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
    std::vector<std::unique_ptr<Source>> sources(kFiles);
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread)
        threads.emplace_back([&, thread] {
            for (std::size_t k = thread; k < kFiles; k += 4)
                if (auto source = open_source(folder / std::to_string(k), 48000, 1.0, folder.path()))
                    sources[k] = std::move(*source);
        });
    for (auto& thread : threads) thread.join();
    for (std::size_t k = 0; k < kFiles; ++k) {
        ASSERT_NE(sources[k], nullptr);
        EXPECT_EQ(test::read_all(*sources[k]).value(), test::rounded_to_bits(test::noise_channels(2, 20'000, k), 16));
    }
}

TEST(Source, DamagedFilesGiveAnErrorOrADefinedResult) {
    test::TemporaryFolder folder;
    const auto signals = test::noise_channels(2, 600);
    int errors = 0, results = 0;
    for (const Format& format : kFormats) {
        test::write_sound_file(folder / "whole", signals, 48000, format.code);
        const auto whole = test::bytes_of_file(folder / "whole");
        for (std::uint64_t seed = 0; seed < 24; ++seed) {
            const auto random = [&](std::uint64_t what, std::size_t below) {
                return static_cast<std::size_t>((test::random_at(seed, what) * 0.5 + 0.5) * static_cast<double>(below));
            };
            auto bytes = whole;
            // Mostly in the header, where it hurts; values that lie about sizes among them.
            for (std::size_t damage = 0; damage <= random(0, 3); ++damage) {
                const std::size_t at = random(10 * damage + 1, std::min<std::size_t>(bytes.size(), 120));
                const unsigned char values[] = {0, 0xff, 0x7f, 0x80,
                                                static_cast<unsigned char>(random(10 * damage + 2, 256))};
                bytes[at] = values[random(10 * damage + 3, std::size(values))];
            }
            if (random(5, 4) == 0) bytes.resize(random(6, bytes.size()));
            test::write_bytes(folder / "damaged", bytes);
            const auto source = open_source(folder / "damaged", 44100, 1.0, folder.path());
            if (!source) {
                EXPECT_FALSE(source.error().message.empty());
                ++errors;
                continue;
            }
            ASSERT_LT((*source)->frames(), 10'000'000) << format.name << ", seed " << seed;
            const auto frames = test::read_frames(**source, 0, 2000);
            ASSERT_TRUE(frames) << frames.error().message;
            for (const auto& signal : *frames) ASSERT_TRUE(std::isfinite(test::peak(signal)));
            ++results;
        }
    }
    EXPECT_GT(errors, 40);
    EXPECT_GT(results, 40);
}

}  // namespace
}  // namespace dubplate::audio
