#include "engine/render/inputs.h"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <set>

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

Result<Inputs> load_inputs(const Session& session, OpenedFiles& files, const std::string& scratch_folder,
                           graph::Executor& executor, const std::function<bool()>& poll, nodes::Profile* profile) {
    Inputs inputs;
    using OpenedFile = Result<OpenedFiles::File>;
    std::map<std::string, OpenedFile> opened_files;
    const auto note = [&](const std::string& path) -> const OpenedFile* {
        const auto found = opened_files.find(path);
        if (found != opened_files.end()) return &found->second;
        auto opened = files.open(path);
        inputs.paths.push_back(path);
        inputs.files.push_back(opened.value_or(nullptr));
        return &opened_files.emplace(path, std::move(opened)).first->second;
    };
    struct Opening {
        OpenedFiles::Source* source = nullptr;
        OpenedFiles::Response* impulse = nullptr;
        std::string path;
        const OpenedFile* file = nullptr;
        double speed = 1.0;
        std::string place;
        std::optional<Error> error;
    };
    std::vector<Opening> openings;
    for_each_clip(session, [&](const session::Strip& strip, const session::Clip& clip) {
        const std::string path = input_path(session, clip.file);
        const OpenedFile* const file = note(path);
        auto [found, is_new] = inputs.sources.try_emplace({path, clip.speed});
        if (is_new)
            openings.push_back(
                {&found->second, nullptr, path, file, clip.speed, nodes::strip_place(session, strip, clip.place), {}});
    });
    for (const auto& [name, place] : impulse_files(session)) {
        const std::string path = input_path(session, name);
        inputs.responses.insert(path);
        openings.push_back({nullptr, &inputs.impulses[name], path, note(path), 1.0, place, {}});
    }
    std::vector<graph::Job> jobs;
    for (Opening& opening : openings) {
        jobs.emplace_back([&](const std::stop_token& stop) -> Result<void> {
            const auto failed = [&](Error error) {
                error.where = opening.place + " / " + (error.where.empty() ? opening.path : error.where);
                opening.error = std::move(error);
            };
            if (!*opening.file) {
                failed(opening.file->error());
            } else if (opening.impulse) {
                auto impulse = files.response(**opening.file, session.sample_rate, scratch_folder, stop);
                if (!impulse)
                    failed(impulse.error());
                else
                    *opening.impulse = std::move(*impulse);
            } else {
                auto source = files.source(**opening.file, session.sample_rate, opening.speed, scratch_folder, stop);
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
        const int channels = audio::leave_one_channel(*clips) ? 1 : strip.layout.channels;
        tracks[s] = std::make_unique<audio::ClipTrack>(std::move(*clips), strip.overlap, channels);
    }
    return tracks;
}

void expect_reads(const Inputs& inputs, const graph::Plan& plan,
                  const std::vector<std::unique_ptr<audio::ClipTrack>>& tracks, FrameCount start, FrameCount end) {
    std::vector<bool> is_heard(tracks.size());
    for (const graph::PlanBlock& block : plan.blocks)
        for (const graph::PlanStrip& strip : block.strips)
            if (strip.from_clips) is_heard[static_cast<std::size_t>(strip.strip)] = true;
    std::map<std::string, std::vector<audio::ByteRange>> ranges;  // of files that are read where their samples lie
    std::set<std::string> read_whole = inputs.responses;
    for (const auto& [name, source] : inputs.sources) {
        if (const auto samples = source->byte_range(0, 0))
            ranges[name.first].push_back({0, samples->begin});
        else
            read_whole.insert(name.first);
    }
    for (std::size_t s = 0; s < tracks.size(); ++s) {
        if (!tracks[s] || !is_heard[s]) continue;
        for (const audio::SourceFrames& heard : tracks[s]->heard(start, end))
            if (const auto bytes = heard.source->byte_range(heard.start, heard.count))
                ranges[heard.source->info().path].push_back(*bytes);
    }
    for (std::size_t k = 0; k < inputs.paths.size(); ++k)
        if (const auto found = ranges.find(inputs.paths[k]);
            found != ranges.end() && !read_whole.contains(found->first))
            inputs.files[k]->expect(std::move(found->second));
        else
            inputs.files[k]->expect_all();
}

}  // namespace dubplate::render
