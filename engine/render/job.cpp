#include "engine/render/job.h"

#include <fmt/format.h>
#include <algorithm>

#include "engine/base/spelling.h"
#include "engine/base/visible_text.h"
#include "engine/render/device.h"
#include "kernels/cpu/isa.h"

namespace dubplate::render {
namespace {

using session::Session;

constexpr std::size_t kMostStems = 2000;  // memory grows with stems times strips

/// The stems a selection picks from: those the session lists, or those its rule makes.
graph::StemSet set_for(const Session& session, const graph::Routing& routing, const StemSelection& selection) {
    using Kind = StemSelection::Kind;
    const auto returns = selection.returns.value_or(session::StemReturns::own);
    graph::StemSet set;
    if (selection.kind == Kind::each_track)
        return graph::stems_by_rule(session, routing, session::StemRule::each_track, returns);
    if (selection.kind == Kind::each_bus)
        return graph::stems_by_rule(session, routing, session::StemRule::each_bus, returns);
    if (session.stems.empty()) {
        const auto rule = session.stem_rule == session::StemRule::each_track ? session::StemRule::each_track
                                                                             : session::StemRule::each_bus;
        return graph::stems_by_rule(session, routing, rule, returns);
    }
    set.stems = session.stems;
    if (selection.returns)
        for (session::Stem& stem : set.stems) stem.returns = *selection.returns;
    return set;
}

}  // namespace

Result<void> check_request(const RenderJob& job, const Session& session) {
    if (auto ok = check_device_name(job.device); !ok) return ok;
    if (const auto& isa = kernels::isa_choice(); !isa) return fail(isa.error());
    if (job.chunk_frames != -1 && (job.chunk_frames < 0 || job.chunk_frames % kSettleFrames != 0))
        return fail(ErrorCode::bad_argument, fmt::format("chunks must be a multiple of {} frames", kSettleFrames));
    if (job.output_folder.empty()) return fail(ErrorCode::bad_argument, "no output folder was given");
    for (const std::string& path :
         {job.output_folder, job.receipt_path, job.profile_path, session.file, session.folder})
        if (!is_utf8(path))
            return fail(ErrorCode::bad_argument, "the path is no UTF-8, and a receipt could not name it: rename it",
                        path);
    return {};
}

Result<ChosenStems> choose_stems(const Session& session, const graph::Routing& routing,
                                 const StemSelection& selection) {
    ChosenStems chosen;
    if (selection.kind == StemSelection::Kind::none) return chosen;
    graph::StemSet set = set_for(session, routing, selection);
    std::vector<std::size_t> wanted;
    std::vector<std::string> known;
    for (const session::Stem& stem : set.stems) known.push_back(stem.name);
    if (selection.kind == StemSelection::Kind::named) {
        for (const std::string& name : selection.names) {
            const auto found = std::find(known.begin(), known.end(), name);
            if (found != known.end()) {
                const auto index = static_cast<std::size_t>(found - known.begin());
                if (std::find(wanted.begin(), wanted.end(), index) == wanted.end()) wanted.push_back(index);
                continue;
            }
            const std::vector<std::string_view> words(known.begin(), known.end());
            return fail(ErrorCode::not_found,
                        fmt::format("there is no stem '{}'{}", name,
                                    words.empty() ? "; this session has none" : did_you_mean_or_list(name, words)));
        }
    } else {
        for (std::size_t k = 0; k < set.stems.size(); ++k) wanted.push_back(k);
    }
    if (wanted.size() > kMostStems)
        return fail(ErrorCode::unsupported,
                    fmt::format("these are {} stems, and one render writes up to {}: choose some by name",
                                wanted.size(), kMostStems));
    auto contents = graph::stem_contents(session, routing, set, wanted);
    if (!contents) return fail(contents.error());
    chosen.contents = std::move(*contents);
    for (const std::size_t k : wanted) chosen.names.push_back(set.stems[k].name);
    chosen.is_partition = graph::is_partition(session, routing, chosen.contents);
    return chosen;
}

Result<JobTime> place_job(const Session& session, const session::TempoMap& tempo_map, const RenderJob& job) {
    JobTime time;
    const auto frame = [&](const session::Quantity& at, const char* what) -> Result<FrameCount> {
        auto found = tempo_map.frame_of(at);
        if (!found) return fail(found.error().code, fmt::format("{}: {}", what, found.error().message));
        if (*found < 0) return fail(ErrorCode::bad_argument, fmt::format("{} lies before the session's start", what));
        return found;
    };
    if (job.from) {
        const auto from = frame(*job.from, "the range's start");
        if (!from) return fail(from.error());
        time.first = *from;
    }
    if (session.end) {
        const auto end = frame(*session.end, "the session's end");
        if (!end) return fail(end.error());
        time.session_end = *end;
    }
    if (job.to) {
        const auto to = frame(*job.to, "the range's end");
        if (!to) return fail(to.error());
        time.end = *to;
        time.end_reason = "range";
    } else if (time.session_end) {
        time.end = time.session_end;
        time.end_reason = "session end";
    }
    if (time.end && *time.end <= time.first)
        return fail(
            ErrorCode::bad_argument,
            fmt::format("the range ends at frame {}, at or before its start at frame {}", *time.end, time.first));
    if (job.preroll) {
        const auto length = tempo_map.length_of(*job.preroll, time.first);
        if (!length || *length < 0)
            return fail(ErrorCode::bad_argument, "the pre-roll must be a time of 0 or more, such as \"5 s\"");
        time.preroll = *length;
        time.run_start = floor_div(std::max<FrameCount>(time.first - *length, 0), kSettleFrames) * kSettleFrames;
    }
    return time;
}

}  // namespace dubplate::render
