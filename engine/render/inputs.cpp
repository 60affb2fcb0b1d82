#include "engine/render/inputs.h"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <set>

#include "engine/audio/impulse.h"

namespace dubplate::render {
namespace {

using session::Session;
using session::StripKind;

/// Clips that can sound: those of enabled tracks that are not muted one by one.
template <class Function>
void for_each_clip(const Session& session, Function function) {
    for (const session::Strip& strip : session.strips)
        if (strip.kind == StripKind::track && !strip.disabled)
            for (const session::Clip& clip : strip.clips)
                if (!clip.mute) function(strip, clip);
}

/// One error that names all of them.
Error join(std::vector<Error> errors) {
    if (errors.size() == 1) return std::move(errors[0]);
    Error all{errors[0].code, fmt::format("{} files cannot be read:", errors.size()), ""};
    for (const Error& error : errors)
        all.message += fmt::format("\n  {}{}{}", error.where, error.where.empty() ? "" : ": ", error.message);
    return all;
}

Result<audio::FileStatus> status_now(const std::string& path) {
    const auto file = audio::open_for_reading(path);
    if (!file) return fail(file.error());
    return audio::status_of(*file, path);
}

}  // namespace

const audio::Source* Inputs::find(const std::string& path, double speed) const {
    const auto found = sources.find({path, speed});
    return found == sources.end() ? nullptr : found->second.get();
}

std::string input_path(const Session& session, const std::string& file) {
    std::filesystem::path path(file);
    if (path.is_relative() && !session.folder.empty()) path = std::filesystem::path(session.folder) / path;
    // Behind a link to a folder ".." is not what the text says: the system must find it.
    const bool climbs = std::ranges::find(path, std::filesystem::path("..")) != path.end();
    return (climbs ? path : path.lexically_normal()).string();
}

std::vector<std::pair<std::string, std::string>> impulse_files(const Session& session) {
    std::vector<std::pair<std::string, std::string>> files;
    std::set<std::string> seen;
    for (const session::Strip& strip : session.strips) {
        if (strip.disabled && strip.kind != StripKind::master) continue;
        for (std::size_t k = 0; k < strip.inserts.size(); ++k) {
            const kernels::ProcessorKind* kind = kernels::find_processor(strip.inserts[k].processor);
            if (!kind) continue;
            for (const session::ParameterValue& value : strip.inserts[k].parameters) {
                const std::size_t index = parameter_index(kind->description, value.path);
                if (index == kNoParameter || parameter_at(kind->description, index).unit != ParameterUnit::file)
                    continue;
                const auto* name = std::get_if<std::string>(&value.value);
                if (name && seen.insert(*name).second)
                    files.emplace_back(*name, nodes::insert_place(session, strip, k));
            }
        }
    }
    return files;
}

Result<Inputs> load_inputs(const Session& session, const std::string& scratch_folder, graph::Executor& executor,
                           const std::function<bool()>& poll, nodes::Profile* profile) {
    Inputs inputs;
    std::set<std::string> seen;
    const auto note = [&](const std::string& path) {
        if (seen.insert(path).second) inputs.paths.push_back(path);
    };
    struct Opening {
        std::unique_ptr<audio::Source>* source = nullptr;
        kernels::ImpulseResponse* impulse = nullptr;
        std::string path;
        double speed = 1.0;
        std::string place;
        std::optional<Error> error;
    };
    std::vector<Opening> openings;
    for_each_clip(session, [&](const session::Strip& strip, const session::Clip& clip) {
        const std::string path = input_path(session, clip.file);
        note(path);
        auto [found, is_new] = inputs.sources.try_emplace({path, clip.speed});
        if (is_new)
            openings.push_back(
                {&found->second, nullptr, path, clip.speed, nodes::strip_place(session, strip, clip.place), {}});
    });
    for (const auto& [name, place] : impulse_files(session)) {
        note(input_path(session, name));
        openings.push_back({nullptr, &inputs.impulses[name], input_path(session, name), 1.0, place, {}});
    }
    for (const std::string& path : inputs.paths)
        inputs.statuses.push_back(status_now(path).value_or(audio::FileStatus{}));
    std::vector<graph::Job> jobs;
    for (Opening& opening : openings) {
        jobs.emplace_back([&](const std::stop_token& stop) -> Result<void> {
            const auto failed = [&](Error error) {
                error.where = opening.place + " / " + (error.where.empty() ? opening.path : error.where);
                opening.error = std::move(error);
            };
            if (opening.impulse) {
                auto impulse = audio::load_impulse(opening.path, session.sample_rate, scratch_folder, stop);
                if (!impulse)
                    failed(impulse.error());
                else
                    *opening.impulse = std::move(*impulse);
            } else {
                auto source =
                    audio::open_source(opening.path, session.sample_rate, opening.speed, scratch_folder, stop);
                if (!source)
                    failed(source.error());
                else
                    *opening.source = std::move(*source);
            }
            return {};
        });
        jobs.back().label = {opening.path, opening.impulse ? "load responses" : "open files"};
    }
    if (auto ok = graph::run_all(std::move(jobs), executor, poll, profile); !ok) return fail(ok.error());
    std::vector<Error> errors;
    for (Opening& opening : openings)
        if (opening.error) errors.push_back(std::move(*opening.error));
    if (!errors.empty()) return fail(join(std::move(errors)));
    return inputs;
}

Result<void> check_unchanged(const Inputs& inputs, std::size_t index) {
    const std::string& path = inputs.paths[index];
    const auto now = status_now(path);
    if (!now) return fail(now.error());
    if (*now == inputs.statuses[index]) return {};
    return fail(ErrorCode::io, "the file was changed while it was in use: render again once it stays as it is", path);
}

Result<std::vector<std::unique_ptr<audio::ClipTrack>>> make_clip_tracks(const Session& session,
                                                                        const session::TempoMap& tempo_map,
                                                                        const Inputs& inputs,
                                                                        Diagnostics& diagnostics) {
    std::vector<std::unique_ptr<audio::ClipTrack>> tracks(session.strips.size());
    for (std::size_t s = 0; s < session.strips.size(); ++s) {
        const session::Strip& strip = session.strips[s];
        if (strip.kind != StripKind::track || strip.disabled) continue;
        std::vector<const audio::Source*> sources;
        for (const session::Clip& clip : strip.clips)
            sources.push_back(clip.mute ? nullptr : inputs.find(input_path(session, clip.file), clip.speed));
        auto clips = audio::resolve_clips(session, strip, tempo_map, sources, diagnostics);
        if (!clips) return fail(clips.error());
        tracks[s] = std::make_unique<audio::ClipTrack>(std::move(*clips), strip.overlap, strip.layout.channels);
    }
    return tracks;
}

}  // namespace dubplate::render
