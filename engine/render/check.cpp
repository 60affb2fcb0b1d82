#include "engine/audio/impulse.h"
#include "engine/render/form.h"
#include "engine/render/inputs.h"
#include "engine/render/job.h"
#include "engine/render/outputs.h"

namespace dubplate::render {

std::vector<Error> check(const session::Session& session, const RenderJob& job, Diagnostics& diagnostics) {
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
    nodes::Impulses impulses;
    bool responses_read = true;
    for (const auto& [name, place] : impulse_files(session)) {
        auto impulse = audio::load_impulse(input_path(session, name), session.sample_rate, job.scratch_folder);
        if (impulse) {
            impulses.emplace(name, std::move(*impulse));
            continue;
        }
        Error error = impulse.error();
        error.where = place + " / " + (error.where.empty() ? input_path(session, name) : error.where);
        errors.push_back(std::move(error));
        responses_read = false;
    }
    if (timed && responses_read)
        for (const session::Strip& strip : session.strips)
            if (!strip.disabled || strip.kind == session::StripKind::master)
                note(nodes::set_up_strip(session, strip, *tempo_map, impulses));
    for (const session::Strip& strip : session.strips)
        if (strip.kind == session::StripKind::track && !strip.disabled && strip.clips.empty())
            diagnostics.push_back(
                {"has no clips: it renders silence", nodes::strip_place(session, strip, strip.place)});
    return errors;
}

}  // namespace dubplate::render
