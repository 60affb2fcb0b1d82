#include "engine/audio/impulse.h"
#include "engine/render/form.h"
#include "engine/render/inputs.h"
#include "engine/render/job.h"
#include "engine/render/outputs.h"

namespace dubplate::render {

std::vector<Error> check(const session::Session& session, const RenderJob& job, Diagnostics& diagnostics,
                         std::shared_ptr<Responses>* read) {
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

    std::map<std::string, bool> seen;
    for (const session::Strip& strip : session.strips)
        for (const session::Clip& clip : strip.clips) {
            if (clip.mute || strip.disabled || !seen.emplace(clip.file, true).second) continue;
            const auto info = audio::probe_source(input_path(session, clip.file));
            if (info) continue;
            Error error = info.error();
            error.where = nodes::strip_place(session, strip, clip.place) + " / " +
                          (error.where.empty() ? input_path(session, clip.file) : error.where);
            errors.push_back(std::move(error));
        }
    Responses responses;
    bool responses_read = true;
    const auto read_response = [&](const std::string& name) -> Result<void> {
        auto file = audio::InputFile::open(input_path(session, name), audio::Hashing::while_reading);
        if (!file) return fail(std::move(file.error()));
        auto impulse = audio::load_impulse(*file, session.sample_rate, job.scratch_folder);
        if (!impulse) return fail(std::move(impulse.error()));
        responses.impulses.emplace(name, std::move(*impulse));
        responses.files.emplace(name, std::move(*file));
        return {};
    };
    for (const auto& [name, place] : impulse_files(session)) {
        const auto is_read = read_response(name);
        if (is_read) continue;
        Error error = is_read.error();
        error.where = place + " / " + (error.where.empty() ? input_path(session, name) : error.where);
        errors.push_back(std::move(error));
        responses_read = false;
    }
    if (timed && responses_read)
        for (const session::Strip& strip : session.strips)
            if (!strip.disabled || strip.kind == session::StripKind::master)
                note(nodes::set_up_strip(session, strip, *tempo_map, responses.impulses));
    for (const session::Strip& strip : session.strips)
        if (strip.kind == session::StripKind::track && !strip.disabled && strip.clips.empty())
            diagnostics.push_back(
                {"has no clips: it renders silence", nodes::strip_place(session, strip, strip.place)});
    if (read) *read = std::make_shared<Responses>(std::move(responses));
    return errors;
}

}  // namespace dubplate::render
