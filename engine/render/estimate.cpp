#include "engine/render/estimate.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/audio/impulse.h"
#include "engine/render/device.h"
#include "engine/render/form.h"
#include "engine/render/inputs.h"
#include "engine/render/job.h"
#include "engine/render/outputs.h"
#include "engine/render/plan_cost.h"
#include "engine/render/window.h"

namespace dubplate::render {
namespace {

using session::Session;
using session::StripKind;

// From renders of bench/reference_session on the machine of kernels/processors/cost.h: bench/RESULTS.md, "Estimates".
constexpr double kHashNsPerByte = 0.25;     ///< of inputs that are decoded; others are hashed while they are read
constexpr double kDecodeNs = 14.0;          ///< a sample of a compressed file
constexpr double kResampleNs = 45.0;        ///< a sample that comes out
constexpr double kScratchNs = 3.0;          ///< a sample into scratch space
constexpr double kResponseNs = 25.0;        ///< a sample of a response: its spectra, in memory that is new
constexpr double kWriteNs = 4.0;            ///< a sample of an output: dither, bytes, hash, the kernel's copy
constexpr double kCompressNs = 30.0;        ///< more for FLAC
constexpr double kPartialNs = 0.3;          ///< a sample of a partial that an output or the residual sums
constexpr double kStartSeconds = 0.03;      ///< of the process
constexpr double kSecondsPerFile = 0.0001;  ///< to open one
constexpr std::int64_t kProgramBytes = 26 << 20;
constexpr std::int64_t kThreadBytes = 1 << 20;
constexpr std::int64_t kSinkBytes = 5 << 17;
constexpr std::int64_t kStripBytes = 6000, kClipBytes = 900, kPointBytes = 160;

/// A file of which only the header is known.
class UnreadSource final : public audio::Source {
public:
    UnreadSource(audio::SourceInfo info, FrameCount frames) : info_(std::move(info)), frames_(frames) {}
    const audio::SourceInfo& info() const override { return info_; }
    FrameCount frames() const override { return frames_; }
    audio::SampleType sample_type() const override { return audio::SampleType::float32; }
    Result<void> read_packed(FrameCount, int, std::byte*) const override {
        return fail(ErrorCode::unsupported, "only its header was read", info_.path);
    }
    void prefetch(FrameCount, FrameCount) const override {}

private:
    audio::SourceInfo info_;
    FrameCount frames_;
};

class Estimator {
public:
    Estimator(const Session& session, const RenderJob& job) : session_(session), job_(job) {}

    Result<Estimate> run() {
        if (auto ok = check_form(session_); !ok) return fail(ok.error());
        if (auto ok = check_request(job_, session_); !ok) return fail(ok.error());
        if (job_.device != "auto")
            if (const auto device = choose_device(job_.device); !device) return fail(device.error());
        auto tempo_map = session::TempoMap::create(session_.tempos, session_.meters, session_.sample_rate);
        if (!tempo_map) return fail(tempo_map.error());
        const auto routing = graph::route(session_);
        if (!routing) return fail(routing.error());
        const auto stems = choose_stems(session_, *routing, job_.stems);
        if (!stems) return fail(stems.error());
        const auto time = place_job(session_, *tempo_map, job_);
        if (!time) return fail(time.error());
        const auto outputs = plan_outputs(session_, job_, stems->names, estimate_.warnings);
        if (!outputs) return fail(outputs.error());
        if (job_.keep_existing)
            if (auto ok = check_nothing_exists(*outputs, side_files(job_)); !ok) return fail(ok.error());
        if (auto ok = look_at_inputs(); !ok) return fail(ok.error());
        if (auto ok = check_no_overwrite(*outputs, side_files(job_), read_, session_.file); !ok)
            return fail(ok.error());
        const auto tracks = make_clip_tracks(session_, *tempo_map, inputs_, estimate_.warnings);
        if (!tracks) return fail(tracks.error());
        auto setups = nodes::set_up_strips(session_, *tempo_map, inputs_.impulses);
        if (!setups) return fail(setups.error());
        nodes::find_equal_channels(session_, *tracks, *setups);
        const graph::Plan plan = graph::make_plan(session_, *routing, *setups, stems->names, stems->contents);
        for (const std::string& text : plan.shared_nonlinear)
            estimate_.warnings.push_back({text + ": the stems do not sum to the mix there", ""});
        FrameCount clips_end = 0;
        for (const auto& track : *tracks)
            if (track) clips_end = std::max(clips_end, track->end());
        const auto window = place_window(*time, plan, clips_end, session_.sample_rate);
        if (!window) return fail(window.error());
        OutputSettings settings;
        settings.layout = session::master_of(session_).layout;
        settings.session_rate = session_.sample_rate;
        settings.file_rate = file_rate_of(session_, job_);
        settings.frames = window->frames.end - window->frames.first;
        if (auto ok = check_room(job_.output_folder, *outputs, settings); !ok) return fail(ok.error());
        count_strips(plan, *setups);
        count_outputs(*outputs, *window);
        const graph::ProgramSettings program = program_settings(job_, *window, plan, *time);
        const ChunkRange range = chunk_range(*window, plan, *time, program.chunk_frames);
        PlanCost cost = cost_of_plan(session_, plan, *setups, *tracks, program, window->frames.end);
        simulate(plan, *outputs, *stems, std::move(cost.block_seconds), range.last - range.first + 1,
                 window->end_is_fixed);
        add_up(cost);
        return std::move(estimate_);
    }

private:
    /// As load_inputs(), with headers in place of audio.
    Result<void> look_at_inputs() {
        for (const session::Strip& strip : session_.strips) {
            if (strip.kind != StripKind::track || strip.disabled) continue;
            for (const session::Clip& clip : strip.clips) {
                if (clip.mute) continue;
                const std::string path = input_path(session_, clip.file);
                auto [found, is_new] = inputs_.sources.try_emplace({path, clip.speed});
                if (!is_new) continue;
                const auto info = audio::probe_source(path);
                if (!info) return fail(info.error());
                const double ratio = session_.sample_rate / (info->sample_rate * clip.speed);
                const double length = std::floor(frames_of(*info) * ratio + 0.5);
                const auto frames = static_cast<FrameCount>(std::min(length, 0x1p53));
                add_input(*info, clip.speed, ratio, frames, false);
                found->second = std::make_unique<UnreadSource>(*info, frames);
            }
        }
        for (const auto& [name, place] : impulse_files(session_)) {
            const std::string path = input_path(session_, name);
            const auto info = audio::probe_source(path);
            if (!info) return fail(info.error());
            auto impulse =
                audio::load_impulse(path, session_.sample_rate, audio::scratch_folder_or_default(job_.scratch_folder));
            if (!impulse) return fail(impulse.error());
            const double ratio = static_cast<double>(session_.sample_rate) / info->sample_rate;
            add_input(*info, 1.0, ratio, impulse->frames(), true);
            inputs_.impulses.emplace(name, std::make_shared<kernels::ImpulseResponse>(std::move(*impulse)));
        }
        return {};
    }

    /// Of the file. Where the header does not tell, as if it held half the bytes of 16-bit samples.
    static double frames_of(const audio::SourceInfo& info) {
        return info.frames > 0 ? static_cast<double>(info.frames) : static_cast<double>(info.bytes) / info.channels;
    }

    void add_input(const audio::SourceInfo& info, double speed, double ratio, FrameCount frames, bool is_response) {
        EstimatedInput input{info, speed, is_response, !info.is_plain_pcm || ratio != 1.0, 0};
        const double samples_out = static_cast<double>(frames) * info.channels;
        double ns = input.is_decoded ? kHashNsPerByte * static_cast<double>(info.bytes) : 0.0;
        if (input.is_decoded) {
            input.scratch_bytes = static_cast<std::int64_t>(std::min(samples_out * sizeof(float), 0x1p62));
            ns += kScratchNs * samples_out;
            if (!info.is_plain_pcm) ns += kDecodeNs * samples_out / ratio;
            if (ratio != 1.0) ns += kResampleNs * samples_out;
        }
        if (is_response) ns += kResponseNs * samples_out;
        if (seen_.insert(info.path).second) {
            estimate_.input_bytes += info.bytes;
            read_.push_back(info.path);
        }
        estimate_.scratch_bytes += input.scratch_bytes;
        estimate_.cpu_seconds += 1e-9 * ns + kSecondsPerFile;
        estimate_.inputs.push_back(std::move(input));
    }

    void count_strips(const graph::Plan& plan, const std::vector<nodes::StripSetup>& setups) {
        for (const session::Strip& strip : session_.strips) {
            if (strip.disabled) continue;
            estimate_.tracks += strip.kind == StripKind::track;
            estimate_.buses += strip.kind == StripKind::bus;
            estimate_.returns += strip.kind == StripKind::return_bus;
        }
        std::set<int> computed;
        for (const kernels::ProcessorKind* kind : kernels::processor_kinds()) {
            ProcessorUse use{std::string(kind->description.name), 0, 0};
            for (const graph::PlanBlock& block : plan.blocks)
                for (const graph::PlanStrip& strip : block.strips)
                    for (int k = strip.first; k < strip.last; ++k) {
                        const auto& insert =
                            setups[static_cast<std::size_t>(strip.strip)].inserts[static_cast<std::size_t>(k)];
                        use.count += insert.kind == kind;
                        use.bypassed += insert.kind == kind && insert.bypass;
                    }
            if (use.count > 0) estimate_.processors.push_back(std::move(use));
        }
        for (const graph::PlanBlock& block : plan.blocks)
            for (const graph::PlanStrip& strip : block.strips) {
                estimate_.copies += strip.copy;
                if (!strip.copy) computed.insert(strip.strip);
            }
        estimate_.computed = static_cast<int>(computed.size());
    }

    void count_outputs(const std::vector<OutputFile>& outputs, const RenderWindow& window) {
        estimate_.sample_rate = session_.sample_rate;
        estimate_.first_frame = window.frames.first;
        estimate_.frames = window.frames.end - window.frames.first;
        estimate_.end_is_fixed = window.end_is_fixed;
        estimate_.content_frames =
            window.end_is_fixed ? estimate_.frames : std::max<FrameCount>(window.content_end - window.frames.first, 0);
        const Layout layout = session::master_of(session_).layout;
        const int rate = file_rate_of(session_, job_);
        const FrameCount frames = audio::resampled_frames(estimate_.frames, session_.sample_rate, rate);
        const double samples = static_cast<double>(frames) * layout.channels;
        for (const OutputFile& output : outputs) {
            EstimatedOutput file{output.kind, output.name, output.path, output.format,
                                 audio::largest_file_bytes(output.format, layout, rate, frames)};
            const bool is_wav = audio::to_string(output.format).starts_with("wav");
            const bool is_resampled = rate != session_.sample_rate;
            costs_.output_seconds.push_back(
                1e-9 * samples * (kWriteNs + (is_wav ? 0.0 : kCompressNs) + (is_resampled ? kResampleNs : 0.0)));
            estimate_.output_bytes += file.bytes;
            estimate_.outputs.push_back(std::move(file));
        }
    }

    void simulate(const graph::Plan& plan, const std::vector<OutputFile>& outputs, const ChosenStems& stems,
                  std::vector<double> block_seconds, FrameCount chunks, bool end_is_fixed) {
        const double samples = static_cast<double>(estimate_.frames) * session::master_of(session_).layout.channels;
        const auto partials_seconds = [&](std::size_t stem) {
            return 1e-9 * kPartialNs * samples * static_cast<double>(plan.stems[stem].partials.size());
        };
        for (std::size_t k = 0; k < outputs.size(); ++k)
            if (outputs[k].kind == OutputKind::stem) costs_.output_seconds[k] += partials_seconds(outputs[k].stem);
        const bool has_residual = stems.is_partition && !stems.names.empty();
        if (has_residual)
            for (std::size_t stem = 0; stem < plan.stems.size(); ++stem)
                costs_.residual_seconds += partials_seconds(stem);
        costs_.block_seconds = std::move(block_seconds);
        estimate_.threads = threads_of(job_);
        std::set<int> threads{2, 8, 16, 64, estimate_.threads};
        // Also what would be on a processor with room for it.
        if (job_.threads > 0) threads.insert(job_.threads);
        estimate_.parallelism = parallelism_of(plan, outputs, costs_, has_residual, !end_is_fixed, chunks,
                                               {threads.begin(), threads.end()});
    }

    void add_up(const PlanCost& cost) {
        const double other_seconds = estimate_.cpu_seconds;  // so far: opening and hashing
        const Parallelism& parallelism = estimate_.parallelism;
        const auto schedule = std::ranges::find(parallelism.schedules, estimate_.threads, &SimulatedRender::threads);
        estimate_.cpu_seconds += kStartSeconds + parallelism.work_seconds;
        estimate_.seconds = kStartSeconds + other_seconds / estimate_.threads + schedule->seconds;
        std::size_t clips = 0, points = 0;
        for (const session::Strip& strip : session_.strips) {
            clips += strip.clips.size();
            for (const session::Lane& lane : strip.lanes) points += lane.points.size();
        }
        estimate_.memory_bytes = kProgramBytes + kThreadBytes * estimate_.threads + cost.bytes +
                                 kSinkBytes * static_cast<std::int64_t>(estimate_.outputs.size()) +
                                 kStripBytes * static_cast<std::int64_t>(session_.strips.size()) +
                                 kClipBytes * static_cast<std::int64_t>(clips) +
                                 kPointBytes * static_cast<std::int64_t>(points);
    }

    const Session& session_;
    const RenderJob& job_;
    Estimate estimate_;
    StepCosts costs_;
    Inputs inputs_;
    std::set<std::string> seen_;
    std::vector<std::string> read_;  // paths, once
};

}  // namespace

Result<Estimate> estimate(const Session& session, const RenderJob& job) { return Estimator(session, job).run(); }

}  // namespace dubplate::render
