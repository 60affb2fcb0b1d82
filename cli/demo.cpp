// dubplate demo: makes the demo session from sonic-pi-samples, renders it as `render` would, and says what to try next.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/demo/responses.h"
#include "cli/demo/session.h"
#include "cli/formats.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/session_file.h"
#include "cli/shell_text.h"
#include "cli/summary.h"
#include "engine/render/render.h"
#include "session-format/json/write.h"

namespace dubplate::cli {
namespace {

struct Options {
    std::string folder = "dubplate-demo";
    std::string samples;
    std::vector<std::string> formats;
    int threads = 0;
    bool session_only = false;
    bool quiet = false;
};

/// Writes DIR/session.dub.json and the responses beside it; answers the session's path.
Result<std::string> write_demo(const Options& options) {
    const auto samples = demo::SampleLibrary::open(options.samples);
    if (!samples) return fail(samples.error());
    const auto session = demo::make_session(*samples);
    if (!session) return fail(session.error());
    std::error_code failed;
    std::filesystem::create_directories(options.folder, failed);
    if (failed) return fail(ErrorCode::io, "cannot make the folder: " + failed.message(), options.folder);
    if (const auto written = demo::write_responses(options.folder); !written) return fail(written.error());
    const std::string path = options.folder + "/" + demo::kSessionFile;
    if (const auto written = session::write_session_file(*session, path); !written) return fail(written.error());
    return path;
}

std::string contents(const session::Session& session, const std::string& path) {
    int tracks = 0, buses = 0, returns = 0;
    std::size_t clips = 0;
    for (const session::Strip& strip : session.strips) {
        tracks += strip.kind == session::StripKind::track;
        buses += strip.kind == session::StripKind::bus;
        returns += strip.kind == session::StripKind::return_bus;
        clips += strip.clips.size();
    }
    return fmt::format("{}: {} tracks, {} clips, {} buses, {} returns\n", path, tracks, clips, buses, returns);
}

std::string next_steps(const std::string& path) {
    return fmt::format(
        "\nTry next:\n"
        "  dubplate inspect {0}                     what is in it\n"
        "  dubplate render {0} --stems Drums,Bass   two of its stems\n"
        "  dubplate render {0} --range Break        one section of it\n"
        "Open the session in an editor, move a fader, and render again.\n",
        quoted_for_shell(path));
}

Exit run(const Options& options) {
    const auto formats = parse_formats(options.formats);
    if (!formats) {
        print_error(formats.error());
        return Exit::wrong_usage;
    }
    const Interrupt interrupt;
    const auto path = write_demo(options);
    if (!path) {
        print_error(path.error());
        return Exit::failed;
    }
    if (interrupt.asked()) {
        fmt::print(stderr, "dubplate: cancelled; nothing was rendered\n");
        return Exit::failed;
    }
    // Read back, so that what sounds is what stands in the file.
    const auto session = read_session_argument(*path, options.quiet);
    if (!session) return Exit::session_unreadable;
    if (!options.quiet && !print_result(contents(*session, *path))) return Exit::failed;
    if (options.session_only) return options.quiet || print_result(next_steps(*path)) ? Exit::done : Exit::failed;

    render::RenderJob job;
    job.output_folder = options.folder + "/render";
    job.threads = options.threads;
    job.formats = *formats;
    job.receipt_path = job.output_folder + "/receipt.json";
    const auto report = [&] {
        ProgressDisplay display(progress_style(options.quiet), session->sample_rate);
        return render::render(*session, job, [&](const render::Progress& progress) { return display.show(progress); });
    }();
    if (!report) {
        if (report.error().code == ErrorCode::cancelled)
            fmt::print(stderr, "dubplate: cancelled; nothing was rendered\n");
        else
            print_error(report.error());
        return Exit::failed;
    }
    if (options.quiet) return Exit::done;
    for (const Diagnostic& warning : report->warnings) print_warning(warning);
    const std::string text =
        "\n" + summary_text(*report) + fmt::format("Receipt: {}\n", job.receipt_path) + next_steps(*path);
    return print_result(text) ? Exit::done : Exit::failed;
}

}  // namespace

Run add_demo(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("-o,--output", options->folder,
                   "the folder for session and files; made if it is not there (dubplate-demo)")
        ->option_text("DIR");
    app.add_option("--samples", options->samples,
                   "where the recordings of sonic-pi-samples lie (where Debian puts them)")
        ->option_text("DIR");
    app.add_option("--format", options->formats, "one or more, with commas between (wav24): " + format_list())
        ->option_text("FORMAT")
        ->take_all()
        ->expected(1);
    app.add_option("--threads", options->threads,
                   "at most how many (as many as the process may use processors, and never more)")
        ->option_text("N")
        ->check(CLI::Range(1, 1024));
    app.add_flag("--session-only", options->session_only, "write the session and its responses, render nothing");
    app.add_flag("-q,--quiet", options->quiet, "print errors only");
    app.footer(
        "The recordings are Debian's: apt-get install sonic-pi-samples\n"
        "\nExamples:\n"
        "  dubplate demo\n"
        "  dubplate demo -o /tmp/demo --format flac24");
    return [options] { return run(*options); };
}

}  // namespace dubplate::cli
