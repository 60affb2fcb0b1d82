#include "cli/new/describe_files.h"

#include <algorithm>

#include "engine/audio/file_metadata.h"
#include "engine/audio/source.h"

namespace dubplate::cli {
namespace {

namespace fs = std::filesystem;

/// The file with its folder's links resolved: ".." must mean the same in the session as here.
fs::path resolved(const fs::path& path) {
    std::error_code failed;
    const fs::path whole = fs::absolute(path, failed);
    const fs::path folder = fs::weakly_canonical(whole.parent_path(), failed);
    return failed ? whole.lexically_normal() : folder / whole.filename();
}

/// How many parts of their paths all folders have in common.
std::size_t common_depth(const std::vector<fs::path>& folders) {
    std::size_t common =
        folders.empty() ? 0 : static_cast<std::size_t>(std::distance(folders[0].begin(), folders[0].end()));
    for (const fs::path& folder : folders) {
        const auto [end, other] = std::mismatch(folders[0].begin(), folders[0].end(), folder.begin(), folder.end());
        common = std::min(common, static_cast<std::size_t>(std::distance(folders[0].begin(), end)));
    }
    return common;
}

Result<session::SoundFile> describe(const std::string& path, const fs::path& whole, const fs::path& session_folder) {
    session::SoundFile file{.path = path_in_session(whole, session_folder)};
    if (!session::is_sayable(file.path))
        return fail(ErrorCode::unsupported, "its name is no UTF-8 of one line, which a session cannot hold: rename it",
                    path);
    const auto info = audio::probe_source(path);
    if (!info) return fail(info.error());
    if (info->frames <= 0) return fail(ErrorCode::corrupt_input, "holds no audio", path);
    const std::string last = whole.filename().string();
    file.name = is_sound_name(last) ? last.substr(0, last.rfind('.')) : last;
    file.sample_rate = info->sample_rate;
    file.channels = info->channels;
    file.frames = info->frames;
    audio::FileMetadata metadata = audio::read_file_metadata(path);
    file.layout = metadata.layout;
    file.time_reference = metadata.time_reference;
    for (std::string& name : metadata.channel_names)
        if (!session::is_sayable(name)) name.clear();
    file.channel_names = std::move(metadata.channel_names);
    return file;
}

}  // namespace

std::string path_in_session(const fs::path& file, const fs::path& session_folder) {
    const auto [end, other] = std::mismatch(file.begin(), file.end(), session_folder.begin(), session_folder.end());
    const bool only_root = std::distance(file.begin(), end) <= 1;
    return only_root && session_folder != file.root_path() ? file.string()
                                                           : file.lexically_relative(session_folder).string();
}

DescribedFiles describe_files(const std::vector<FoundFile>& found, const fs::path& session_folder) {
    DescribedFiles described;
    const fs::path from = fs::weakly_canonical(fs::absolute(session_folder));
    std::vector<fs::path> folders;
    for (const FoundFile& file : found) {
        const fs::path whole = resolved(file.path);
        auto sound = describe(file.path, whole, from);
        if (sound) {
            described.files.push_back(std::move(*sound));
            folders.push_back(whole.parent_path());
        } else if (file.is_named) {
            described.errors.push_back(std::move(sound.error()));
        } else {
            described.warnings.push_back({sound.error().message + ": left out", file.path});
        }
    }
    const auto common = static_cast<std::ptrdiff_t>(common_depth(folders));
    for (std::size_t at = 0; at < folders.size(); ++at)
        for (auto part = std::next(folders[at].begin(), common); part != folders[at].end(); ++part)
            described.files[at].folders.push_back(part->string());
    return described;
}

}  // namespace dubplate::cli
