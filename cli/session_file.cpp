#include "cli/session_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "cli/command.h"
#include "cli/messages.h"
#include "engine/base/spelling.h"
#include "kernels/processors/processor.h"

namespace dubplate::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".dub.json";

/// The names of the session files in a folder, in order; none if it cannot be read.
std::vector<std::string> sessions_in(const fs::path& folder) {
    constexpr std::size_t kMost = 10000;
    std::vector<std::string> names;
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
        std::string name = entry->path().filename().string();
        if (name.ends_with(kEnding)) names.push_back(std::move(name));
        if (names.size() == kMost) break;
    }
    std::ranges::sort(names);
    return names;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

bool is_sound(const fs::path& path) {
    constexpr std::string_view kEndings[] = {".wav",  ".wave", ".bwf", ".rf64", ".w64",  ".flac", ".aif",
                                             ".aiff", ".caf",  ".ogg", ".oga",  ".opus", ".mp3"};
    return std::ranges::find(kEndings, lower(path.extension().string())) != std::end(kEndings);
}

/// "it holds no session; dubplate new makes one", "did you mean 'songs/a.dub.json'?"
std::string folder_message(const fs::path& folder) {
    const std::vector<std::string> names = sessions_in(folder);
    if (names.empty())
        return fmt::format("is a folder that holds no session (*{}); dubplate new {} makes one of its sound files",
                           kEnding, folder.string());
    std::vector<std::string> paths;
    for (const std::string& name : names) paths.push_back((folder / name).string());
    if (paths.size() == 1) return fmt::format("is a folder, did you mean '{}'?", paths.front());
    const std::vector<std::string_view> views(paths.begin(), paths.end());
    return fmt::format("is a folder; name one of its sessions: {}", listed(views));
}

/// The session that a missing one was probably meant to be; empty if there is none like it.
std::string nearest_session(const fs::path& missing) {
    const std::string written = missing.filename().string();
    const std::vector<std::string> names = sessions_in(missing.has_parent_path() ? missing.parent_path() : ".");
    for (const std::string_view ending : {".dub.json", ".json"})
        if (std::ranges::find(names, written + std::string(ending)) != names.end())
            return (missing.parent_path() / (written + std::string(ending))).string();
    std::vector<std::string_view> views(names.begin(), names.end());
    std::string_view closest = closest_word(written, views);
    std::string stem;
    if (closest.empty()) {  // the ending left out, and a misspelt name
        stem = written + std::string(kEnding);
        closest = closest_word(stem, views);
    }
    return closest.empty() ? std::string() : (missing.parent_path() / closest).string();
}

/// Better words than "cannot open" where something else than a session was named.
std::optional<Error> not_a_session(const std::string& path) {
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (fs::is_directory(status)) return Error{ErrorCode::bad_argument, folder_message(path), path};
    if (fs::exists(status) && is_sound(path))
        return Error{ErrorCode::bad_argument,
                     fmt::format("is a sound file, not a session; dubplate new {} makes a session of it", path), path};
    if (status.type() != fs::file_type::not_found) return {};
    if (path.empty()) return Error{ErrorCode::bad_argument, "the name is empty", "SESSION"};
    if (const fs::path parent = fs::path(path).parent_path(); !parent.empty() && !fs::exists(parent, failed))
        return Error{ErrorCode::not_found, fmt::format("there is no folder '{}'", parent.string()), path};
    const std::string meant = nearest_session(path);
    if (meant.empty()) return Error{ErrorCode::not_found, "there is no such file", path};
    return Error{ErrorCode::not_found, fmt::format("there is no such file, did you mean '{}'?", meant), path};
}

}  // namespace

std::optional<session::Session> take_session(session::ReadResult read, const std::string& name, bool quiet,
                                             SessionMessages* messages) {
    if (messages != nullptr) {
        messages->warnings.insert(messages->warnings.end(), read.diagnostics.begin(), read.diagnostics.end());
        messages->errors.insert(messages->errors.end(), read.errors.begin(), read.errors.end());
    }
    if (!quiet)
        for (const Diagnostic& diagnostic : read.diagnostics) print_warning(diagnostic);
    for (const Error& error : read.errors) print_error(error);
    if (read.errors.empty()) return std::move(read.session);
    if (read.errors.size() > 1) print_message(fmt::format("dubplate: {} mistakes in {}\n", read.errors.size(), name));
    return std::nullopt;
}

std::optional<std::string> read_text_argument(const std::string& path, SessionMessages* messages) {
    const auto tell = [&](const Error& error) {
        print_error(error);
        if (messages != nullptr) messages->errors.push_back(error);
    };
    if (const auto other = not_a_session(path)) {
        tell(*other);
        return {};
    }
    auto text = session::read_session_text(path);
    if (text) return std::move(*text);
    tell(text.error());
    return {};
}

std::optional<session::Session> read_session_argument(const std::string& path, bool quiet, SessionMessages* messages) {
    const auto text = read_text_argument(path, messages);
    if (!text) return {};
    return take_session(session::read_session(*text, path, kernels::processor_table()), path, quiet, messages);
}

}  // namespace dubplate::cli
