#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/command.h"

namespace dubplate::cli {

void print_error(const Error& error) {
    fmt::print(stderr, "dubplate: error: {}{}{}\n", error.where, error.where.empty() ? "" : ": ", error.message);
}

void print_warning(const Diagnostic& diagnostic) {
    fmt::print(stderr, "dubplate: warning: {}{}{}\n", diagnostic.where, diagnostic.where.empty() ? "" : ": ",
               diagnostic.message);
}

bool print_result(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return true;
    print_error({ErrorCode::io, std::strerror(errno), "standard output"});
    return false;
}

}  // namespace dubplate::cli
