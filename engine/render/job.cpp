#include "engine/render/job.h"

#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "engine/base/spelling.h"

namespace dubplate::render {
namespace {

namespace fs = std::filesystem;
using session::Session;

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

std::string file_name_of(const std::string& name) {
    std::string safe;
    for (const char c : name) {
        const bool refused =
            static_cast<unsigned char>(c) < 0x20 || c == 0x7f || std::strchr("/\\:*?\"<>|", c) != nullptr;
        safe += refused ? '_' : c;
    }
    while (!safe.empty() && (safe.back() == '.' || safe.back() == ' ')) safe.back() = '_';
    if (!safe.empty() && safe[0] == '.') safe[0] = '_';
    if (safe.size() > 200) safe.resize(200);
    return safe.empty() ? "_" : safe;
}

}  // namespace

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
    if (job.to) {
        const auto to = frame(*job.to, "the range's end");
        if (!to) return fail(to.error());
        time.end = *to;
        time.end_reason = "range";
    } else if (session.end) {
        const auto end = frame(*session.end, "the session's end");
        if (!end) return fail(end.error());
        time.end = *end;
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

Result<std::vector<OutputFile>> name_outputs(const RenderJob& job, const std::vector<std::string>& stem_names) {
    const std::string extension(audio::file_extension(job.format));
    const fs::path folder(job.output_folder);
    std::vector<OutputFile> outputs;
    outputs.push_back({OutputKind::mix, "mix", (folder / ("mix" + extension)).string(), "mix"});
    if (job.premaster)
        outputs.push_back(
            {OutputKind::premaster, "premaster", (folder / ("premaster" + extension)).string(), "premaster"});
    std::set<std::string> used;
    for (const std::string& name : stem_names) {
        const std::string file = file_name_of(name);
        if (!used.insert(file).second)
            return fail(ErrorCode::bad_argument,
                        fmt::format("two stems would both be written to 'stems/{}{}': rename one", file, extension));
        outputs.push_back({OutputKind::stem, name, (folder / "stems" / (file + extension)).string(), "stem/" + name});
    }
    return outputs;
}

Result<void> check_no_overwrite(const std::vector<OutputFile>& outputs, const std::vector<std::string>& inputs) {
    for (const OutputFile& output : outputs)
        for (const std::string& input : inputs) {
            std::error_code error;
            if (fs::equivalent(output.path, input, error))
                return fail(
                    ErrorCode::bad_argument,
                    fmt::format("would write over '{}', which the session reads: choose another folder", input));
        }
    return {};
}

Result<void> prepare_folder(const std::string& folder, bool with_stems, std::int64_t bytes) {
    std::error_code error;
    const fs::path path = with_stems ? fs::path(folder) / "stems" : fs::path(folder);
    fs::create_directories(path, error);
    if (error) return fail(ErrorCode::io, fmt::format("cannot make the folder: {}", error.message()), path.string());
    const fs::space_info space = fs::space(path, error);
    if (!error && static_cast<std::uint64_t>(bytes) > space.available)
        return fail(ErrorCode::io,
                    fmt::format("the files need up to {:.1f} MB but the disk has {:.1f} MB left",
                                static_cast<double>(bytes) * 1e-6, static_cast<double>(space.available) * 1e-6),
                    folder);
    return {};
}

}  // namespace dubplate::render
