#include "engine/render/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "engine/audio/posix_file.h"
#include "engine/audio/range_hash.h"
#include "engine/audio/source.h"
#include "engine/graph/schedule.h"

namespace dubplate::render {
namespace {

namespace fs = std::filesystem;

/// How far above the outputs' folder the receipt may have been written (--report).
constexpr int kMostFoldersAbove = 6;

bool is_there(const fs::path& path) {
    std::error_code unknown;
    return fs::exists(fs::status(path, unknown));
}

fs::path normal(const fs::path& path) {
    std::error_code unknown;
    const fs::path there = fs::absolute(path.empty() ? fs::path(".") : path, unknown).lexically_normal();
    return there.has_filename() || !there.has_relative_path() ? there : there.parent_path();
}

fs::path recorded_place(const Record& record, const RecordedFile& file) {
    return normal(fs::path(record.working_folder) / file.path);
}

bool is_below(const fs::path& path, const fs::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

bool is_same_folder(const fs::path& a, const fs::path& b) {
    std::error_code unknown;
    return a == b || fs::equivalent(a, b, unknown);
}

/// Everything below `from` is looked for below `to`.
struct Move {
    fs::path from, to;
    fs::path of(const fs::path& path) const { return is_below(path, from) ? to / path.lexically_relative(from) : path; }
};

/// The folder that all outputs were written to or below; "" without outputs.
fs::path folder_of_outputs(const Record& record) {
    fs::path folder;
    for (const RecordedFile& file : record.files) {
        if (file.kind != RecordedKind::output) continue;
        const fs::path place = recorded_place(record, file);
        if (folder.empty()) folder = place.parent_path();
        while (!is_below(place, folder)) folder = folder.parent_path();
    }
    return folder;
}

std::size_t outputs_there(const Record& record, const Move& move) {
    return static_cast<std::size_t>(std::ranges::count_if(record.files, [&](const RecordedFile& file) {
        return file.kind == RecordedKind::output && is_there(move.of(recorded_place(record, file)));
    }));
}

/// Widened to the folders above that are named alike, as far up as the session or inputs came along.
Move with_its_tree(const Record& record, const Move& render) {
    Move widest = render;
    Move next = render;
    while (next.from.has_relative_path() && next.to.has_relative_path() && next.from.filename() == next.to.filename()) {
        next = {next.from.parent_path(), next.to.parent_path()};
        if (is_same_folder(next.from, next.to)) break;
        const bool came_along = std::ranges::any_of(record.files, [&](const RecordedFile& file) {
            const fs::path place = recorded_place(record, file);
            return is_below(place, next.from) && !is_below(place, widest.from) && is_there(next.of(place));
        });
        if (came_along) widest = next;
    }
    return widest;
}

/// Where the receipt's tree is now, if not where it was recorded to be.
std::optional<Move> find_move(const Record& record) {
    const fs::path now = normal(record.receipt_folder);
    fs::path folder = folder_of_outputs(record);
    if (folder.empty() || is_same_folder(folder, now)) return std::nullopt;
    std::optional<Move> best;
    std::size_t most = 0;
    for (int above = 0; above < kMostFoldersAbove && folder.has_relative_path(); ++above) {
        const Move move{folder, now};
        const bool is_here = is_same_folder(folder, now);
        const std::size_t there = outputs_there(record, move);
        if (there > most || (is_here && there > 0 && there == most)) {
            most = there;
            best = is_here ? std::nullopt : std::optional(move);
        }
        folder = folder.parent_path();
    }
    if (!best) return std::nullopt;
    return with_its_tree(record, *best);
}

std::string find_file(const Record& record, const RecordedFile& file, const std::optional<Move>& move) {
    if (move && is_below(recorded_place(record, file), move->from))
        return move->of(recorded_place(record, file)).string();
    return (fs::path(record.working_folder) / file.path).string();
}

Result<VerifiedFile> verify_file(const Record& record, const RecordedFile& file, const std::optional<Move>& move,
                                 const std::stop_token& stop) {
    VerifiedFile verified;
    verified.found = find_file(record, file, move);
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
                      : file.ranges.empty()             ? audio::hash_file_xxh3(verified.found, stop)
                                                        : audio::hash_file_ranges(verified.found, file.ranges, stop);
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

Result<Verified> verify(const Record& record, int threads, const std::function<bool()>& poll) {
    const std::optional<Move> move = find_move(record);
    Verified verified;
    if (move) verified.looked_in = move->to.string();
    verified.files.resize(record.files.size());
    std::vector<graph::Job> jobs;
    for (std::size_t k = 0; k < record.files.size(); ++k)
        jobs.push_back([&, k](const std::stop_token& stop) -> Result<void> {
            auto one = verify_file(record, record.files[k], move, stop);
            if (!one) return fail(one.error());
            verified.files[k] = std::move(*one);
            return {};
        });
    const auto executor = graph::make_tbb_executor(threads);
    if (auto ok = graph::run_all(std::move(jobs), *executor, poll); !ok) return fail(ok.error());
    return verified;
}

}  // namespace dubplate::render
