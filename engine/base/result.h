#pragma once

/// Errors, results and diagnostics: the three ways in which something can be wrong.
///
/// * The outside world (file, session, device, memory): a `Result<T>` that says what and where.
/// * Our own mistakes: `assert`, never reachable by user input.
/// * What deserves a word but not a stop: a `Diagnostic` appended to the list passed in, shown at the end.
///
/// Threads: plain values, no shared state. This is the only header that names tl::expected (nvcc has no C++23).

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace dubplate {

enum class ErrorCode {
    bad_argument,
    not_found,
    unsupported,
    corrupt_input,
    io,
    device,
    out_of_memory,
    cancelled,
    refused,  ///< done, but not well enough for who asked for it to be strict
};

/// "bad_argument": for programs.
constexpr std::string_view to_string(ErrorCode code) {
    constexpr std::string_view kNames[] = {"bad_argument", "not_found",     "unsupported", "corrupt_input", "io",
                                           "device",       "out_of_memory", "cancelled",   "refused"};
    return kNames[static_cast<int>(code)];
}

/// For the person at the terminal: `message` says what is wrong and what to do; `where` is "file:line:column", a path,
/// or a session path such as "strip 'Vox' / insert 2"; empty when the message already says it.
struct Error {
    ErrorCode code;
    std::string message;
    std::string where = {};
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::io, "cannot read it", path);` from any function that returns a Result.
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string where = {}) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(where)});
}

/// Passes an error of one Result on as another type's.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

/// A word to the user that stops nothing: a clip that ends before its fade does, a stem that holds nothing.
struct Diagnostic {
    std::string message;
    std::string where = {};
};
using Diagnostics = std::vector<Diagnostic>;

}  // namespace dubplate
