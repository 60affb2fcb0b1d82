#include "engine/audio/file_sink.h"

#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <limits>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {

void PrintTo(const FileFormat& format, std::ostream* out) { *out << to_string(format); }

namespace {

using test::Channels;

const Layout kStereo{Layout::Kind::stereo, 2};

SinkSettings settings_for(const std::string& path, FileFormat format, Layout layout = kStereo) {
    SinkSettings settings;
    settings.path = path;
    settings.format = format;
    settings.layout = layout;
    settings.name = "mix";
    return settings;
}

/// Writes all of it in pieces of `step` frames.
Result<SinkReport> written(const SinkSettings& settings, const Channels& signals, int step = 1 << 30) {
    auto sink = FileSink::create(settings);
    if (!sink) return fail(std::move(sink.error()));
    const int frames = static_cast<int>(signals[0].size());
    for (int at = 0; at < frames; at += std::min(step, frames - at)) {
        std::vector<const float*> in;
        for (const auto& signal : signals) in.push_back(signal.data() + at);
        if (auto done = (*sink)->write(in.data(), std::min(step, frames - at)); !done)
            return fail(std::move(done.error()));
    }
    return (*sink)->finish();
}

class FileSinkOf : public testing::TestWithParam<FileFormat> {};
class ExactFileSinkOf : public FileSinkOf {};

std::vector<FileFormat> formats(bool with_lossy) {
    std::vector<FileFormat> all;
    for (const std::string_view name : file_format_names())
        if (const FileFormat format = parse_file_format(name).value(); with_lossy || !is_lossy(format))
            all.push_back(format);
    return all;
}
std::string name_of(const testing::TestParamInfo<FileFormat>& format) { return to_string(format.param); }
INSTANTIATE_TEST_SUITE_P(Formats, FileSinkOf, testing::ValuesIn(formats(true)), name_of);
INSTANTIATE_TEST_SUITE_P(Formats, ExactFileSinkOf, testing::ValuesIn(formats(false)), name_of);

TEST_P(FileSinkOf, HoldsWhatWasWritten) {
    test::TemporaryFolder folder;
    const auto signals = test::noise_channels(2, 100'000, 1, 0.9);
    const auto report = written(settings_for(folder / "mix", GetParam()), signals);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->frames, 100'000);
    EXPECT_EQ(report->bytes, static_cast<std::int64_t>(std::filesystem::file_size(folder / "mix")));
    EXPECT_EQ(report->sha256, hash_file_sha256(folder / "mix").value());
    EXPECT_EQ(report->clipped_samples, 0);
    EXPECT_EQ(report->peak, std::max(test::peak(signals[0]), test::peak(signals[1])));
    EXPECT_NEAR(report->mean_square,
                0.5 * (test::rms(signals[0]) * test::rms(signals[0]) + test::rms(signals[1]) * test::rms(signals[1])),
                1e-12);
    EXPECT_EQ(folder.files(), std::vector<std::string>{"mix"});

    const auto source = open_source(folder / "mix", 48000, 1.0, folder.path());
    ASSERT_TRUE(source) << source.error().message;
    const auto back = test::read_all(**source).value();
    if (is_lossy(GetParam())) {  // how near: sndfile_sink_test.cpp
        EXPECT_EQ(source.value()->frames(), 100'000);
        return;
    }
    // 32-bit integers are read as the nearest float.
    const int bits = std::min(integer_bits(GetParam()), 24);
    const double step = bits == 0 ? 0.0 : std::ldexp(1.0, 1 - bits);
    for (std::size_t channel = 0; channel < 2; ++channel) {
        ASSERT_EQ(back[channel].size(), signals[channel].size());
        for (std::size_t n = 0; n < signals[channel].size(); ++n)
            ASSERT_NEAR(back[channel][n], signals[channel][n], 1.5 * step) << "frame " << n;
    }
}

TEST_P(FileSinkOf, HasTheSameBytesHoweverFramesAreCut) {
    test::TemporaryFolder folder;
    for (const std::size_t channels : {1u, 2u, 6u}) {
        const Layout layout = layout_of_channels(static_cast<int>(channels));
        if (!check_format(GetParam(), layout, 48000)) continue;  // MP3
        const auto signals = test::noise_channels(channels, 20'011);
        auto settings = settings_for(folder / "mix", GetParam(), layout);
        settings.first_frame = 7777;
        const auto whole = written(settings, signals).value().sha256;
        for (const int step : {1, 64, 511, 512, 1024, 8192}) {
            SCOPED_TRACE(testing::Message() << channels << " channels, " << step << " frames a call");
            EXPECT_EQ(written(settings, signals, step).value().sha256, whole);
        }
        // Neither do the promises made beforehand change anything.
        settings.expected_frames = 20'011;
        EXPECT_EQ(written(settings, signals).value().sha256, whole);
        settings.length_is_certain = true;
        EXPECT_EQ(written(settings, signals, 1000).value().sha256, whole);
        settings.expected_frames = 50'000;
        EXPECT_EQ(written(settings, signals).value().sha256, whole);
        settings.expected_frames = 100;
        const auto last = written(settings, signals).value();
        EXPECT_EQ(last.sha256, whole);
        EXPECT_EQ(last.sha256, hash_file_sha256(folder / "mix").value());
        EXPECT_EQ(last.bytes, static_cast<std::int64_t>(std::filesystem::file_size(folder / "mix")));
    }
}

TEST_P(ExactFileSinkOf, ARangeIsTheCutOfTheWhole) {
    test::TemporaryFolder folder;
    const auto signals = test::noise_channels(2, 10'000);
    Channels cut;
    for (const auto& signal : signals) cut.emplace_back(signal.begin() + 3001, signal.begin() + 9001);
    auto settings = settings_for(folder / "whole", GetParam());
    ASSERT_TRUE(written(settings, signals));
    settings.path = folder / "cut";
    settings.first_frame = 3001;
    ASSERT_TRUE(written(settings, cut));
    const auto whole = open_source(folder / "whole", 48000, 1.0, folder.path()).value();
    const auto part = open_source(folder / "cut", 48000, 1.0, folder.path()).value();
    EXPECT_EQ(test::read_frames(*whole, 3001, 6000).value(), test::read_all(*part).value());
}

TEST_P(FileSinkOf, LeavesNothingBehindWhenItIsAbandoned) {
    test::TemporaryFolder folder;
    {
        auto sink = FileSink::create(settings_for(folder / "mix", GetParam())).value();
        const auto signals = test::noise_channels(2, 300'000);
        const float* in[] = {signals[0].data(), signals[1].data()};
        ASSERT_TRUE(sink->write(in, 300'000));
        EXPECT_EQ(folder.files().size(), 1u);
        EXPECT_NE(folder.files()[0], "mix");
    }
    EXPECT_TRUE(folder.files().empty());
}

TEST_P(FileSinkOf, ReplacesAnOlderFileOnlyWhenComplete) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "mix", {'o', 'l', 'd'});
    auto sink = FileSink::create(settings_for(folder / "mix", GetParam())).value();
    EXPECT_EQ(test::bytes_of_file(folder / "mix").size(), 3u);
    ASSERT_TRUE(sink->finish());
    EXPECT_NE(test::bytes_of_file(folder / "mix").size(), 3u);
    EXPECT_EQ(folder.files(), std::vector<std::string>{"mix"});
}

TEST_P(FileSinkOf, IsCompleteBeforeItHasItsName) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "mix", {'o', 'l', 'd'});
    const auto signals = test::noise_channels(2, 3000);
    const float* in[] = {signals[0].data(), signals[1].data()};
    {
        auto sink = FileSink::create(settings_for(folder / "mix", GetParam())).value();
        ASSERT_TRUE(sink->write(in, 3000));
        auto completed = sink->complete({}).value();
        sink.reset();
        EXPECT_EQ(completed.report.frames, 3000);
        EXPECT_EQ(completed.report.sha256, hash_file_sha256(completed.file.temporary_path()).value());
        EXPECT_EQ(test::bytes_of_file(folder / "mix").size(), 3u);
    }
    EXPECT_EQ(folder.files(), std::vector<std::string>{"mix"});
    EXPECT_EQ(test::bytes_of_file(folder / "mix").size(), 3u);
}

TEST_P(FileSinkOf, LeavesNothingBehindWhenItIsStoppedWhileHashing) {
    test::TemporaryFolder folder;
    const auto signals = test::noise_channels(2, 3000);
    const float* in[] = {signals[0].data(), signals[1].data()};
    {
        auto sink = FileSink::create(settings_for(folder / "mix", GetParam())).value();
        ASSERT_TRUE(sink->write(in, 3000));
        std::stop_source stop;
        stop.request_stop();
        const auto completed = sink->complete(stop.get_token());
        ASSERT_FALSE(completed);
        EXPECT_EQ(completed.error().code, ErrorCode::cancelled);
    }
    EXPECT_TRUE(folder.files().empty());
}

TEST_P(FileSinkOf, StopsAtSamplesThatAreNotFinite) {
    test::TemporaryFolder folder;
    auto signals = test::noise_channels(2, 3000);
    signals[1][2000] = std::numeric_limits<float>::quiet_NaN();
    auto settings = settings_for(folder / "mix", GetParam());
    settings.first_frame = 48000;
    const auto report = written(settings, signals);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().message, "sample of channel 2 at frame 50000 is not a finite number");
    EXPECT_TRUE(folder.files().empty());
}

TEST_P(FileSinkOf, SaysWhereTheDiskIsFull) {
    // A limit on the size of files stands in for a full disk: the same path through write(2), another errno.
    test::TemporaryFolder folder;
    const auto previous = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit limit = before;
    limit.rlim_cur = 200'000;  // lossy files are small
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto report = written(settings_for(folder / "mix", GetParam()), test::noise_channels(2, 700'000));
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, previous);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::io);
    EXPECT_EQ(report.error().message, "cannot write: File too large");
    EXPECT_EQ(report.error().where, folder / "mix");
    EXPECT_TRUE(folder.files().empty());
}

TEST_P(FileSinkOf, SaysThatAFolderIsMissingOrInTheWay) {
    test::TemporaryFolder folder;
    const auto missing = FileSink::create(settings_for(folder / "no/mix.wav", GetParam()));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::io);
    EXPECT_EQ(missing.error().message, "cannot create: No such file or directory");
    std::filesystem::create_directory(folder / "mix.wav");
    const auto blocked = FileSink::create(settings_for(folder / "mix.wav", GetParam()));
    ASSERT_FALSE(blocked);
    EXPECT_EQ(blocked.error().message, "cannot write: there is something of this name that is not a file");
}

TEST(FileSink, CountsClippedSamplesAndTheirPeak) {
    test::TemporaryFolder folder;
    const Channels signals = {{0.0f, 1.5f, -0.5f, 1.0f}, {-2.0f, 0.0f, 0.25f, -1.0f}};
    for (const std::string_view name : file_format_names()) {
        const FileFormat format = parse_file_format(name).value();
        const auto report = written(settings_for(folder / "mix", format), signals).value();
        EXPECT_EQ(report.clipped_samples, integer_bits(format) != 0 || is_lossy(format) ? 2 : 0) << name;
        EXPECT_EQ(report.peak, 2.0) << name;
    }
}

TEST(FileSink, FloatsKeepTheirBitsButForNegativeZero) {
    test::TemporaryFolder folder;
    const Channels signals = {{-0.0f, 0.0f, 1.0f, -3.5f, std::numeric_limits<float>::denorm_min(), 1e-30f}};
    ASSERT_TRUE(written(settings_for(folder / "mix", FileFormat::wav32f, {Layout::Kind::mono, 1}), signals));
    const auto bytes = test::bytes_of_file(folder / "mix");
    std::vector<float> samples(6);
    std::memcpy(samples.data(), bytes.data() + bytes.size() - 24, 24);
    EXPECT_FALSE(std::signbit(samples[0]));
    EXPECT_EQ(samples, signals[0]);
}

TEST(FileSink, WavSaysItsLoudspeakersAndPadsOddData) {
    test::TemporaryFolder folder;
    ASSERT_TRUE(written(settings_for(folder / "mono.wav", FileFormat::wav24, {Layout::Kind::mono, 1}),
                        test::noise_channels(1, 3)));
    EXPECT_EQ(std::filesystem::file_size(folder / "mono.wav") % 2, 0u);
    for (const int channels : {3, 4, 6, 8, 12, 16}) {
        const Layout layout = channels == 3   ? Layout{Layout::Kind::lcr, 3}
                              : channels == 4 ? Layout{Layout::Kind::quad, 4}
                                              : layout_of_channels(channels);
        ASSERT_TRUE(written(settings_for(folder / "many.wav", FileFormat::wav24, layout),
                            test::noise_channels(static_cast<std::size_t>(channels), 100)));
        const auto bytes = test::bytes_of_file(folder / "many.wav");
        std::uint32_t mask = 0;
        std::memcpy(&mask, bytes.data() + 12 + 36 + 8 + 20, 4);
        EXPECT_EQ(mask, speaker_mask(layout)) << channels;
        SF_INFO info{};
        SNDFILE* const file = sf_open((folder / "many.wav").c_str(), SFM_READ, &info);
        ASSERT_NE(file, nullptr);
        EXPECT_EQ(info.channels, channels);
        EXPECT_EQ(info.frames, 100);
        sf_close(file);
    }
}

}  // namespace
}  // namespace dubplate::audio
