// The headers, channel orders and exactness of what libsndfile writes for us. What all sinks share: file_sink_test.cpp.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "engine/audio/dither.h"
#include "engine/audio/file_sink.h"
#include "tests/engine/audio/audio_files.h"

/// libvorbisenc 1.3.7 loses the first of the two residue setups of a mono stream, 2848 bytes a file. Asked by the leak
/// sanitizer, where it is built in.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:vorbis_encode_setup_init\n"; }

namespace dubplate::audio {
namespace {

using test::Channels;

const Layout kLayouts[] = {
    {Layout::Kind::mono, 1},           {Layout::Kind::stereo, 2},       {Layout::Kind::lcr, 3},
    {Layout::Kind::quad, 4},           {Layout::Kind::surround_5_1, 6}, {Layout::Kind::surround_7_1, 8},
    {Layout::Kind::surround_7_1_4, 12}};

SinkReport write(const std::string& path, FileFormat format, Layout layout, const Channels& signals) {
    SinkSettings settings;
    settings.path = path;
    settings.format = format;
    settings.layout = layout;
    settings.name = "mix";
    auto sink = FileSink::create(settings);
    EXPECT_TRUE(sink) << sink.error().message;
    std::vector<const float*> rows;
    for (const auto& signal : signals) rows.push_back(signal.data());
    EXPECT_TRUE((*sink)->write(rows.data(), static_cast<int>(signals[0].size())));
    return (*sink)->finish().value();
}

std::string text_of(const std::string& path) {
    const auto bytes = test::bytes_of_file(path);
    return {bytes.begin(), bytes.end()};
}

std::uint64_t big_endian(const std::string& bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t k = 0; k < count; ++k) value = value << 8 | static_cast<unsigned char>(bytes.at(at + k));
    return value;
}

/// What a program prints; nothing where it is not there.
std::string output_of(const std::string& command) {
    std::string text;
    FILE* const pipe = popen((command + " 2>/dev/null").c_str(), "r");
    if (pipe == nullptr) return text;
    char piece[4096];
    for (std::size_t got; (got = std::fread(piece, 1, sizeof piece, pipe)) > 0;) text.append(piece, got);
    pclose(pipe);
    return text;
}
bool has_program(const std::string& name) { return !output_of("command -v " + name).empty(); }

/// A tone of its own on every channel, 100 Hz apart but for the LFE's, which codecs cut at 120 Hz.
Channels tones(Layout layout, std::size_t frames = 48000) {
    Channels signals;
    for (int channel = 0; channel < layout.channels; ++channel) {
        const bool is_lfe = layout.channels >= 6 && channel == 3;
        signals.push_back(test::sine(frames, is_lfe ? 40.0 : 200.0 + 150.0 * channel, 48000, 0.25));
    }
    return signals;
}

/// Which of the tones each channel holds.
std::vector<int> tones_in(const Channels& heard, const Channels& tones) {
    std::vector<int> found;
    for (const auto& signal : heard) {
        double most = 0.0;
        int best = -1;
        for (std::size_t tone = 0; tone < tones.size(); ++tone) {
            double product = 0.0;
            for (std::size_t n = 0; n < std::min(signal.size(), tones[tone].size()); ++n)
                product += double{signal[n]} * tones[tone][n];
            if (std::fabs(product) > most) most = std::fabs(product), best = static_cast<int>(tone);
        }
        found.push_back(best);
    }
    return found;
}

std::vector<int> counted(int count) {
    std::vector<int> numbers;
    for (int k = 0; k < count; ++k) numbers.push_back(k);
    return numbers;
}

TEST(SndfileSink, CafNamesItsLoudspeakersAndNothingElse) {
    test::TemporaryFolder folder;
    for (const Layout layout : kLayouts)
        for (const FileFormat format : {FileFormat::caf16, FileFormat::caf24, FileFormat::caf32f}) {
            write(folder / "a.caf", format, layout,
                  test::noise_channels(static_cast<std::size_t>(layout.channels), 1000));
            const std::string bytes = text_of(folder / "a.caf");
            ASSERT_EQ(bytes.substr(0, 12), std::string("caff\0\1\0\0desc", 12));
            EXPECT_EQ(big_endian(bytes, 12, 8), 32u);
            EXPECT_EQ(bytes.substr(28, 4), "lpcm");
            EXPECT_EQ(big_endian(bytes, 32, 4), integer_bits(format) == 0 ? 1u : 0u);  // float, big-endian
            EXPECT_EQ(big_endian(bytes, 44, 4), static_cast<unsigned>(layout.channels));
            EXPECT_EQ(bytes.substr(52, 4), "chan");
            EXPECT_EQ(big_endian(bytes, 56, 8), 12u);
            EXPECT_EQ(big_endian(bytes, 64, 4), 0x10000u);  // UseChannelBitmap
            EXPECT_EQ(big_endian(bytes, 68, 4), speaker_mask(layout));
            EXPECT_EQ(big_endian(bytes, 72, 4), 0u);
            EXPECT_EQ(bytes.find("peak"), std::string::npos);
            EXPECT_EQ(bytes.find("info"), std::string::npos);
        }
    write(folder / "a.caf", FileFormat::caf24, {Layout::Kind::discrete, 3}, test::noise_channels(3, 1000));
    EXPECT_EQ(text_of(folder / "a.caf").find("chan"), std::string::npos);
}

TEST(SndfileSink, AiffHasItsFormatAndItsSamplesAndNothingElse) {
    test::TemporaryFolder folder;
    for (const Layout layout : kLayouts) {
        const auto signals = test::noise_channels(static_cast<std::size_t>(layout.channels), 1000);
        write(folder / "a.aiff", FileFormat::aiff24, layout, signals);
        std::string bytes = text_of(folder / "a.aiff");
        EXPECT_EQ(bytes.substr(0, 4) + bytes.substr(8, 8), "FORMAIFFCOMM");
        EXPECT_EQ(big_endian(bytes, 4, 4) + 8, bytes.size());
        EXPECT_EQ(big_endian(bytes, 20, 2), static_cast<unsigned>(layout.channels));
        EXPECT_EQ(big_endian(bytes, 22, 4), 1000u);
        EXPECT_EQ(big_endian(bytes, 26, 2), 24u);
        EXPECT_EQ(big_endian(bytes, 28, 8), 0x400ebb8000000000u);  // 48000 as an 80-bit float
        EXPECT_EQ(bytes.substr(38, 4), "SSND");
        write(folder / "f.aiff", FileFormat::aiff32f, layout, signals);
        bytes = text_of(folder / "f.aiff");
        EXPECT_EQ(bytes.substr(0, 4) + bytes.substr(8, 8), "FORMAIFCFVER");
        EXPECT_EQ(big_endian(bytes, 20, 4), 0xa2805140u);  // the version there is, no date of ours
        EXPECT_EQ(bytes.find("PEAK"), std::string::npos);
    }
}

TEST(SndfileSink, OggStreamsAreNumberedBySeedAndName) {
    test::TemporaryFolder folder;
    for (const FileFormat format : {FileFormat::ogg, FileFormat::opus}) {
        const Layout stereo{Layout::Kind::stereo, 2};
        write(folder / "a", format, stereo, test::noise_channels(2, 50'000));
        const std::string bytes = text_of(folder / "a");
        std::uint32_t serial = 0;
        int pages = 0;
        for (std::size_t at = 0; (at = bytes.find(std::string("OggS\0", 5), at)) != std::string::npos; ++at, ++pages) {
            std::memcpy(&serial, bytes.data() + at + 14, 4);
            EXPECT_EQ(serial, dither_key(0, "mix").low);
        }
        EXPECT_GT(pages, 2);
    }
}

TEST(SndfileSink, EveryLayoutComesBackInOrder) {
    test::TemporaryFolder folder;
    for (const std::string_view name : file_format_names()) {
        const FileFormat format = parse_file_format(name).value();
        for (const Layout layout : kLayouts) {
            if (!check_format(format, layout, 48000)) continue;
            SCOPED_TRACE(testing::Message() << name << ", " << to_string(layout));
            const auto signals = tones(layout);
            write(folder / "a", format, layout, signals);
            const auto source = open_source(folder / "a", 48000, 1.0, folder.path()).value();
            EXPECT_EQ(source->frames(), 48000);
            EXPECT_EQ(tones_in(test::read_all(*source).value(), signals), counted(layout.channels));
        }
    }
}

/// The order in which another decoder gives a layout's channels is that of WAV too.
TEST(SndfileSink, AnotherDecoderFindsTheChannelsWhereTheyAre) {
    if (!has_program("ffmpeg")) GTEST_SKIP() << "no ffmpeg on this machine";
    test::TemporaryFolder folder;
    for (const char* const name : {"wav24", "flac24", "aiff24", "caf24", "ogg", "opus", "mp3"}) {
        const FileFormat format = parse_file_format(name).value();
        for (const Layout layout : kLayouts) {
            if (!check_format(format, layout, 48000)) continue;
            SCOPED_TRACE(testing::Message() << name << ", " << to_string(layout));
            const auto signals = tones(layout);
            const std::string path = folder / std::string("a").append(file_extension(format));
            write(path, format, layout, signals);
            const std::string raw = output_of("ffmpeg -v error -i " + path + " -f f32le -");
            const auto channels = static_cast<std::size_t>(layout.channels);
            ASSERT_GE(raw.size(), 47'000 * channels * 4);
            Channels heard(channels);
            for (std::size_t at = 0; at + 4 <= raw.size(); at += 4) {
                float sample = 0.0f;
                std::memcpy(&sample, raw.data() + at, 4);
                heard[at / 4 % channels].push_back(sample);
            }
            EXPECT_EQ(tones_in(heard, signals), counted(layout.channels));
        }
    }
}

TEST(SndfileSink, AnotherReaderFindsTheLoudspeakers) {
    if (!has_program("ffprobe")) GTEST_SKIP() << "no ffprobe on this machine";
    test::TemporaryFolder folder;
    const char* const names[] = {"mono", "stereo", "3.0", "quad", "5.1(side)", "7.1", ""};
    for (const FileFormat format : {FileFormat::wav24, FileFormat::wav32f, FileFormat::caf24, FileFormat::caf32f})
        for (std::size_t k = 0; k < std::size(kLayouts); ++k) {
            const std::string path = folder / std::string("a").append(file_extension(format));
            write(path, format, kLayouts[k],
                  test::noise_channels(static_cast<std::size_t>(kLayouts[k].channels), 1000));
            if (format == FileFormat::wav24 && kLayouts[k].channels <= 2) continue;  // says no places, means these
            if (format == FileFormat::wav32f && kLayouts[k].channels <= 2) continue;
            const std::string found =
                output_of("ffprobe -v error -show_entries stream=channel_layout -of csv=p=0 " + path);
            if (*names[k] != '\0')
                EXPECT_EQ(found, std::string(names[k]) + "\n") << to_string(format);
            else  // 7.1.4 has a name in later versions only
                EXPECT_TRUE(found.find("TBR") != std::string::npos || found.find("7.1.4") != std::string::npos ||
                            found == "unknown\n" || found == "\n")
                    << found;
        }
}

/// Decoded, a lossy file has the length and the place of what was encoded: the difference is smallest without any shift.
TEST(SndfileSink, LossyFormatsKeepLengthAndPlace) {
    test::TemporaryFolder folder;
    const Layout stereo{Layout::Kind::stereo, 2};
    constexpr std::size_t kFrames = 96'001;
    Channels signals(2, test::Signal(kFrames, 0.0f));
    for (std::size_t n = 0; n < kFrames; ++n) {  // struck strings, four a second
        const double seconds = static_cast<double>(n % 12'000) / 48000.0;
        for (int partial = 1; partial <= 12; ++partial)
            for (std::size_t channel = 0; channel < 2; ++channel)
                signals[channel][n] += static_cast<float>(
                    0.2 / partial * std::exp(-6.0 * seconds * partial) *
                    std::sin(2.0 * M_PI * (220.0 + 110.0 * static_cast<double>(channel)) * partial * seconds));
    }
    const std::pair<const char*, double> cases[] = {{"ogg:0.9", -30.0}, {"ogg", -20.0},     {"opus:320", -20.0},
                                                    {"opus", -15.0},    {"mp3:320", -30.0}, {"mp3v:0", -25.0}};
    for (const auto& [name, most_db] : cases) {
        SCOPED_TRACE(name);
        write(folder / "a", parse_file_format(name).value(), stereo, signals);
        const auto source = open_source(folder / "a", 48000, 1.0, folder.path()).value();
        ASSERT_EQ(source->frames(), static_cast<FrameCount>(kFrames));
        const auto heard = test::read_all(*source).value();
        double best = 1e9, level = 0.0;
        int best_shift = 99;
        for (int shift = -3; shift <= 3; ++shift) {
            double error = 0.0;
            level = 0.0;
            for (std::size_t channel = 0; channel < 2; ++channel)
                for (std::size_t n = 100; n + 100 < kFrames; ++n) {
                    const double wanted = signals[channel][n];
                    const double got = heard[channel][static_cast<std::size_t>(static_cast<int>(n) + shift)];
                    error += (got - wanted) * (got - wanted);
                    level += wanted * wanted;
                }
            if (error < best) best = error, best_shift = shift;
        }
        const double error_db = 10.0 * std::log10(best / level);
        EXPECT_EQ(best_shift, 0);
        EXPECT_LE(error_db, most_db);
        RecordProperty(name, std::to_string(error_db));
    }
}

/// Bit rates and qualities reach the encoder.
TEST(SndfileSink, SettingsChangeTheSize) {
    test::TemporaryFolder folder;
    const Layout stereo{Layout::Kind::stereo, 2};
    const auto signals = test::noise_channels(2, 480'000, 1, 0.3);  // ten seconds
    const auto kbits = [&](const char* name) {
        const auto report = write(folder / "a", parse_file_format(name).value(), stereo, signals);
        EXPECT_LE(report.bytes, largest_file_bytes(parse_file_format(name).value(), stereo, 48000, 480'000)) << name;
        return static_cast<double>(report.bytes) * 8.0 / 10'000.0;
    };
    EXPECT_NEAR(kbits("mp3:320"), 320.0, 5.0);
    EXPECT_NEAR(kbits("mp3:64"), 64.0, 3.0);
    EXPECT_NEAR(kbits("opus:256"), 256.0, 40.0);
    EXPECT_NEAR(kbits("opus:96"), 96.0, 15.0);
    EXPECT_GT(kbits("ogg:0.8"), 1.3 * kbits("ogg:0.3"));
    EXPECT_GT(kbits("mp3v:0"), 1.3 * kbits("mp3v:6"));
}

/// Costs 4 GiB of disk, so only on request; the header's change itself: wav_format_test.cpp.
TEST(SndfileSink, AWavThatPassesFourGibibytesBecomesBw64) {
    if (std::getenv("DUBPLATE_LARGE_FILES") == nullptr)
        GTEST_SKIP() << "writes 4 GiB; DUBPLATE_LARGE_FILES=1 in the environment runs it";
    test::TemporaryFolder folder;
    SinkSettings settings;
    settings.path = folder / "large.wav";
    settings.format = FileFormat::wav64f;
    settings.layout = {Layout::Kind::discrete, 16};
    settings.expected_frames = 1000;  // it knows only at the end
    auto sink = FileSink::create(settings).value();
    const auto block = test::noise_channels(16, 8192);
    std::vector<const float*> rows;
    for (const auto& signal : block) rows.push_back(signal.data());
    constexpr FrameCount kBlocks = 4100;
    for (FrameCount k = 0; k < kBlocks; ++k) ASSERT_TRUE(sink->write(rows.data(), 8192));
    const auto report = sink->finish().value();
    EXPECT_GT(report.bytes, FrameCount{1} << 32);
    EXPECT_EQ(output_of("head -c 4 " + settings.path), "BW64");
    const auto source = open_source(settings.path, 48000, 1.0, folder.path()).value();
    EXPECT_EQ(source->frames(), kBlocks * 8192);
    EXPECT_EQ(test::read_frames(*source, (kBlocks - 1) * 8192, 8192).value(), block);
}

}  // namespace
}  // namespace dubplate::audio
