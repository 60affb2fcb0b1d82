// dubplate new FILES_OR_FOLDERS...: a session of sound files, ready to render, and what to do next.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/new/collect_files.h"
#include "cli/new/describe_files.h"
#include "cli/read_arguments.h"
#include "cli/shell_text.h"
#include "cli/write_file.h"
#include "engine/base/spelling.h"
#include "session-format/import/time_references.h"
#include "session-format/json/write.h"

namespace dubplate::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".dub.json";

struct Options {
    std::vector<std::string> arguments;
    std::string output;
    std::string day_start;
    std::string channels = "auto";
    session::SessionRules rules;
    bool without_pairs = false;
    bool force = false;
    bool quiet = false;
};

/// "Song.dub.json", named after the folder that was given or that the first file lies in.
std::string standard_output(const std::string& first) {
    std::error_code failed;
    const fs::path whole = fs::weakly_canonical(first, failed);
    const fs::path folder = fs::is_directory(whole, failed) ? whole : whole.parent_path();
    const std::string name = folder.filename().string();
    return (name.empty() ? "session" : name) + std::string(kEnding);
}

/// "song" of "mixes/song.dub.json".
std::string session_name(const std::string& output) {
    std::string name = fs::path(output).filename().string();
    name.resize(name.size() - (name.ends_with(kEnding) ? kEnding.size() : std::string_view(".json").size()));
    return name;
}

Exit failure(const std::vector<Error>& errors) {
    for (const Error& error : errors) print_error(error);
    if (errors.size() > 1) fmt::print(stderr, "dubplate: {} errors: no session was written\n", errors.size());
    return Exit::failed;
}

/// "3:05", "1:02:03".
std::string clock(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                        : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string summary(const Options& options, const session::SessionOfFiles& made, const FoundFiles& found,
                    std::size_t file_count) {
    std::size_t tracks = 0, buses = 0;
    for (const session::Strip& strip : made.session.strips) {
        tracks += strip.kind == session::StripKind::track;
        buses += strip.kind == session::StripKind::bus;
    }
    std::string text =
        fmt::format("{}: {} of {}", options.output, counted(tracks, "track"), counted(file_count, "file"));
    if (buses > 0) text += ", " + counted(buses, "bus");
    text += fmt::format(", {} Hz, {} long\n", made.session.sample_rate, clock(made.seconds));
    for (const std::string& note : made.notes) text += note + "\n";
    std::vector<std::string> left_out;
    if (found.no_sound > 0) left_out.push_back(counted(found.no_sound, "other file"));
    if (found.hidden > 0) left_out.push_back(counted(found.hidden, "hidden one"));
    for (const std::string& render : found.renders) left_out.push_back(fmt::format("the render in {}", render));
    if (!left_out.empty()) text += fmt::format("Not looked at: {}.\n", fmt::join(left_out, ", "));
    if (tracks > 1 && options.rules.headroom_db == 0.0)
        text +=
            "All faders stand at 0 dB. If the render tells of clipped samples: --headroom 12 lowers the master's.\n";
    return text + fmt::format("\nNext: dubplate render {}\n", quoted_for_shell(options.output));
}

Exit run(Options& options) {
    if (options.output.empty()) options.output = standard_output(options.arguments.front());
    if (!options.output.ends_with(".json") || fs::path(options.output).filename().string().size() <= 5)
        return wrong_usage("new", fmt::format("-o {}: a session's name ends in {}", options.output, kEnding));
    if (!options.day_start.empty()) {
        const auto seconds = session::parse_time_of_day(options.day_start);
        if (!seconds) return wrong_usage("new", "--timecode-start: " + seconds.error().message);
        options.rules.day_seconds = *seconds;
        options.rules.timecode = true;
    }
    std::error_code failed;
    if (!options.force && fs::exists(fs::symlink_status(options.output, failed)))
        return failure({{ErrorCode::bad_argument,
                         "is there already: take another name with -o, or --force to replace it", options.output}});

    const FoundFiles found = collect_files(options.arguments);
    const fs::path folder = fs::path(options.output).parent_path();
    DescribedFiles described = describe_files(found.files, folder.empty() ? fs::path(".") : folder);
    if (!options.quiet) {
        for (const Diagnostic& warning : found.warnings) print_warning(warning);
        for (const Diagnostic& warning : described.warnings) print_warning(warning);
    }
    std::vector<Error> errors = found.errors;
    errors.insert(errors.end(), described.errors.begin(), described.errors.end());
    if (errors.empty() && described.files.empty())
        errors.push_back({ErrorCode::not_found, "there are no sound files that can be read",
                          fmt::format("{}", fmt::join(options.arguments, ", "))});
    if (!errors.empty()) return failure(errors);

    const std::size_t file_count = described.files.size();
    options.rules.name = session::UniqueNames().take(session_name(options.output));
    options.rules.channels = options.channels == "keep"    ? session::ChannelUse::keep
                             : options.channels == "split" ? session::ChannelUse::split
                                                           : session::ChannelUse::automatic;
    options.rules.naming.pairs = !options.without_pairs;
    const auto made = session::session_of_files(std::move(described.files), options.rules);
    if (!made) return failure({made.error()});
    if (!options.quiet)
        for (const Diagnostic& warning : made->warnings) print_warning(warning);
    const bool is_there = fs::exists(fs::symlink_status(options.output, failed));
    if (const auto written = is_there ? replace_file(session::write_session(made->session), options.output)
                                      : session::write_session_file(made->session, options.output);
        !written)
        return failure({written.error()});
    return options.quiet || print_result(summary(options, *made, found, file_count)) ? Exit::done : Exit::failed;
}

}  // namespace

Run add_new(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    session::SessionRules& rules = options->rules;
    app.add_option("FILE_OR_FOLDER", options->arguments, "sound files, or folders of them with all that lies below")
        ->required();
    app.add_option("-o,--output", options->output, "the session (named after the folder, in the current one)")
        ->option_text("FILE");
    app.add_flag("--force", options->force, "replace a session that is there already");
    app.add_option("--rate", rules.sample_rate, "of the session, in Hz (what most files have)")
        ->option_text("HZ")
        ->check(CLI::Range(8000, 384000));
    app.add_flag("--group", rules.groups,
                 "a bus for each subfolder, or each first part of names, that several files share");
    app.add_flag("--timecode", rules.timecode,
                 "start files where their BWF time references say, the earliest with the session");
    app.add_option("--timecode-start", options->day_start, "the same, with the session's start at this time of day")
        ->option_text("HH:MM:SS");
    app.add_option("--headroom", rules.headroom_db, "lower the master's fader by so many dB (0)")
        ->option_text("DB")
        ->check(CLI::Range(0.0, 60.0))
        ->check([](const std::string& text) {  // which takes what compares with nothing
            return std::isnan(std::strtod(text.c_str(), nullptr)) ? text + " is no number of decibels" : std::string();
        });
    app.add_option("--channels", options->channels,
                   "of a file: keep on one track, split to mono tracks, or what the file suggests (auto)")
        ->option_text("USE")
        ->check(CLI::IsMember({"auto", "keep", "split"}));
    app.add_flag("--no-pairs", options->without_pairs, "leave mono files of left and right apart, in the middle");
    app.add_flag("--keep-names", rules.naming.as_written, "name tracks as files, without cutting what all share");
    app.add_flag("-q,--quiet", options->quiet, "print errors only");
    app.footer(
        "Tracks stand in the order of the names (2 before 10), faders at 0 dB, and play their files whole.\n"
        "More: docs/command-line.md\n"
        "\nExamples:\n"
        "  dubplate new Stems -o song.dub.json\n"
        "  dubplate new --group --headroom 12 Drums Guitars Vocals\n"
        "  dubplate new --timecode *.WAV -o scene.dub.json");
    return [options] { return run(*options); };
}

}  // namespace dubplate::cli
