#pragma once

/// A job made definite against its session: which stems, which frames. Which files: outputs.h.
///
/// Threads: plain functions. Errors: bad_argument/not_found with what the user wrote and what there is.

#include <string>
#include <vector>

#include "engine/graph/stems.h"
#include "engine/render/render.h"

namespace dubplate::render {

/// What the job asks for apart from its session: device, chunk, folder, paths that a receipt can name.
Result<void> check_request(const RenderJob& job, const session::Session& session);

struct ChosenStems {
    std::vector<std::string> names;             ///< of the stems to write
    std::vector<graph::StemContents> contents;  ///< of the stems to write
    bool is_partition = false;                  ///< they sum to the premaster
};
Result<ChosenStems> choose_stems(const session::Session& session, const graph::Routing& routing,
                                 const StemSelection& selection);

struct JobTime {
    FrameCount first = 0;
    std::optional<FrameCount> end;          ///< fixed by the job or the session
    std::string end_reason;                 ///< of a fixed end
    std::optional<FrameCount> session_end;  ///< as the session says, whatever the job does
    FrameCount run_start = 0;               ///< where evaluation begins: 0, or before `first` by the pre-roll
    std::optional<FrameCount> preroll;
};
Result<JobTime> place_job(const session::Session& session, const session::TempoMap& tempo_map, const RenderJob& job);

}  // namespace dubplate::render
