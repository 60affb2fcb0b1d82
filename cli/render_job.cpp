#include "cli/render_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/formats.h"
#include "cli/time_range.h"
#include "engine/base/file_name.h"
#include "engine/base/spelling.h"
#include "engine/render/output_names.h"

namespace dubplate::cli {
namespace {

/// song.dub.json -> song-render, beside it.
std::string standard_folder(const std::string& session_path) {
    const std::filesystem::path path(session_path);
    std::string name = path.filename().string();
    for (const std::string_view ending : {".json", ".dub"})
        if (name.size() > ending.size() && name.ends_with(ending)) name.resize(name.size() - ending.size());
    return (path.parent_path() / (name + "-render")).string();
}

std::string folder_of(const RenderOptions& options, const std::string& session_path, const session::Session& session) {
    if (options.folder.empty()) return standard_folder(session_path);
    if (!options.has_versions()) return options.folder;
    return (std::filesystem::path(options.folder) / file_name_of(render::session_stem(session))).string();
}

std::vector<std::string> split_at_commas(std::string_view text) {
    std::vector<std::string> parts;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t comma = std::min(text.find(',', start), text.size());
        if (comma > start) parts.emplace_back(text.substr(start, comma - start));
        start = comma + 1;
    }
    return parts;
}

render::StemSelection stem_selection(const RenderOptions& options) {
    using Kind = render::StemSelection::Kind;
    render::StemSelection stems;
    if (options.returns == "own") stems.returns = session::StemReturns::own;
    if (options.returns == "shared") stems.returns = session::StemReturns::shared;
    stems.names = options.stem_names;
    if (!stems.names.empty())
        stems.kind = Kind::named;
    else if (options.stems == "all")
        stems.kind = Kind::all;
    else if (options.stems == "none")
        stems.kind = Kind::none;
    else if (options.stems == "each-track")
        stems.kind = Kind::each_track;
    else if (options.stems == "each-bus")
        stems.kind = Kind::each_bus;
    else {
        stems.kind = Kind::named;
        stems.names = split_at_commas(options.stems);
    }
    return stems;
}

/// The word of --stems that is no stem's name but nearly one of the option's own words; empty: there is none.
std::string_view meant_word(const RenderOptions& options, const session::Session& session) {
    constexpr std::string_view kWords[] = {"all", "none", "each-track", "each-bus"};
    const auto has_name = [&](const auto& part) { return part.name == options.stems; };
    if (std::ranges::find(kWords, options.stems) != std::end(kWords)) return {};
    if (std::ranges::any_of(session.stems, has_name) || std::ranges::any_of(session.strips, has_name)) return {};
    return closest_word(options.stems, kWords);
}

}  // namespace

Result<render::RenderJob> make_job(const RenderOptions& options, const std::string& session_path,
                                   const session::Session& session) {
    render::RenderJob job;
    job.output_folder = folder_of(options, session_path, session);
    job.stems = stem_selection(options);
    if (job.stems.kind == render::StemSelection::Kind::named && job.stems.names.empty())
        return fail(ErrorCode::bad_argument, "say all, none, each-track, each-bus or names of stems", "--stems");
    if (const auto word = meant_word(options, session); !word.empty())
        return fail(ErrorCode::bad_argument,
                    fmt::format("there is no stem '{}', did you mean '{}'?", options.stems, word), "--stems");
    if (!options.range.empty()) {
        const auto range = parse_time_range(options.range, session);
        if (!range) return fail(ErrorCode::bad_argument, range.error().message, "--range");
        job.from = range->from;
        job.to = range->to;
    }
    if (!options.preroll.empty()) {
        const auto preroll = session::parse_quantity(options.preroll);
        if (!preroll) return fail(ErrorCode::bad_argument, preroll.error().message, "--preroll");
        job.preroll = *preroll;
    }
    const auto formats = parse_formats(options.formats);
    if (!formats) return fail(formats.error());
    job.formats = *formats;
    job.sample_rate = options.rate;
    job.name_template = options.name_template;
    job.keep_existing = options.no_clobber;
    job.premaster = options.premaster;
    job.receipt_path = options.report.empty() ? job.output_folder + "/receipt.json" : options.report;
    job.profile_path = options.profile;
    job.strict = options.strict;
    job.device = options.device;
    job.threads = options.threads;
    job.chunk_frames = options.chunk_frames;
    job.executor = options.executor == "threads" ? render::ExecutorKind::threads : render::ExecutorKind::tbb;
    return job;
}

}  // namespace dubplate::cli
