#include <optional>
#include <set>

#include "engine/render/form.h"
#include "engine/render/inputs.h"
#include "engine/render/job.h"
#include "engine/render/outputs.h"
#include "engine/render/workshop_parts.h"

namespace dubplate::render {
namespace {

struct NamedFile {
    std::string name, place;
    bool is_response = false;
    std::optional<Error> error = {};
    OpenedFiles::Response impulse = {};
};

/// Each once: those of clips that can sound, then responses.
std::vector<NamedFile> named_files(const session::Session& session) {
    std::vector<NamedFile> files;
    std::set<std::string> seen;
    for (const session::Strip& strip : session.strips)
        for (const session::Clip& clip : strip.clips)
            if (!clip.mute && !strip.disabled && seen.insert(clip.file).second)
                files.push_back({clip.file, nodes::strip_place(session, strip, clip.place)});
    for (auto& [name, place] : impulse_files(session)) files.push_back({name, std::move(place), true});
    return files;
}

/// Of clips' files the header, all of a response.
Result<void> read(NamedFile& file, const std::string& path, const session::Session& session, const RenderJob& job,
                  OpenedFiles& opened) {
    if (!file.is_response) {
        const auto info = audio::probe_source(path);
        return info ? Result<void>{} : fail(info.error());
    }
    const auto response = opened.open(path);
    if (!response) return fail(response.error());
    auto impulse = opened.response(*response, session.sample_rate, job.scratch_folder, {});
    if (!impulse) return fail(std::move(impulse.error()));
    file.impulse = std::move(*impulse);
    return {};
}

void look_at(NamedFile& file, const session::Session& session, const RenderJob& job, OpenedFiles& opened) {
    const std::string path = input_path(session, file.name);
    auto is_read = read(file, path, session, job, opened);
    if (is_read) return;
    file.error = std::move(is_read.error());
    file.error->where = file.place + " / " + (file.error->where.empty() ? path : file.error->where);
}

}  // namespace

std::vector<Error> check(const session::Session& session, const RenderJob& job, Diagnostics& diagnostics,
                         Workshop* workshop) {
    std::vector<Error> errors;
    const auto note = [&](const auto& result) {
        if (!result) errors.push_back(result.error());
        return static_cast<bool>(result);
    };
    // Nothing else can be said of a session that is none.
    if (!note(check_form(session))) return errors;
    const auto tempo_map = session::TempoMap::create(session.tempos, session.meters, session.sample_rate);
    const bool timed = note(tempo_map);
    const auto routing = graph::route(session);
    if (note(routing)) {
        const auto stems = choose_stems(session, *routing, job.stems);
        if (note(stems)) note(plan_outputs(session, job, stems->names, diagnostics));
    }
    if (timed) note(place_job(session, *tempo_map, job));

    // Side by side; what is wrong with them is told in the session's order.
    OpenedFiles own;
    OpenedFiles& opened = workshop ? workshop->parts().files : own;
    std::vector<NamedFile> files = named_files(session);
    std::vector<graph::Job> jobs;
    for (NamedFile& file : files)
        jobs.emplace_back([&](const std::stop_token&) -> Result<void> {
            look_at(file, session, job, opened);
            return {};
        });
    if (const auto executor = graph::make_tbb_executor(threads_of(job));
        !note(graph::run_all(std::move(jobs), *executor, {})))
        return errors;
    nodes::Impulses responses;
    bool responses_read = true;
    for (NamedFile& file : files) {
        responses_read &= !file.is_response || !file.error;
        if (file.error) {
            errors.push_back(std::move(*file.error));
        } else if (file.is_response) {
            responses.emplace(file.name, std::move(file.impulse));
        }
    }
    if (timed && responses_read)
        for (const session::Strip& strip : session.strips)
            if (!strip.disabled || strip.kind == session::StripKind::master)
                note(nodes::set_up_strip(session, strip, *tempo_map, responses));
    for (const session::Strip& strip : session.strips)
        if (strip.kind == session::StripKind::track && !strip.disabled && strip.clips.empty())
            diagnostics.push_back(
                {"has no clips: it renders silence", nodes::strip_place(session, strip, strip.place)});
    return errors;
}

}  // namespace dubplate::render
