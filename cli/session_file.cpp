#include "cli/session_file.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "kernels/processors/processor.h"
#include "session-format/json/read.h"

namespace dubplate::cli {

std::optional<session::Session> read_session_argument(const std::string& path, bool quiet) {
    session::ReadResult read = session::read_session_file(path, kernels::processor_table());
    if (!quiet)
        for (const Diagnostic& diagnostic : read.diagnostics) print_warning(diagnostic);
    for (const Error& error : read.errors) print_error(error);
    if (read.errors.empty()) return std::move(read.session);
    if (read.errors.size() > 1) fmt::print(stderr, "dubplate: {} mistakes in {}\n", read.errors.size(), path);
    return std::nullopt;
}

}  // namespace dubplate::cli
