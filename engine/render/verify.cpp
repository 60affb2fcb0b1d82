#include "engine/render/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "engine/audio/posix_file.h"
#include "engine/audio/source.h"
#include "engine/graph/schedule.h"

namespace dubplate::render {
namespace {

namespace fs = std::filesystem;

/// How far above the receipt, and how deep below a folder, moved files are looked for.
constexpr int kMostFoldersAbove = 6;
constexpr std::size_t kLongestEnding = 8;

bool is_there(const fs::path& path) {
    std::error_code unknown;
    return fs::exists(fs::status(path, unknown));
}

/// "a/b/c.wav", "b/c.wav", "c.wav": what a path ends with, longest first.
std::vector<fs::path> endings_of(const fs::path& path) {
    std::vector<fs::path> parts;
    for (const fs::path& part : path.relative_path())
        if (part != "." && part != "..") parts.push_back(part);
    std::vector<fs::path> endings;
    for (std::size_t first = parts.size() - std::min(parts.size(), kLongestEnding); first < parts.size(); ++first) {
        fs::path ending;
        for (std::size_t k = first; k < parts.size(); ++k) ending /= parts[k];
        endings.push_back(std::move(ending));
    }
    return endings;
}

std::string find_file(const Record& record, const RecordedFile& file) {
    const fs::path recorded = fs::path(record.working_folder) / file.path;
    if (is_there(recorded)) return recorded.string();
    std::error_code unknown;
    fs::path folder = fs::absolute(record.receipt_folder.empty() ? "." : record.receipt_folder, unknown);
    folder = folder.lexically_normal();
    const std::vector<fs::path> endings = endings_of(file.path);
    const int folders = file.kind == RecordedKind::output ? 1 : kMostFoldersAbove;
    for (int above = 0; above < folders; ++above) {
        for (const fs::path& ending : endings)
            if (is_there(folder / ending)) return (folder / ending).string();
        if (folder == folder.parent_path()) break;
        folder = folder.parent_path();
    }
    return recorded.string();
}

Result<VerifiedFile> verify_file(const Record& record, const RecordedFile& file, const std::stop_token& stop) {
    VerifiedFile verified;
    verified.found = find_file(record, file);
    const auto failed = [&](const Error& error) -> Result<VerifiedFile> {
        if (error.code == ErrorCode::cancelled) return fail(error);
        verified.state = error.code == ErrorCode::not_found ? FileState::missing : FileState::unreadable;
        verified.detail = error.message;
        return verified;
    };
    const auto opened = audio::open_for_reading(verified.found);
    if (!opened) return failed(opened.error());
    const auto status = audio::status_of(*opened, verified.found);
    if (!status) return failed(status.error());
    if (file.bytes && status->bytes != *file.bytes) {
        verified.state = FileState::changed;
        verified.detail = fmt::format("{} bytes, {} then", status->bytes, *file.bytes);
        return verified;
    }
    const auto hash = file.kind == RecordedKind::output ? audio::hash_file_sha256(verified.found, stop)
                                                        : audio::hash_file_xxh3(verified.found, stop);
    if (!hash) return failed(hash.error());
    verified.state = *hash == file.hash ? FileState::same : FileState::changed;
    if (verified.state == FileState::changed) verified.detail = file.bytes ? "as long as then" : "other contents";
    return verified;
}

}  // namespace

std::string_view to_string(RecordedKind kind) {
    switch (kind) {
        case RecordedKind::session: return "session";
        case RecordedKind::input: return "input";
        case RecordedKind::output: return "output";
    }
    return "";
}

std::string_view to_string(FileState state) {
    switch (state) {
        case FileState::same: return "same";
        case FileState::changed: return "changed";
        case FileState::missing: return "missing";
        case FileState::unreadable: return "unreadable";
    }
    return "";
}

Result<std::vector<VerifiedFile>> verify(const Record& record, int threads, const std::function<bool()>& poll) {
    std::vector<VerifiedFile> verified(record.files.size());
    std::vector<graph::Job> jobs;
    for (std::size_t k = 0; k < record.files.size(); ++k)
        jobs.push_back([&, k](const std::stop_token& stop) -> Result<void> {
            auto one = verify_file(record, record.files[k], stop);
            if (!one) return fail(one.error());
            verified[k] = std::move(*one);
            return {};
        });
    const auto executor = graph::make_tbb_executor(threads);
    if (auto ok = graph::run_all(std::move(jobs), *executor, poll); !ok) return fail(ok.error());
    return verified;
}

}  // namespace dubplate::render
