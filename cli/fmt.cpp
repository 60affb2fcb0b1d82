// dubplate fmt SESSION... [--check]: sessions in their one canonical form, so that a changed value is a changed line.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/session_file.h"
#include "cli/write_file.h"
#include "kernels/processors/processor.h"
#include "session-format/json/read.h"
#include "session-format/json/write.h"

namespace dubplate::cli {
namespace {

constexpr const char* kStandardInput = "standard input";

struct Options {
    std::vector<std::string> files;
    bool check = false;
};

/// The canonical form of a session's text; nothing after its mistakes were told. What comes back was read again and found
/// to be the same session, and to stay as it is when it is written once more.
std::optional<std::string> canonical(const std::string& text, const std::string& name) {
    const auto session = take_session(session::read_session(text, name, kernels::processor_table()), name);
    if (!session) return {};
    std::string form = session::write_session(*session);
    const session::ReadResult again = session::read_session(form, name, kernels::processor_table());
    if (again.errors.empty() && again.session == *session && session::write_session(again.session) == form) return form;
    print_error({ErrorCode::unsupported,
                 "its canonical form would not read back as the same session, which is a mistake of this program; "
                 "the file stays as it is",
                 name});
    return {};
}

Exit format_stream(bool check) {
    const auto text = session::read_session_text(stdin, kStandardInput);
    if (!text) {
        print_error(text.error());
        return Exit::session_unreadable;
    }
    const auto form = canonical(*text, kStandardInput);
    if (!form) return Exit::session_unreadable;
    if (!check) return print_result(*form) ? Exit::done : Exit::failed;
    if (*form == *text) return Exit::done;
    print_result(fmt::format("{}\n", kStandardInput));
    return Exit::failed;
}

Exit format_file(const std::string& path, bool check) {
    const auto text = read_text_argument(path);
    if (!text) return Exit::session_unreadable;
    const auto form = canonical(*text, path);
    if (!form) return Exit::session_unreadable;
    if (*form == *text) return Exit::done;
    if (!check) {
        if (const auto written = replace_file(*form, path); !written) {
            print_error(written.error());
            return Exit::failed;
        }
    }
    return print_result(path + "\n") && !check ? Exit::done : Exit::failed;
}

/// Every file is looked at; the worst exit code is the answer.
Exit run(const Options& options) {
    const bool stream = std::ranges::find(options.files, "-") != options.files.end();
    if (stream && options.files.size() > 1) {
        print_error({ErrorCode::bad_argument, "'-' stands alone: standard input goes to standard output", "SESSION"});
        return Exit::wrong_usage;
    }
    if (stream) return format_stream(options.check);
    Exit worst = Exit::done;
    for (const std::string& path : options.files) worst = std::max(worst, format_file(path, options.check));
    return worst;
}

}  // namespace

Run add_fmt(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("SESSION", options->files, "session files (*.dub.json), or - alone: from stdin to stdout")
        ->required();
    app.add_flag("--check", options->check, "change nothing; list the files that are not in canonical form, exit 1");
    app.footer(
        "The files that were rewritten are listed on stdout; one that is in canonical form already is not touched. A "
        "file\n"
        "with mistakes is left as it is, and all of them are listed.\n"
        "\nExit codes: 0 all files are in canonical form now, 1 one is not (--check) or cannot be written,\n"
        "3 one cannot be read.\n"
        "\nExamples:\n"
        "  dubplate fmt song.dub.json\n"
        "  dubplate fmt --check sessions/*.dub.json\n"
        "  dubplate fmt - < song.dub.json | diff song.dub.json -");
    return [options] { return run(*options); };
}

}  // namespace dubplate::cli
