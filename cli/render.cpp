// dubplate render SESSION...: the mix and the stems, to files, with a receipt; of several versions one after the other.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/events.h"
#include "cli/formats.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/profile_table.h"
#include "cli/progress.h"
#include "cli/render_job.h"
#include "cli/session_file.h"
#include "cli/summary.h"
#include "engine/base/spelling.h"
#include "engine/render/device.h"
#include "engine/render/versions.h"
#include "engine/render/workshop.h"

namespace dubplate::cli {
namespace {

/// As CLI11 wants it: empty where it could be a device's name.
std::string check_device(const std::string& name) {
    const auto ok = render::check_device_name(name);
    return ok ? std::string() : ok.error().message;
}

/// One of the sessions that are rendered, as far as it has come.
struct Version {
    std::string path;
    session::Session session;
    SessionMessages messages;
    render::RenderJob job;
    Diagnostics warnings;
};

/// One run of the command: what it says goes to stderr as text, and as events to stdout where they are asked for.
class RenderCommand {
public:
    explicit RenderCommand(const RenderOptions& options)
        : options_(options),
          workshop_(options.has_versions() ? render::Workshop::Renders::several : render::Workshop::Renders::one) {
        if (options.json) events_.emplace();
    }

    Exit run() {
        for (const auto& [name, file] : {std::pair{"--report", &options_.report}, {"--profile", &options_.profile}})
            if (options_.has_versions() && !file->empty())
                return failed({{ErrorCode::bad_argument,
                                "names the file of one render: name one session, or leave it out", name}},
                              Exit::wrong_usage);
        if (const Exit exit = read(); exit != Exit::done) return exit;
        if (const Exit exit = check(); exit != Exit::done) return exit;
        if (options_.dry_run) return dry_run();
        return render_all();
    }

private:
    /// All sessions, with all that is wrong with any of them.
    Exit read() {
        Exit exit = Exit::done;
        for (const std::string& path : options_.sessions) {
            begin(versions_.size());
            Version& version = versions_.emplace_back(Version{path, {}, {}, {}, {}});
            auto session = read_session_argument(path, options_.quiet, &version.messages);
            if (session)
                version.session = std::move(*session);
            else
                exit = Exit::session_unreadable;
            for (const Error& error : version.messages.errors) add_event(error, Exit::session_unreadable);
        }
        return exit;
    }

    /// What stands in the way of any of them is told before the first is rendered.
    Exit check() {
        Exit exit = Exit::done;
        const auto note = [&](const std::vector<Error>& errors, Exit blamed) {
            if (!errors.empty()) exit = exit == Exit::failed ? exit : failed(errors, blamed);
        };
        for (std::size_t k = 0; k < versions_.size(); ++k) {
            begin(k);
            Version& version = versions_[k];
            auto job = make_job(options_, version.path, version.session);
            if (!job) {
                note({placed(version, job.error())}, Exit::wrong_usage);
                continue;
            }
            version.job = std::move(*job);
            auto errors = render::check(version.session, version.job, version.warnings, &workshop_);
            if (errors.empty()) continue;
            for (Error& error : errors) error = placed(version, std::move(error));
            note(errors, blame(version.session));
        }
        begin(std::nullopt);
        if (exit != Exit::done || !options_.has_versions()) return exit;
        std::vector<render::Version> all;
        for (const Version& version : versions_) all.push_back({&version.session, &version.job});
        note(render::check_versions(all), Exit::wrong_usage);
        return exit;
    }

    Exit dry_run() {
        std::vector<render::Estimate> estimates;
        for (std::size_t k = 0; k < versions_.size(); ++k) {
            begin(k);
            const Version& version = versions_[k];
            auto estimate = render::estimate(version.session, version.job);
            if (!estimate) return failed({placed(version, estimate.error())}, Exit::failed);
            if (!options_.quiet)
                for (const Diagnostic& warning : estimate->warnings) print_warning(placed(version, warning));
            if (const std::size_t count = estimate->warnings.size(); options_.strict && count > 0) {
                const std::string message =
                    fmt::format("strict: {}, nothing would be rendered", counted(count, "warning"));
                return failed({placed(version, Error{ErrorCode::refused, message})}, Exit::failed);
            }
            estimates.push_back(std::move(*estimate));
        }
        std::string text;
        if (options_.json) {
            text = options_.has_versions() ? dry_run_json(estimates, options_.sessions) : dry_run_json(estimates[0]);
        } else {
            for (std::size_t k = 0; k < estimates.size(); ++k) text += heading(k) + dry_run_text(estimates[k]);
        }
        return print_result(text) ? Exit::done : Exit::failed;
    }

    /// A version that fails leaves the others their turn; who cancels means all of them.
    Exit render_all() {
        std::optional<Interrupt> interrupt;
        if (options_.has_versions()) interrupt.emplace();  // also between two of them
        if (const Exit exit = refuse_warnings(); exit != Exit::done) return exit;
        std::vector<std::string> rendered, others;
        bool go_on = true, told = true;
        for (std::size_t k = 0; k < versions_.size(); ++k) {
            begin(k);
            Ended ended = Ended::cancelled;
            if (go_on && interrupt && interrupt->asked())
                tell_cancelled(k);
            else if (go_on)
                ended = render(k);
            go_on = ended != Ended::cancelled;
            told = told && ended != Ended::untold;
            (ended == Ended::done || ended == Ended::untold ? rendered : others).push_back(versions_[k].path);
        }
        const Exit exit = others.empty() && told ? Exit::done : Exit::failed;
        if (!options_.has_versions()) return exit;
        begin(std::nullopt);
        const std::string text = versions_text(rendered, others);
        if (!others.empty()) print_message("dubplate: " + text);
        if (events_) return events_->end(rendered, others, exit) ? exit : Exit::failed;
        if (!others.empty() || options_.quiet) return exit;
        return print_result("\n" + text) ? exit : Exit::failed;
    }

    /// A strict run is refused for what is known beforehand of any version.
    Exit refuse_warnings() {
        std::size_t count = 0;
        for (const Version& version : versions_) count += version.warnings.size() + version.messages.warnings.size();
        if (!options_.strict || count == 0) return Exit::done;
        for (std::size_t k = 0; k < versions_.size(); ++k) {
            begin(k);
            announce(versions_[k]);
        }
        begin(std::nullopt);
        return failed(
            {{ErrorCode::refused, fmt::format("strict: {}, nothing was rendered", counted(count, "warning"))}},
            Exit::failed);
    }

    /// That it is its turn, with what is known beforehand.
    void announce(const Version& version) {
        if (events_) events_->start(version.session, version.job);
        for (const Diagnostic& warning : version.warnings) tell(placed(version, warning));
        for (const Diagnostic& warning : version.messages.warnings) add_event(warning);
    }

    enum class Ended { done, untold, failed, cancelled };  ///< untold: rendered, and stdout took no word of it

    Ended render(std::size_t index) {
        const Version& version = versions_[index];
        announce(version);
        const auto report = [&] {
            ProgressDisplay display(progress_style(options_.quiet || options_.json), version.session.sample_rate,
                                    options_.has_versions() ? name_of(index) + ": " : "");
            const auto show = [&](const render::Progress& progress) {
                return display.show(progress) && (!events_ || events_->progress(progress));
            };
            return render::render(version.session, version.job, show, &workshop_);
        }();
        if (!report && report.error().code == ErrorCode::cancelled) return tell_cancelled(index);
        if (!report) {
            failed({placed(version, report.error())}, Exit::failed);
            return Ended::failed;
        }
        for (const Diagnostic& warning : report->warnings) tell(placed(version, warning));
        if (report->profile && !options_.quiet) fmt::print(stderr, "{}", profile_table(*report->profile));
        const std::string& receipt = version.job.receipt_path;
        const bool told = events_ ? events_->done(*report, receipt)
                                  : options_.quiet || print_result(heading(index) + summary_text(*report) +
                                                                   fmt::format("Receipt: {}\n", receipt));
        return told ? Ended::done : Ended::untold;
    }

    Ended tell_cancelled(std::size_t index) {
        const std::string of = options_.has_versions() ? " of " + versions_[index].path : "";
        failed({{ErrorCode::cancelled, fmt::format("cancelled; no file{} was written", of)}}, Exit::failed);
        return Ended::cancelled;
    }

    /// "b.dub.json (2 of 3)".
    std::string name_of(std::size_t index) const {
        return fmt::format("{} ({} of {})", versions_[index].path, index + 1, versions_.size());
    }
    std::string heading(std::size_t index) const {
        if (!options_.has_versions()) return "";
        return fmt::format("{}{}\n", index == 0 ? "" : "\n", name_of(index));
    }
    /// Of several, whose place does not say which it is: with the session before it.
    template <class Message>
    Message placed(const Version& version, Message message) const {
        if (!options_.has_versions() || message.where.starts_with(version.path)) return message;
        message.where = message.where.empty() ? version.path : version.path + ": " + message.where;
        return message;
    }

    /// What would not stand in the way without this command line's range, stems and the like is wrong usage, the rest the
    /// session's own trouble.
    static Exit blame(const session::Session& session) {
        Diagnostics ignored;
        return render::check(session, render::RenderJob{}, ignored).empty() ? Exit::wrong_usage : Exit::failed;
    }

    Exit failed(const std::vector<Error>& errors, Exit exit) {
        for (const Error& error : errors) {
            if (error.code == ErrorCode::cancelled)
                fmt::print(stderr, "dubplate: {}\n", error.message);
            else
                print_error(error);
            add_event(error, exit);
        }
        return exit;
    }
    /// What is told from now on is of this version.
    void begin(std::optional<std::size_t> index) {
        if (events_ && options_.has_versions()) events_->of_version(index ? *index + 1 : 0);
    }
    void tell(const Diagnostic& warning) {
        if (!options_.quiet) print_warning(warning);
        add_event(warning);
    }
    void add_event(const Diagnostic& warning) {
        if (events_) events_->warning(warning);
    }
    void add_event(const Error& error, Exit exit) {
        if (events_) events_->error(error, exit);
    }

    const RenderOptions& options_;
    std::optional<RenderEvents> events_;
    std::vector<Version> versions_;
    render::Workshop workshop_;
};

}  // namespace

Run add_render(CLI::App& app) {
    const auto options = std::make_shared<RenderOptions>();
    app.add_option(
           "SESSION", options->sessions,
           "the session file (*.dub.json); of several, versions of one session, each is rendered to DIR/SESSION")
        ->required();
    app.add_option("-o,--output", options->folder, "the folder for the files; made if it is not there (SESSION-render)")
        ->option_text("DIR");
    app.add_option("--stems", options->stems, "all, none, each-track, each-bus, or names with commas between (all)")
        ->option_text("STEMS");
    app.add_option("--stem", options->stem_names, "the stem of this name, as it stands; may be given several times")
        ->option_text("STEM")
        ->take_all()
        ->expected(1)
        ->excludes("--stems");
    app.add_option("--returns", options->returns,
                   "own: returns are stems of their own; shared: each stem holds what it sent")
        ->option_text("HOW")
        ->check(CLI::IsMember({"own", "shared"}));
    app.add_option("--range", options->range, "A:B (times or markers), A:, :B, or the name of a range")
        ->option_text("A:B");
    app.add_option("--preroll", options->preroll,
                   "compute only so long before the range: quicker, but no exact cut of the whole render")
        ->option_text("TIME");
    app.add_option("--format", options->formats,
                   "one or more, with commas between, all in one pass (wav24): " + format_list() +
                       "; ogg:0.6, opus:160, mp3:320 and mp3v:2 set how well")
        ->option_text("FORMAT")
        ->take_all()
        ->expected(1);
    app.add_option("--rate", options->rate, "of the files, in Hz (the session's)")
        ->option_text("HZ")
        ->check(CLI::Range(audio::kMinOutputRate, audio::kMaxOutputRate));
    app.add_option(
           "--name", options->name_template,
           "what files are called below DIR, of {kind} {name} {session} {format} {rate} {index}; '/' makes folders")
        ->option_text("TEMPLATE");
    app.add_flag("--no-clobber", options->no_clobber, "render nothing where one of the files is there already");
    app.add_flag("--premaster", options->premaster, "also write what enters the master strip");
    app.add_option("--device", options->device, "auto, cpu, cuda, cuda:N, or hosttwin for tests (auto)")
        ->option_text("DEVICE")
        ->check(CLI::IsMember({"auto", "cpu", "cuda", "hosttwin"}) | CLI::Validator(check_device, ""));
    app.add_option("--threads", options->threads,
                   "at most how many (as many as the process may use processors, and never more)")
        ->option_text("N")
        ->check(CLI::Range(1, 1024));
    app.add_option("--report", options->report, "where the receipt goes (DIR/receipt.json)")->option_text("FILE");
    app.add_option("--profile", options->profile,
                   "record what takes how long: a table on stderr and in the receipt, and in FILE a trace of all tasks "
                   "for ui.perfetto.dev")
        ->option_text("FILE");
    app.add_flag("--dry-run", options->dry_run,
                 "tell what would be read, computed and written, and about how long it takes; write nothing");
    app.add_flag("--strict", options->strict,
                 "a warning or a clipped sample fails the render; no file is written then");
    app.add_flag("--json", options->json, "tell on stdout what happens, as one JSON object a line, for programs");
    app.add_flag("-q,--quiet", options->quiet, "print errors only");
    // For tests: neither changes a bit of the output.
    app.add_option("--chunk", options->chunk_frames)->group("")->check(CLI::Range(-1, 1 << 30));
    app.add_option("--executor", options->executor)->group("")->check(CLI::IsMember({"tbb", "threads"}));
    app.footer(
        "Examples:\n"
        "  dubplate render song.dub.json -o out\n"
        "  dubplate render song.dub.json --stems Drums,Voices --format wav24,flac16,mp3:320\n"
        "  dubplate render song.dub.json --range \"Chorus 1\" --stems none\n"
        "  dubplate render song.dub.json --range \"12.5 s:9|1|0\" --preroll \"2 s\"\n"
        "  dubplate render album.dub.json instrumental.dub.json -o versions");
    return [options] { return RenderCommand(*options).run(); };
}

}  // namespace dubplate::cli
