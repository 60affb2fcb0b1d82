#include "engine/render/versions.h"

#include <fmt/format.h>
#include <filesystem>
#include <map>

#include "engine/base/spelling.h"
#include "engine/render/inputs.h"
#include "engine/render/job.h"
#include "engine/render/outputs.h"

namespace dubplate::render {
namespace {

namespace fs = std::filesystem;

struct Written {
    const Version* version = nullptr;
    std::vector<OutputFile> outputs;
    std::vector<SideFile> side_files;
};

/// None of a version that cannot be rendered for other reasons.
std::vector<Written> written_by(std::span<const Version> versions) {
    std::vector<Written> written;
    for (const Version& version : versions) {
        const auto routing = graph::route(*version.session);
        if (!routing) continue;
        const auto stems = choose_stems(*version.session, *routing, version.job->stems);
        if (!stems) continue;
        Diagnostics told_by_check;
        auto outputs = plan_outputs(*version.session, *version.job, stems->names, told_by_check);
        if (outputs) written.push_back({&version, std::move(*outputs), side_files(*version.job)});
    }
    return written;
}

/// One name for a file, whether it is there or not and whatever links lead to its folder.
std::string place_of(const std::string& path) {
    std::error_code unknown;
    const fs::path folder = fs::weakly_canonical(fs::absolute(path, unknown).parent_path(), unknown);
    return (folder / fs::path(path).filename()).string();
}

std::vector<std::string> read_by(std::span<const Version> versions) {
    std::vector<std::string> paths;
    for (const Version& version : versions) {
        const session::Session& session = *version.session;
        if (!session.file.empty()) paths.push_back(session.file);
        for (const session::Strip& strip : session.strips)
            for (const session::Clip& clip : strip.clips)
                if (!strip.disabled && !clip.mute) paths.push_back(input_path(session, clip.file));
        for (const auto& [name, place] : impulse_files(session)) paths.push_back(input_path(session, name));
    }
    return paths;
}

Error of(const Version& version, Error error) {
    error.where = error.where.empty() ? version.session->file : version.session->file + ": " + error.where;
    return error;
}

/// One error for each two versions, whatever the number of their files.
void find_shared_outputs(const std::vector<Written>& written, std::vector<Error>& errors) {
    std::map<std::string, std::size_t> writers;
    for (std::size_t k = 0; k < written.size(); ++k) {
        std::map<std::size_t, std::vector<std::string>> shared;  // by the other version
        const auto add = [&](const std::string& path) {
            const auto [found, is_new] = writers.try_emplace(place_of(path), k);
            if (!is_new && found->second != k) shared[found->second].push_back(path);
        };
        for (const OutputFile& output : written[k].outputs) add(output.path);
        for (const SideFile& side : written[k].side_files) add(side.path);
        for (const auto& [other, paths] : shared)
            errors.push_back(of(*written[k].version,
                                {ErrorCode::bad_argument,
                                 fmt::format("would write {} that {} writes too, '{}'{}: name its file or folder "
                                             "another way, or render it by itself",
                                             counted(paths.size(), "file"), written[other].version->session->file,
                                             paths.front(), paths.size() == 1 ? "" : " and others")}));
    }
}

}  // namespace

std::vector<Error> check_versions(std::span<const Version> versions) {
    std::vector<Error> errors;
    const std::vector<Written> written = written_by(versions);
    find_shared_outputs(written, errors);
    const std::vector<std::string> read = read_by(versions);
    for (const Written& one : written) {
        const Version& version = *one.version;
        if (auto ok = check_no_overwrite(one.outputs, one.side_files, read, version.session->file); !ok)
            errors.push_back(of(version, std::move(ok.error())));
        if (!version.job->keep_existing) continue;
        if (auto ok = check_nothing_exists(one.outputs, one.side_files); !ok)
            errors.push_back(of(version, std::move(ok.error())));
    }
    return errors;
}

}  // namespace dubplate::render
