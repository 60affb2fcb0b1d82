#pragma once

/// A job made definite against its session: which stems, which frames, which files.
///
/// Threads: plain functions. Errors: bad_argument/not_found with what the user wrote and what there is.

#include <string>
#include <vector>

#include "engine/graph/stems.h"
#include "engine/render/render.h"

namespace dubplate::render {

struct ChosenStems {
    std::vector<std::string> names;             ///< of the stems to write
    std::vector<graph::StemContents> contents;  ///< of the stems to write
    bool is_partition = false;                  ///< they sum to the premaster
};
Result<ChosenStems> choose_stems(const session::Session& session, const graph::Routing& routing,
                                 const StemSelection& selection);

struct JobTime {
    FrameCount first = 0;
    std::optional<FrameCount> end;  ///< fixed by the job or the session
    std::string end_reason;         ///< of a fixed end
    FrameCount run_start = 0;       ///< where evaluation begins: 0, or before `first` by the pre-roll
    std::optional<FrameCount> preroll;
};
Result<JobTime> place_job(const session::Session& session, const session::TempoMap& tempo_map, const RenderJob& job);

struct OutputFile {
    OutputKind kind = OutputKind::mix;
    std::string name;  ///< "mix", "premaster" or the stem's name
    std::string path;
    std::string dither_name;
};
/// mix.wav, premaster.wav, stems/NAME.wav in the job's folder. Characters that file systems refuse become '_'.
Result<std::vector<OutputFile>> name_outputs(const RenderJob& job, const std::vector<std::string>& stem_names);

/// Refuses to write over a file that is read.
Result<void> check_no_overwrite(const std::vector<OutputFile>& outputs, const std::vector<std::string>& inputs);
/// Makes the folders and checks that the disk holds `bytes`.
Result<void> prepare_folder(const std::string& folder, bool with_stems, std::int64_t bytes);

}  // namespace dubplate::render
