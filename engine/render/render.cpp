#include "engine/render/render.h"

#include <sys/resource.h>

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <thread>

#include "engine/base/spelling.h"
#include "engine/base/visible_text.h"
#include "engine/graph/program.h"
#include "engine/render/calibration.h"
#include "engine/render/completion.h"
#include "engine/render/device_audio.h"
#include "engine/render/device_opening.h"
#include "engine/render/form.h"
#include "engine/render/inputs.h"
#include "engine/render/job.h"
#include "engine/render/outputs.h"
#include "engine/render/trace.h"
#include "engine/render/window.h"
#include "engine/render/workshop_parts.h"

namespace dubplate::render {
namespace {

using Clock = std::chrono::steady_clock;
using session::Session;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

double process_cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// What a strict job does not let through.
Error refusal(const Diagnostics& warnings) {
    Error error{ErrorCode::refused, warnings.size() == 1
                                        ? "strict: a warning fails the render, no file was written:"
                                        : fmt::format("strict: {} warnings fail the render, no file was "
                                                      "written:",
                                                      warnings.size())};
    for (const Diagnostic& warning : warnings)
        error.message += fmt::format("\n  {}{}{}", warning.where, warning.where.empty() ? "" : ": ", warning.message);
    return error;
}

nodes::TaskLabel label_of(const OutputFile& output) {
    return {output.name, "write " + audio::to_string(output.format)};
}

/// One render from its checks to its receipt; each stage leaves what the next one needs.
class Renderer {
public:
    Renderer(const Session& session, const RenderJob& job, const ProgressFunction& progress, Workshop::Parts& workshop)
        : session_(session), job_(job), progress_(progress), workshop_(workshop) {
        if (!job.profile_path.empty()) profile_ = std::make_unique<nodes::Profile>();
    }

    /// `notice`: what is to be said besides.
    Result<RenderReport> run(std::optional<Diagnostic> notice = std::nullopt) {
        if (notice) report_.warnings.push_back(std::move(*notice));
        using Stage = Result<void> (Renderer::*)();
        constexpr std::pair<const char*, Stage> kStages[] = {
            {"check", &Renderer::check_job}, {"open inputs", &Renderer::open_inputs}, {"plan", &Renderer::plan},
            {"render", &Renderer::evaluate}, {"finish files", &Renderer::finish},
        };
        for (const auto& [name, stage] : kStages) {
            const auto begin = Clock::now();
            const double cpu = process_cpu_seconds();
            const nodes::ProfiledTask profiled(profile_.get(), profile_ ? profile_->add_label(name, name) : 0);
            if (auto ok = (this->*stage)(); !ok) return fail(ok.error());
            report_.stages.push_back({name, seconds_since(begin), process_cpu_seconds() - cpu});
        }
        report_.wall_seconds = seconds_since(begin_);
        report_.audio_seconds = static_cast<double>(report_.frames) / session_.sample_rate;
        report_.times_real_time = report_.wall_seconds > 0.0 ? report_.audio_seconds / report_.wall_seconds : 0.0;
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        report_.peak_memory_bytes = static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
        // What the device has yet to say of its last chunks.
        if (profile_ && device_) (void)device_->ask([] { return Result<void>(); });
        if (profile_) report_.profile = profile_report(*profile_, report_.stages, report_.threads);
        if (auto ok = commit(); !ok) return fail(ok.error());
        return std::move(report_);
    }

private:
    Result<void> check_job() {
        if (auto ok = check_request(job_, session_); !ok) return ok;
        if (auto ok = check_form(session_); !ok) return ok;
        auto tempo_map = session::TempoMap::create(session_.tempos, session_.meters, session_.sample_rate);
        if (!tempo_map) return fail(tempo_map.error());
        tempo_map_ = std::move(*tempo_map);
        auto routing = graph::route(session_);
        if (!routing) return fail(routing.error());
        routing_ = std::move(*routing);
        auto stems = choose_stems(session_, routing_, job_.stems);
        if (!stems) return fail(stems.error());
        stems_ = std::move(*stems);
        auto time = place_job(session_, tempo_map_, job_);
        if (!time) return fail(time.error());
        time_ = *time;
        auto outputs = plan_outputs(session_, job_, stems_.names, report_.warnings);
        if (!outputs) return fail(outputs.error());
        outputs_ = std::move(*outputs);
        if (job_.keep_existing)
            if (auto ok = check_nothing_exists(outputs_, side_files(job_)); !ok) return ok;
        report_.session_file = session_.file;
        // A session that was taken away since it was read is no reason not to render it.
        if (!session_.file.empty()) report_.session_xxh3_128 = audio::hash_file_xxh3(session_.file).value_or("");
        std::error_code unknown;
        report_.working_folder = as_utf8(std::filesystem::current_path(unknown).string());
        report_.sample_rate = session_.sample_rate;
        report_.formats = job_.formats;
        report_.seed = session_.seed;
        report_.threads = threads_of(job_);
        report_.preroll_frames = time_.preroll;
        executor_ = job_.executor == ExecutorKind::tbb ? graph::make_tbb_executor(report_.threads)
                                                       : graph::make_thread_executor(report_.threads);
        if (job_.device != "cpu") opening_.begin([this] { return needs_device(); });
        return {};
    }

    bool poll_before_render() {
        return !progress_ || progress_({0, 0, seconds_since(begin_), 0.0, 0.0, Stage::reading});
    }

    Result<void> open_inputs() {
        auto ok = read_inputs();
        // What is wrong with a device that was named is told first, as it is known of without any input.
        if (!ok && ok.error().code != ErrorCode::cancelled)
            if (auto chosen = opening_.wait([this] { return poll_before_render(); }); !chosen) return chosen;
        return ok;
    }

    Result<void> read_inputs() {
        auto inputs = load_inputs(
            session_, workshop_.files, job_.scratch_folder, *executor_, [this] { return poll_before_render(); },
            profile_.get());
        if (!inputs) return fail(inputs.error());
        inputs_ = std::move(*inputs);
        if (auto ok = check_no_overwrite(outputs_, side_files(job_), inputs_.paths, session_.file); !ok) return ok;
        auto tracks = make_clip_tracks(session_, tempo_map_, inputs_, report_.warnings);
        if (!tracks) return fail(tracks.error());
        tracks_ = std::move(*tracks);
        return {};
    }

    Result<void> plan() {
        auto setups =
            nodes::set_up_strips(session_, tempo_map_, inputs_.impulses, [this] { return poll_before_render(); });
        if (!setups) return fail(setups.error());
        setups_ = std::move(*setups);
        nodes::find_equal_channels(session_, tracks_, setups_);
        plan_ = graph::make_plan(session_, routing_, setups_, stems_.names, stems_.contents);
        if (auto ok = use_device(); !ok) return ok;
        for (const std::string& text : plan_.shared_nonlinear)
            report_.warnings.push_back({text + ": the stems do not sum to the mix there", ""});
        if (job_.strict && !report_.warnings.empty()) return fail(refusal(report_.warnings));
        FrameCount clips_end = 0;
        for (const auto& track : tracks_)
            if (track) clips_end = std::max(clips_end, track->end());
        auto place = place_window(time_, plan_, clips_end, session_.sample_rate);
        if (!place) return fail(place.error());
        place_ = std::move(*place);
        window_ = place_.frames;
        report_.end_reason = place_.end_reason;
        const graph::ProgramSettings settings = sized_program();
        chunk_frames_ = report_.chunk_frames = settings.chunk_frames;
        in_flight_ = settings.in_flight;
        expect_reads(inputs_, plan_, tracks_, time_.run_start, window_.end + plan_.longest_lead);
        auto program = graph::Program::create(
            {session_, plan_, setups_, tracks_, *executor_, device_, profile_.get(), residents()}, settings);
        if (!program) return fail(program.error());
        program_ = std::move(*program);
        workshop_.files.hold_spectra();
        const FrameCount heard_end = window_.end + plan_.longest_lead;
        if (auto ok = keep_audio(device_, residents(), plan_, tracks_, time_.run_start, heard_end); !ok) return ok;
        return add_outputs();
    }

    regions::Residents* residents() const { return device_ ? workshop_.residents() : nullptr; }

    /// In chunks and waves as the device was measured, where it was; what else there is in that file makes no difference.
    graph::ProgramSettings sized_program() const {
        const std::string path = job_.calibration_path.empty() ? calibration_file() : job_.calibration_path;
        if (!device_ || path.empty()) return program_settings(job_, place_, plan_, time_);
        const auto known = read_calibrations(path);
        const Calibration* const found = known ? find_calibration(*known, report_.device) : nullptr;
        if (!found) return program_settings(job_, place_, plan_, time_);
        const MeasuredDevice measured{found->rates, device_work(plan_, session_, setups_), session_.sample_rate};
        return program_settings(job_, place_, plan_, time_, &measured);
    }

    /// Called beside the reading of inputs.
    bool needs_device() {
        return render::needs_device(job_.device, session_, tempo_map_, workshop_.files,
                                    [this](const auto& setups) { return make_plan_for_device(setups); });
    }
    graph::Plan make_plan_for_device(const std::vector<nodes::StripSetup>& setups) const {
        return graph::make_plan(session_, routing_, setups, stems_.names, stems_.contents, graph::CutFor::device);
    }

    /// Gives the device its blocks. One is looked for only where there is something for it.
    Result<void> use_device() {
        report_.device = "cpu";
        if (auto ok = opening_.wait([this] { return poll_before_render(); }); !ok) return ok;
        auto offloaded = plan_for_device(
            job_.device, [this](const auto& setups) { return make_plan_for_device(setups); }, session_, setups_);
        if (!offloaded) return {};
        const auto device = opening_.device();
        if (!device) return fail(device.error());
        if (!*device) return {};
        device_ = *device;
        plan_ = std::move(*offloaded);
        report_.device = opening_.choice()->name;
        before_ = traffic_of(*device_, residents());
        return {};
    }

    Result<void> add_outputs() {
        std::vector<std::size_t> after_detector;
        if (!place_.end_is_fixed) {
            auto detector = std::make_unique<nodes::EndDetector>(program_->mix(), program_->premaster(),
                                                                 place_.content_end, place_.hold, window_);
            detector_ = detector.get();
            after_detector.push_back(
                program_->add(std::move(detector), {plan_.mix, plan_.premaster}, {}, {"end", "find the end"}));
        }
        OutputSettings settings;
        settings.layout = session::master_of(session_).layout;
        settings.session_rate = session_.sample_rate;
        settings.file_rate = file_rate_of(session_, job_);
        settings.first = window_.first;
        settings.frames = window_.end - window_.first;
        settings.seed = session_.seed;
        settings.past_cache = outgrow_cache(largest_bytes(outputs_, settings));
        if (auto ok = prepare_outputs(job_.output_folder, outputs_, settings); !ok) return ok;
        if (!job_.receipt_path.empty()) {
            auto receipt = audio::OutputFile::create(job_.receipt_path);
            if (!receipt) return fail(receipt.error());
            receipt_.emplace(std::move(*receipt));
        }
        if (profile_) {
            auto trace = audio::OutputFile::create(job_.profile_path);
            if (!trace) return fail(trace.error());
            trace_.emplace(std::move(*trace));
        }
        for (const OutputFile& output : outputs_) {
            std::vector<int> streams;
            nodes::PartialSum audio;
            if (output.kind == OutputKind::stem) {
                streams = plan_.stems[output.stem].partials;
                audio = program_->stem(output.stem);
            } else {
                streams = {output.kind == OutputKind::mix ? plan_.mix : plan_.premaster};
                audio = nodes::PartialSum({output.kind == OutputKind::mix ? program_->mix() : program_->premaster()});
            }
            auto step = make_file_step(output, settings, std::move(audio), window_, detector_);
            if (!step) return fail(step.error());
            files_.push_back(step->get());
            program_->add(std::move(*step), streams, after_detector, label_of(output));
        }
        if (stems_.is_partition && !stems_.names.empty()) {
            std::vector<nodes::PartialSum> sums;
            std::vector<int> streams{plan_.premaster};
            for (std::size_t s = 0; s < stems_.names.size(); ++s) {
                sums.push_back(program_->stem(s));
                streams.insert(streams.end(), plan_.stems[s].partials.begin(), plan_.stems[s].partials.end());
            }
            auto step =
                std::make_unique<nodes::ResidualStep>(program_->premaster(), std::move(sums), window_, detector_);
            residual_ = step.get();
            program_->add(std::move(step), streams, after_detector, {"residual", "residual of the stems"});
        }
        return {};
    }

    Result<void> evaluate() {
        const auto begin = Clock::now();
        graph::ScheduleSettings settings;
        settings.chunk_frames = chunk_frames_;
        settings.in_flight = in_flight_;
        const ChunkRange range = chunk_range(place_, plan_, time_, chunk_frames_);
        settings.first_chunk = range.first;
        settings.last_chunk = range.last;
        const auto end = [this] { return detector_ ? detector_->end() : window_.end; };
        settings.end = end;
        settings.profile = profile_.get();
        const FrameCount chunks = settings.last_chunk - settings.first_chunk + 1;
        const auto poll = [&](const graph::ScheduleProgress& progress) {
            if (!progress_) return true;
            const FrameCount total = end() - window_.first;
            const double share =
                static_cast<double>(progress.chunks_done) / static_cast<double>(std::max<FrameCount>(chunks, 1));
            const double elapsed = seconds_since(begin);
            Progress now;
            now.stage = Stage::rendering;
            now.frames_total = total;
            now.frames_done =
                std::clamp<FrameCount>(static_cast<FrameCount>(share * static_cast<double>(total)), 0, total);
            now.seconds_elapsed = elapsed;
            now.times_real_time =
                elapsed > 0.0 ? static_cast<double>(now.frames_done) / session_.sample_rate / elapsed : 0.0;
            now.seconds_left = share > 0.0 ? std::max(0.0, elapsed / share - elapsed) : 0.0;
            last_progress_ = now;
            return progress_(now);
        };
        return graph::run_schedule(program_->schedule(), settings, *executor_, poll);
    }

    Result<void> finish() {
        if (detector_ && detector_->found_silence()) report_.end_reason = "silence";
        if (device_) report_.traffic = traffic_of(*device_, residents()) - before_;
        report_.first_frame = window_.first;
        report_.frames = (detector_ ? detector_->end() : window_.end) - window_.first;
        last_progress_.stage = Stage::finishing;
        const auto poll = [&] { return !progress_ || progress_(last_progress_); };
        auto completion =
            complete_files(outputs_, files_, inputs_, file_rate_of(session_, job_), *executor_, poll, profile_.get());
        if (!completion) return fail(completion.error());
        report_.outputs = std::move(completion->outputs);
        report_.inputs = std::move(completion->inputs);
        for (audio::CompletedFile& file : completion->files) completed_.push_back(std::move(file.file));
        for (const OutputReport& output : report_.outputs)
            if (output.file.clipped_samples > 0)
                report_.warnings.push_back(
                    {fmt::format("{} clipped (peak {:+.2f} dBFS): lower the level or write wav32f",
                                 counted(static_cast<std::size_t>(output.file.clipped_samples), "sample"),
                                 output.peak_dbfs),
                     output.file.path});
        if (job_.strict && !report_.warnings.empty()) return fail(refusal(report_.warnings));
        if (residual_) {
            report_.stem_sum_residual_dbfs = dbfs_of_square(residual_->mean_square());
            report_.stem_sum_residual_peak_dbfs = dbfs(residual_->peak());
        }
        return {};
    }

    /// Nothing is cancelled any more: all files get their names, or none.
    Result<void> commit() {
        if (receipt_) {
            const std::string text = receipt_json(report_);
            if (auto ok = receipt_->write(text.data(), static_cast<std::int64_t>(text.size()), 0); !ok) return ok;
            completed_.push_back(std::move(*receipt_));
        }
        if (trace_) {
            if (auto ok = write_trace(*profile_, *report_.profile, *trace_); !ok) return ok;
            completed_.push_back(std::move(*trace_));
        }
        return commit_files(completed_, *executor_);
    }

    const Session& session_;
    const RenderJob& job_;
    const ProgressFunction& progress_;
    Workshop::Parts& workshop_;
    const Clock::time_point begin_ = Clock::now();
    RenderReport report_;
    session::TempoMap tempo_map_;
    graph::Routing routing_;
    ChosenStems stems_;
    JobTime time_;
    std::vector<OutputFile> outputs_;
    Inputs inputs_;
    std::vector<std::unique_ptr<audio::ClipTrack>> tracks_;
    std::vector<nodes::StripSetup> setups_;
    graph::Plan plan_;
    RenderWindow place_;
    nodes::Window window_;
    FrameCount chunk_frames_ = 0;
    int in_flight_ = 2;
    regions::Device* device_ = nullptr;  // null: nothing is for it
    DeviceTraffic before_;               // what renders before this one made of it
    std::unique_ptr<graph::Program> program_;
    const nodes::EndDetector* detector_ = nullptr;
    std::vector<nodes::FileStep*> files_;
    const nodes::ResidualStep* residual_ = nullptr;
    Progress last_progress_;
    std::optional<audio::OutputFile> receipt_, trace_;
    std::vector<audio::OutputFile> completed_;  // outputs, then the receipt and the trace
    std::unique_ptr<nodes::Profile> profile_;
    // Last, so that their threads end before what they use.
    std::unique_ptr<graph::Executor> executor_;
    DeviceOpening opening_{workshop_, job_.device};
};

}  // namespace

int usable_processors() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

int threads_of(const RenderJob& job) {
    if (job.threads <= 0) return usable_processors();
    return job.oversubscribe ? job.threads : std::min(job.threads, usable_processors());
}

Result<RenderReport> render(const Session& session, const RenderJob& job, const ProgressFunction& progress,
                            Workshop* workshop) {
    std::optional<Workshop> own;
    Workshop::Parts& parts = workshop ? workshop->parts() : own.emplace(Workshop::Renders::one).parts();
    auto report = Renderer(session, job, progress, parts).run();
    if (report || report.error().code != ErrorCode::device) return report;
    parts.forget_device();
    if (job.device != "auto") return report;
    // What was chosen freely and failed is done without: from the beginning, as all its state is gone.
    RenderJob again = job;
    again.device = "cpu";
    const std::string why = report.error().message;
    report = Renderer(session, again, progress, parts).run(Diagnostic{"rendered on the CPU: " + why});
    return report;
}

}  // namespace dubplate::render
