// dubplate render SESSION: the mix and the stems, to files, with a receipt.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/events.h"
#include "cli/formats.h"
#include "cli/profile_table.h"
#include "cli/progress.h"
#include "cli/session_file.h"
#include "cli/summary.h"
#include "cli/time_range.h"
#include "engine/base/spelling.h"
#include "engine/render/device.h"

namespace dubplate::cli {
namespace {

struct Options {
    std::string session;
    std::string folder;
    std::string stems = "all";
    std::vector<std::string> stem_names;
    std::string returns;
    std::string range;
    std::string preroll;
    std::vector<std::string> formats;
    std::string name_template;
    int rate = 0;
    bool no_clobber = false;
    std::string device = "auto";
    std::string report;
    std::string profile;
    std::string executor = "tbb";
    int threads = 0;
    FrameCount chunk_frames = 0;
    bool premaster = false;
    bool dry_run = false;
    bool strict = false;
    bool json = false;
    bool quiet = false;
};

/// song.dub.json -> song-render, beside it.
std::string standard_folder(const std::string& session_path) {
    const std::filesystem::path path(session_path);
    std::string name = path.filename().string();
    for (const std::string_view ending : {".json", ".dub"})
        if (name.size() > ending.size() && name.ends_with(ending)) name.resize(name.size() - ending.size());
    return (path.parent_path() / (name + "-render")).string();
}

/// As CLI11 wants it: empty where it could be a device's name.
std::string check_device(const std::string& name) {
    const auto ok = render::check_device_name(name);
    return ok ? std::string() : ok.error().message;
}

std::vector<std::string> split_at_commas(std::string_view text) {
    std::vector<std::string> parts;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t comma = std::min(text.find(',', start), text.size());
        if (comma > start) parts.emplace_back(text.substr(start, comma - start));
        start = comma + 1;
    }
    return parts;
}

render::StemSelection stem_selection(const Options& options) {
    using Kind = render::StemSelection::Kind;
    render::StemSelection stems;
    if (options.returns == "own") stems.returns = session::StemReturns::own;
    if (options.returns == "shared") stems.returns = session::StemReturns::shared;
    stems.names = options.stem_names;
    if (!stems.names.empty())
        stems.kind = Kind::named;
    else if (options.stems == "all")
        stems.kind = Kind::all;
    else if (options.stems == "none")
        stems.kind = Kind::none;
    else if (options.stems == "each-track")
        stems.kind = Kind::each_track;
    else if (options.stems == "each-bus")
        stems.kind = Kind::each_bus;
    else {
        stems.kind = Kind::named;
        stems.names = split_at_commas(options.stems);
    }
    return stems;
}

/// The word of --stems that is no stem's name but nearly one of the option's own words; empty: there is none.
std::string_view meant_word(const Options& options, const session::Session& session) {
    constexpr std::string_view kWords[] = {"all", "none", "each-track", "each-bus"};
    const auto has_name = [&](const auto& part) { return part.name == options.stems; };
    if (std::ranges::find(kWords, options.stems) != std::end(kWords)) return {};
    if (std::ranges::any_of(session.stems, has_name) || std::ranges::any_of(session.strips, has_name)) return {};
    return closest_word(options.stems, kWords);
}

/// The job that the options ask for. Errors: bad_argument, all of them the user's.
Result<render::RenderJob> make_job(const Options& options, const session::Session& session) {
    render::RenderJob job;
    job.output_folder = options.folder.empty() ? standard_folder(options.session) : options.folder;
    job.stems = stem_selection(options);
    if (job.stems.kind == render::StemSelection::Kind::named && job.stems.names.empty())
        return fail(ErrorCode::bad_argument, "say all, none, each-track, each-bus or names of stems", "--stems");
    if (const auto word = meant_word(options, session); !word.empty())
        return fail(ErrorCode::bad_argument,
                    fmt::format("there is no stem '{}', did you mean '{}'?", options.stems, word), "--stems");
    if (!options.range.empty()) {
        const auto range = parse_time_range(options.range, session);
        if (!range) return fail(ErrorCode::bad_argument, range.error().message, "--range");
        job.from = range->from;
        job.to = range->to;
    }
    if (!options.preroll.empty()) {
        const auto preroll = session::parse_quantity(options.preroll);
        if (!preroll) return fail(ErrorCode::bad_argument, preroll.error().message, "--preroll");
        job.preroll = *preroll;
    }
    const auto formats = parse_formats(options.formats);
    if (!formats) return fail(formats.error());
    job.formats = *formats;
    job.sample_rate = options.rate;
    job.name_template = options.name_template;
    job.keep_existing = options.no_clobber;
    job.premaster = options.premaster;
    job.receipt_path = options.report.empty() ? job.output_folder + "/receipt.json" : options.report;
    job.profile_path = options.profile;
    job.strict = options.strict;
    job.device = options.device;
    job.threads = options.threads;
    job.chunk_frames = options.chunk_frames;
    job.executor = options.executor == "threads" ? render::ExecutorKind::threads : render::ExecutorKind::tbb;
    return job;
}

/// One run of the command: what it says goes to stderr as text, and as events to stdout where they are asked for.
class RenderCommand {
public:
    explicit RenderCommand(const Options& options) : options_(options) {
        if (options.json) events_.emplace();
    }

    Exit run() {
        SessionMessages messages;
        const auto session = read_session_argument(options_.session, options_.quiet, &messages);
        if (!session) {
            for (const Error& error : messages.errors) add_event(error, Exit::session_unreadable);
            return Exit::session_unreadable;
        }
        const auto job = make_job(options_, *session);
        if (!job) return failed({job.error()}, Exit::wrong_usage);
        Diagnostics warnings;
        std::shared_ptr<render::Responses> responses;
        if (const auto errors = render::check(*session, *job, warnings, &responses); !errors.empty())
            return failed(errors, blame(*session));
        if (options_.dry_run) return dry_run(*session, *job);
        if (events_) events_->start(*session, *job);
        for (const Diagnostic& warning : warnings) tell(warning);
        for (const Diagnostic& warning : messages.warnings) add_event(warning);
        const std::size_t count = warnings.size() + messages.warnings.size();
        if (options_.strict && count > 0)
            return failed(
                {{ErrorCode::refused, fmt::format("strict: {}, nothing was rendered", counted(count, "warning"))}},
                Exit::failed);
        return render(*session, *job, std::move(responses));
    }

private:
    Exit dry_run(const session::Session& session, const render::RenderJob& job) {
        const auto estimate = render::estimate(session, job);
        if (!estimate) return failed({estimate.error()}, Exit::failed);
        if (!options_.quiet)
            for (const Diagnostic& warning : estimate->warnings) print_warning(warning);
        if (options_.strict && !estimate->warnings.empty())
            return failed({{ErrorCode::refused, fmt::format("strict: {}, nothing would be rendered",
                                                            counted(estimate->warnings.size(), "warning"))}},
                          Exit::failed);
        return print_result(options_.json ? dry_run_json(*estimate) : dry_run_text(*estimate)) ? Exit::done
                                                                                               : Exit::failed;
    }

    Exit render(const session::Session& session, const render::RenderJob& job,
                std::shared_ptr<render::Responses> responses) {
        const auto report = [&] {
            ProgressDisplay display(progress_style(options_.quiet || options_.json), session.sample_rate);
            const auto show = [&](const render::Progress& progress) {
                return display.show(progress) && (!events_ || events_->progress(progress));
            };
            return render::render(session, job, show, std::move(responses));
        }();
        if (!report) {
            Error error = report.error();
            if (error.code == ErrorCode::cancelled) error.message = "cancelled; no file was written";
            return failed({error}, Exit::failed);
        }
        for (const Diagnostic& warning : report->warnings) tell(warning);
        if (report->profile && !options_.quiet) fmt::print(stderr, "{}", profile_table(*report->profile));
        if (events_) return events_->done(*report, job.receipt_path) ? Exit::done : Exit::failed;
        if (options_.quiet) return Exit::done;
        return print_result(summary_text(*report) + fmt::format("Receipt: {}\n", job.receipt_path)) ? Exit::done
                                                                                                    : Exit::failed;
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

    const Options& options_;
    std::optional<RenderEvents> events_;
};

}  // namespace

Run add_render(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("SESSION", options->session, "the session file (*.dub.json)")->required();
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
    app.add_option("--threads", options->threads, "how many (as many as the process may use)")
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
        "  dubplate render song.dub.json --range \"12.5 s:9|1|0\" --preroll \"2 s\"");
    return [options] { return RenderCommand(*options).run(); };
}

}  // namespace dubplate::cli
