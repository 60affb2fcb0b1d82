#include "cli/doctor/self_test.h"

#include <fmt/format.h>
#include <sndfile.h>
#include <stdlib.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <numbers>
#include <vector>

#include "engine/audio/source.h"
#include "engine/render/render.h"

namespace dubplate::cli {
namespace {

using State = Finding::State;

constexpr int kRate = 48000, kOtherRate = 44100;
constexpr double kFader = -6.0;
/// Half a per cent of amplitude: dither and the resampler's edges stay far below.
constexpr double kAllowedDecibels = 0.05;
constexpr double kAllowedResidual = -120.0;

Finding problem(std::string text) {
    return {State::problem, "self-test", std::move(text), "mend what stands above; if that is all well, report it"};
}

/// Removes itself.
class Folder {
public:
    explicit Folder(const std::string& below) : path_(below + "/dubplate-doctor-XXXXXX") {
        if (::mkdtemp(path_.data()) == nullptr) path_.clear();
    }
    ~Folder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// A second of a sine of whole periods, so that its power is that of the closed form.
Result<void> write_sine(const std::string& path, int rate, double hertz, double amplitude) {
    SF_INFO info{};
    info.samplerate = rate;
    info.channels = 1;
    info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    std::vector<float> samples(static_cast<std::size_t>(rate));
    for (std::size_t frame = 0; frame < samples.size(); ++frame)
        samples[frame] =
            static_cast<float>(amplitude * std::sin(2.0 * std::numbers::pi * hertz * static_cast<double>(frame) /
                                                    static_cast<double>(rate)));
    SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
    if (file == nullptr) return fail(ErrorCode::io, sf_strerror(nullptr), path);
    errno = 0;
    const bool written = sf_writef_float(file, samples.data(), rate) == rate;
    const int reason = errno;
    if (sf_close(file) != 0 || !written)
        return fail(ErrorCode::io, std::string("cannot be written whole: ") + std::strerror(reason), path);
    return {};
}

session::Session test_session(const std::string& folder) {
    const auto track = [&](const char* name, double pan) {
        return session::Strip{.name = name,
                              .layout = {Layout::Kind::mono, 1},
                              .clips = {{.file = fmt::format("{}/{}.wav", folder, name)}},
                              .fader = session::decibels(kFader),
                              .pan = pan};
    };
    session::Session session;
    session.name = "self-test";
    session.sample_rate = kRate;
    session.end = session::frames(kRate);
    session.strips = {track("one", 0.0), track("two", 1.0), {.name = "Master", .kind = session::StripKind::master}};
    return session;
}

/// dB RMS of both channels of a file, at the session's rate.
Result<std::array<double, 2>> levels_of(const std::string& path, const std::string& scratch) {
    const auto source = audio::open_source(path, kRate, 1.0, scratch);
    if (!source) return fail(source.error());
    const auto frames = static_cast<int>((*source)->frames());
    if ((*source)->channels() != 2 || frames != kRate)
        return fail(ErrorCode::corrupt_input, fmt::format("has {} channels of {} frames instead of 2 of {}",
                                                          (*source)->channels(), frames, kRate));
    std::vector<float> left(static_cast<std::size_t>(frames)), right(left);
    const std::array<int, 2> channels{0, 1};
    const std::array<float*, 2> planes{left.data(), right.data()};
    if (auto read = (*source)->read(0, frames, channels, planes.data()); !read) return fail(std::move(read.error()));
    const auto level = [&](const std::vector<float>& plane) {
        double power = 0.0;
        for (const float sample : plane) power += double{sample} * sample;
        return 10.0 * std::log10(std::max(power / frames, 1e-30));
    };
    return std::array<double, 2>{level(left), level(right)};
}

double decibels(double gain) { return 20.0 * std::log10(gain); }

Finding judge(const std::string& folder) {
    for (auto written : {write_sine(folder + "/one.wav", kRate, 1000.0, 0.5),
                         write_sine(folder + "/two.wav", kOtherRate, 400.0, 0.25)})
        if (!written) return problem(fmt::format("{}: {}", written.error().where, written.error().message));
    const session::Session session = test_session(folder);
    render::RenderJob job;
    job.scratch_folder = folder;
    std::vector<render::RenderReport> reports;
    for (const int threads : {0, 1}) {
        job.threads = threads;
        job.output_folder = fmt::format("{}/threads-{}", folder, threads);
        auto report = render::render(session, job);
        if (!report) return problem(fmt::format("{}: {}", report.error().where, report.error().message));
        reports.push_back(std::move(*report));
    }
    const auto& outputs = reports[0].outputs;
    if (outputs.size() != 3 || reports[1].outputs.size() != 3)
        return problem(fmt::format("{} files came out instead of mix and two stems", outputs.size()));
    for (std::size_t output = 0; output < outputs.size(); ++output)
        if (outputs[output].file.sha256 != reports[1].outputs[output].file.sha256)
            return problem(fmt::format("one thread and {} give different bytes", reports[0].threads));
    const double residual = reports[0].stem_sum_residual_dbfs.value_or(0.0);
    if (residual > kAllowedResidual)
        return problem(fmt::format("the stems sum to the mix only to {:.1f} dBFS", residual));

    const auto levels = levels_of(outputs[0].file.path, folder);
    if (!levels) return problem("the mix: " + levels.error().message);
    // The first track is in the middle, at cos 45 degrees; the second at the right, whole. Sines of whole periods add
    // their powers.
    const double fader = std::pow(10.0, kFader / 20.0);
    const double one = 0.5 * fader * std::numbers::sqrt2 / 2.0, two = 0.25 * fader;
    const std::array<double, 2> expected{decibels(one / std::numbers::sqrt2),
                                         decibels(std::hypot(one, two) / std::numbers::sqrt2)};
    double off = 0.0;
    for (std::size_t side = 0; side < 2; ++side) off = std::max(off, std::fabs((*levels)[side] - expected[side]));
    if (!(off <= kAllowedDecibels))
        return problem(fmt::format("the mix's levels are {:.2f} and {:.2f} dB instead of {:.2f} and {:.2f}",
                                   (*levels)[0], (*levels)[1], expected[0], expected[1]));
    return {State::ok, "self-test",
            fmt::format("levels right to {:.4f} dB, stems sum to {:.0f} dBFS, same bytes on 1 and {} thread{}", off,
                        residual, reports[0].threads, reports[0].threads == 1 ? "" : "s")};
}

}  // namespace

Finding self_test(const std::string& folder) {
    const Folder own(folder);
    if (own.path().empty()) return problem(fmt::format("cannot make a folder in {}: {}", folder, std::strerror(errno)));
    return judge(own.path());
}

}  // namespace dubplate::cli
