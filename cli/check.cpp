// dubplate check SESSION: everything that would stop a render, all at once, without reading any audio.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/messages.h"
#include "cli/session_file.h"
#include "engine/base/spelling.h"
#include "engine/render/render.h"

namespace dubplate::cli {
namespace {

Exit run(const std::string& path) {
    const auto session = read_session_argument(path);
    if (!session) return Exit::session_unreadable;
    Diagnostics warnings;
    const auto errors = render::check(*session, render::RenderJob{}, warnings);
    for (const Diagnostic& warning : warnings) print_warning(warning);
    for (const Error& error : errors) print_error(error);
    if (!errors.empty()) {
        print_message(fmt::format("dubplate: {} would not render: {}\n", path, counted(errors.size(), "error")));
        return Exit::failed;
    }
    return print_result(fmt::format("{}: nothing stands in the way of a render, {}\n", path,
                                    counted(warnings.size(), "warning")))
               ? Exit::done
               : Exit::failed;
}

}  // namespace

Run add_check(CLI::App& app) {
    const auto path = std::make_shared<std::string>();
    app.add_option("SESSION", *path, "the session file (*.dub.json)")->required();
    app.footer(
        "Exit codes: 0 it would render, 1 it would not (a file is missing, strips feed each other in a circle),\n"
        "3 it cannot be read.\n\nExample:\n  dubplate check song.dub.json");
    return [path] { return run(*path); };
}

}  // namespace dubplate::cli
