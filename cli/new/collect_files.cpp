#include "cli/new/collect_files.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "session-format/import/file_names.h"

namespace dubplate::cli {
namespace {

/// What libsndfile reads, by the names such files have.
constexpr std::array<std::string_view, 18> kExtensions{"wav", "wave", "bwf",  "rf64", "bw64", "w64",
                                                       "aif", "aiff", "aifc", "caf",  "flac", "ogg",
                                                       "oga", "opus", "mp3",  "au",   "snd",  "sd2"};

/// A render's folder holds what the session before made: its mix must not become a track.
bool is_render(const std::string& folder) {
    std::ifstream receipt(folder + "/receipt.json");
    std::string head(200, '\0');
    receipt.read(head.data(), static_cast<std::streamsize>(head.size()));
    return head.find("\"dubplate-receipt-") != std::string::npos;
}

class Search {
public:
    FoundFiles found;

    void argument(const std::string& path) {
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) {
            found.errors.push_back({ErrorCode::not_found, std::strerror(errno), path});
        } else if (S_ISDIR(status.st_mode)) {
            folder(path, status, 0, true);
        } else {
            file(path, true);
        }
    }

private:
    using Identity = std::pair<dev_t, ino_t>;

    void file(const std::string& path, bool is_named) {
        std::error_code failed;
        if (!files_.insert(std::filesystem::canonical(path, failed).string()).second) return;
        if (found.files.size() == kMostFiles)
            found.errors.push_back({ErrorCode::bad_argument,
                                    fmt::format("more than {} sound files: make several sessions of them", kMostFiles),
                                    path});
        if (found.files.size() < kMostFiles) found.files.push_back({path, is_named});
    }

    void folder(const std::string& path, const struct stat& status, int depth, bool is_named) {
        if (!folders_.insert({status.st_dev, status.st_ino}).second) return;
        if (depth > kDeepestFolder) {
            found.warnings.push_back({fmt::format("lies more than {} folders deep: left out", kDeepestFolder), path});
            return;
        }
        if (!is_named && is_render(path)) {
            found.renders.push_back(path);
            return;
        }
        DIR* const directory = ::opendir(path.c_str());
        if (directory == nullptr) {
            if (is_named)
                found.errors.push_back({ErrorCode::io, std::strerror(errno), path});
            else
                found.warnings.push_back({fmt::format("{}: left out", std::strerror(errno)), path});
            return;
        }
        std::vector<std::string> names;
        while (const dirent* const entry = ::readdir(directory)) names.emplace_back(entry->d_name);
        ::closedir(directory);
        // The order in which a system lists a folder is no one's.
        std::ranges::sort(names, session::natural_less);
        for (const std::string& name : names) {
            if (name == "." || name == "..") continue;
            if (name[0] == '.' || name == "__MACOSX") {
                ++found.hidden;
                continue;
            }
            const std::string below = path.back() == '/' ? path + name : path + "/" + name;
            struct stat inner {};
            if (::stat(below.c_str(), &inner) != 0)
                found.warnings.push_back({fmt::format("{}: left out", std::strerror(errno)), below});
            else if (S_ISDIR(inner.st_mode))
                folder(below, inner, depth + 1, false);
            else if (S_ISREG(inner.st_mode) && is_sound_name(name))
                file(below, false);
            else
                ++found.no_sound;
            if (found.files.size() == kMostFiles && !found.errors.empty()) return;
        }
    }

    std::set<Identity> folders_;
    std::set<std::string> files_;  // canonical
};

}  // namespace

bool is_sound_name(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0) return false;
    std::string extension = name.substr(dot + 1);
    for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

FoundFiles collect_files(std::span<const std::string> arguments) {
    Search search;
    for (const std::string& path : arguments) search.argument(path);
    return std::move(search.found);
}

}  // namespace dubplate::cli
