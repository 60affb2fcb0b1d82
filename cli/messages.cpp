#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/command.h"
#include "cli/messages.h"
#include "engine/base/visible_text.h"

namespace dubplate::cli {

void print_message(std::string_view text) { fmt::print(stderr, "{}", visible_text(text)); }

namespace {

/// "PLACE: ", in one line: names of files may hold line breaks.
std::string place(std::string_view where) {
    std::string shown;
    for (const char c : where) shown += c == '\n' ? "\\x0a" : std::string(1, c);
    return shown.empty() ? shown : shown + ": ";
}

}  // namespace

void print_error(const Error& error) {
    print_message(fmt::format("dubplate: error: {}{}\n", place(error.where), error.message));
}

void print_warning(const Diagnostic& diagnostic) {
    print_message(fmt::format("dubplate: warning: {}{}\n", place(diagnostic.where), diagnostic.message));
}

bool print_result(std::string_view text) {
    // A terminal obeys what names may hold; programs get every byte.
    const std::string shown = ::isatty(STDOUT_FILENO) == 1 ? visible_text(text) : std::string();
    if (!shown.empty()) text = shown;
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return true;
    print_error({ErrorCode::io, std::strerror(errno), "standard output"});
    return false;
}

}  // namespace dubplate::cli
