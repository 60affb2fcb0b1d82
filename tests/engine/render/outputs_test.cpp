#include "engine/render/outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "tests/support/render_session.h"
#include "tests/support/signals.h"

namespace dubplate::render {
namespace {

using audio::FileFormat;
using test::Audio;

/// Two tracks of noise, a bus for one of them: a mix and two stems of `frames` frames.
session::Session small_session(const test::TempFolder& folder, FrameCount frames = 20'000) {
    auto session = test::empty_session(folder.path());
    for (const char* const name : {"Drums", "Bass"}) {
        const std::string file = std::string(name) + ".wav";
        test::write_wav(folder.file(file),
                        {test::noise(static_cast<std::size_t>(frames), name[0] == 'D' ? 1 : 2, 0.3)});
        test::add_track(session, name, file);
    }
    session.end = session::frames(static_cast<double>(frames));
    return session;
}

RenderJob job_for(const test::TempFolder& folder, std::vector<FileFormat> formats) {
    RenderJob job;
    job.output_folder = folder.file("out");
    job.formats = std::move(formats);
    job.threads = 2;
    job.oversubscribe = true;
    return job;
}

std::vector<std::string> paths(const std::vector<OutputFile>& outputs) {
    std::vector<std::string> names;
    for (const OutputFile& output : outputs) names.push_back(output.path);
    return names;
}

Audio read_floats(const std::string& path) {
    SF_INFO info{};
    SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
    EXPECT_NE(file, nullptr) << path;
    if (file == nullptr) return {};
    std::vector<float> interleaved(static_cast<std::size_t>(info.frames * info.channels));
    EXPECT_EQ(sf_readf_float(file, interleaved.data(), info.frames), info.frames);
    sf_close(file);
    Audio audio(static_cast<std::size_t>(info.channels), std::vector<float>(static_cast<std::size_t>(info.frames)));
    for (std::size_t k = 0; k < interleaved.size(); ++k) audio[k % audio.size()][k / audio.size()] = interleaved[k];
    return audio;
}

TEST(Outputs, EveryOutputComesInEveryFormat) {
    test::TempFolder folder;
    const auto session = small_session(folder);
    Diagnostics warnings;
    const auto job = job_for(folder, {FileFormat::wav24, FileFormat::flac24, FileFormat::mp3});
    const auto outputs = plan_outputs(session, job, {"Drums"}, warnings).value();
    const std::string out = folder.file("out/");
    EXPECT_EQ(paths(outputs),
              (std::vector<std::string>{out + "mix.wav", out + "mix.flac", out + "mix.mp3", out + "stems/Drums.wav",
                                        out + "stems/Drums.flac", out + "stems/Drums.mp3"}));
    EXPECT_TRUE(warnings.empty());
}

TEST(Outputs, FormatsOfOneExtensionAreToldApart) {
    test::TempFolder folder;
    const auto session = small_session(folder);
    Diagnostics warnings;
    const auto job = job_for(folder, {FileFormat::wav24, FileFormat::flac16, FileFormat::wav32f});
    const std::string out = folder.file("out/");
    EXPECT_EQ(paths(plan_outputs(session, job, {}, warnings).value()),
              (std::vector<std::string>{out + "mix-wav24.wav", out + "mix.flac", out + "mix-wav32f.wav"}));
}

TEST(Outputs, TwoOutputsOfOnePathAreAnErrorThatNamesBoth) {
    test::TempFolder folder;
    const auto session = small_session(folder);
    Diagnostics warnings;
    auto job = job_for(folder, {FileFormat::wav24});
    EXPECT_EQ(
        plan_outputs(session, job, {"a/b", "a:b"}, warnings).error().message,
        "stem 'a/b' and stem 'a:b' would both be written to '" + folder.file("out/stems/a_b.wav") + "': rename one");
    job.name_template = "{session}";
    EXPECT_EQ(plan_outputs(session, job, {"Drums"}, warnings).error().message,
              "the mix and stem 'Drums' would both be written to '" + folder.file("out/test.wav") +
                  "': put {name}, {kind}, {index} or {format} into the name template");
    job.name_template = "{name}";
    job.formats = {FileFormat::wav24, FileFormat::wav16};
    EXPECT_NE(plan_outputs(session, job, {}, warnings).error().message.find("the mix as wav24 and the mix as wav16"),
              std::string::npos);
    job.formats = {FileFormat::wav24, FileFormat::wav24};
    EXPECT_EQ(plan_outputs(session, job, {}, warnings).error().message, "the format wav24 is asked for twice");
}

TEST(Outputs, PathsThatDifferInCaseOnlyAreTold) {
    test::TempFolder folder;
    const auto session = small_session(folder);
    Diagnostics warnings;
    ASSERT_TRUE(plan_outputs(session, job_for(folder, {FileFormat::wav24}), {"Vox", "VOX"}, warnings));
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0].where, folder.file("out/stems/VOX.wav"));
    EXPECT_NE(warnings[0].message.find("stems/Vox.wav' in case only"), std::string::npos);
}

TEST(Outputs, WhatAFormatCannotHoldIsFoundBeforeAnythingIsRendered) {
    test::TempFolder folder;
    auto session = small_session(folder);
    session.sample_rate = 44100;
    Diagnostics warnings;
    auto job = job_for(folder, {FileFormat::wav24, FileFormat::opus});
    const auto errors = check(session, job, warnings);
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0].where, "format 'opus'");
    EXPECT_NE(errors[0].message.find("--rate 48000"), std::string::npos);
    job.sample_rate = 48000;
    EXPECT_TRUE(check(session, job, warnings).empty());
    for (const int rate : {-1, 999, 768'001}) {
        job.sample_rate = rate;
        EXPECT_EQ(plan_outputs(session, job, {}, warnings).error().message,
                  "files can have rates from 1000 to 768000 Hz, not " + std::to_string(rate));
    }
}

TEST(Outputs, AFileThatAiffCannotHoldIsRefusedBeforeItIsRendered) {
    test::TempFolder folder;
    auto session = small_session(folder);
    session.end = test::quantity("20000 s");
    const auto rendered = render(session, job_for(folder, {FileFormat::aiff24}));
    ASSERT_FALSE(rendered);
    EXPECT_EQ(rendered.error().where, "format 'aiff24'");
    EXPECT_FALSE(std::filesystem::exists(folder.file("out/mix.aiff")));
}

TEST(Outputs, ExistingFilesAreKeptAndAllNamed) {
    test::TempFolder folder;
    const auto session = small_session(folder);
    auto job = job_for(folder, {FileFormat::wav24});
    job.keep_existing = true;
    ASSERT_TRUE(render(session, job));
    const auto again = render(session, job);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::io);
    EXPECT_EQ(again.error().message, "3 files are there already and are kept: choose another folder or name\n  " +
                                         folder.file("out/mix.wav") + "\n  " + folder.file("out/stems/Drums.wav") +
                                         "\n  " + folder.file("out/stems/Bass.wav"));
    std::filesystem::remove_all(folder.file("out/stems"));
    EXPECT_EQ(render(session, job).error().where, folder.file("out/mix.wav"));
    EXPECT_FALSE(std::filesystem::exists(folder.file("out/stems")));  // not even the folder was made
}

TEST(Outputs, OnePassWritesWhatPassesOfTheirOwnWrite) {
    test::TempFolder folder;
    const auto session = small_session(folder);
    std::vector<FileFormat> formats;
    for (const std::string_view name : audio::file_format_names())
        formats.push_back(audio::parse_file_format(name).value());
    auto job = job_for(folder, formats);
    job.name_template = "{name} {format}";
    const auto all = render(session, job);
    ASSERT_TRUE(all) << all.error().message;
    ASSERT_EQ(all->outputs.size(), 3 * formats.size());
    for (std::size_t k = 0; k < formats.size(); ++k) {
        job.formats = {formats[k]};
        const auto one = render(session, job);
        ASSERT_TRUE(one) << one.error().message;
        for (std::size_t output = 0; output < 3; ++output) {
            const OutputReport& report = all->outputs[output * formats.size() + k];
            EXPECT_EQ(report.format, formats[k]);
            EXPECT_EQ(report.sample_rate, 48000);
            EXPECT_EQ(report.file.sha256, one->outputs[output].file.sha256) << report.file.path;
            EXPECT_EQ(report.file.frames, 20'000);
        }
    }
}

class OutputsAtRate : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Rates, OutputsAtRate, testing::Values(44100, 48001, 96000, 8000, 192000));

TEST_P(OutputsAtRate, HaveTheLengthRoundedUpAndNoDelay) {
    test::TempFolder folder;
    constexpr int kRate = 48000;
    constexpr FrameCount kFrames = 48'000 + 7;
    auto session = test::empty_session(folder.path());
    std::vector<float> sine(kFrames);
    const double hz = 997.0;
    for (std::size_t n = 0; n < sine.size(); ++n)
        sine[n] = static_cast<float>(0.5 * std::sin(2.0 * M_PI * hz * static_cast<double>(n) / kRate));
    test::write_wav(folder.file("sine.wav"), {sine, sine});
    test::add_track(session, "Sine", "sine.wav", {Layout::Kind::stereo, 2});
    session.end = session::frames(kFrames);
    auto job = job_for(folder, {FileFormat::wav64f});
    job.sample_rate = GetParam();
    const auto report = render(session, job);
    ASSERT_TRUE(report) << report.error().message;
    const auto audio = read_floats(folder.file("out/mix.wav"));
    const FrameCount expected = (kFrames * GetParam() + kRate - 1) / kRate;
    ASSERT_EQ(audio[0].size(), static_cast<std::size_t>(expected));
    EXPECT_EQ(report->outputs[0].file.frames, expected);
    EXPECT_EQ(report->outputs[0].sample_rate, GetParam());
    // Away from the ends, where the sine is cut, the file is that sine at its own rate.
    double worst = 0.0, squares = 0.0, peak = 0.0;
    for (std::size_t n = 0; n < audio[0].size(); ++n) {
        const double seconds = static_cast<double>(n) / GetParam();
        squares += double{audio[0][n]} * audio[0][n];
        peak = std::max(peak, std::fabs(double{audio[0][n]}));
        if (seconds < 0.1 || seconds > 0.9) continue;
        worst = std::max(worst, std::fabs(audio[0][n] - 0.5 * std::sin(2.0 * M_PI * hz * seconds)));
    }
    EXPECT_LE(20.0 * std::log10(worst), -120.0);
    // Levels are those of the file.
    EXPECT_NEAR(report->outputs[0].rms_dbfs, 10.0 * std::log10(squares / static_cast<double>(expected)), 1e-6);
    EXPECT_NEAR(report->outputs[0].peak_dbfs, 20.0 * std::log10(peak), 1e-6);
}

TEST_P(OutputsAtRate, AreTheSameOnAnyChunksAndThreads) {
    test::TempFolder folder;
    const auto session = small_session(folder, 70'001);
    auto job = job_for(folder, {FileFormat::wav24});
    job.sample_rate = GetParam();
    job.from = session::frames(1001);
    std::vector<std::string> hashes;
    for (const auto& [threads, chunk] : {std::pair{1, 8192}, {2, 32768}, {3, 65536}, {2, -1}}) {
        job.threads = threads;
        job.chunk_frames = chunk;
        const auto report = render(session, job);
        ASSERT_TRUE(report) << report.error().message;
        hashes.emplace_back();
        for (const OutputReport& output : report->outputs) hashes.back() += output.file.sha256;
        EXPECT_EQ(report->outputs[0].file.frames, (FrameCount{69'000} * GetParam() + 47'999) / 48'000);
        EXPECT_EQ(hashes.back(), hashes.front()) << threads << " threads, chunks of " << chunk;
    }
}

TEST_P(OutputsAtRate, StemsStillSum) {
    test::TempFolder folder;
    const auto session = small_session(folder);
    auto job = job_for(folder, {FileFormat::wav32f});
    job.sample_rate = GetParam();
    job.premaster = true;
    ASSERT_TRUE(render(session, job));
    const auto premaster = read_floats(folder.file("out/premaster.wav"));
    auto sum = read_floats(folder.file("out/stems/Drums.wav"));
    const auto bass = read_floats(folder.file("out/stems/Bass.wav"));
    for (std::size_t c = 0; c < 2; ++c)
        for (std::size_t n = 0; n < sum[c].size(); ++n) sum[c][n] += bass[c][n];
    EXPECT_LE(test::difference_dbfs(premaster, sum), -120.0);
}

}  // namespace
}  // namespace dubplate::render
