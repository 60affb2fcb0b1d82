#pragma once

/// Everything a render reads: sound files opened (decoded and resampled where they must be), responses loaded.
///
/// Each file is opened once for each speed it is played at. Paths are relative to the session's folder.
/// Threads: load_inputs() spreads the files over the executor. Errors: all files that cannot be read, one a line.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/audio/clip_track.h"
#include "engine/audio/input_file.h"
#include "engine/graph/plan.h"
#include "engine/graph/schedule.h"
#include "engine/nodes/strip_setup.h"
#include "engine/render/opened_files.h"

namespace dubplate::render {

struct Inputs {
    std::map<std::pair<std::string, double>, OpenedFiles::Source> sources;  // path, speed
    nodes::Impulses impulses;                                               // by name as written
    std::vector<std::string> paths;                                         ///< every file read, once, in session order
    std::vector<std::shared_ptr<audio::InputFile>> files;                   ///< [path], hashed while it is read
    std::set<std::string> responses;                                        ///< those of the paths that hold responses

    const audio::Source* find(const std::string& path, double speed) const;
};

/// Absolute or relative to the session's folder.
std::string input_path(const session::Session& session, const std::string& file);

/// The response files that enabled strips' inserts name, as written, with the place of the first that does.
std::vector<std::pair<std::string, std::string>> impulse_files(const session::Session& session);

/// What is open in `files` is not opened again.
Result<Inputs> load_inputs(const session::Session& session, OpenedFiles& files, const std::string& scratch_folder,
                           graph::Executor& executor, const std::function<bool()>& poll,
                           nodes::Profile* profile = nullptr);

/// The clips of every track resolved against the inputs. [strip], null where a strip has no clips of its own. Of a track
/// whose channels are equal one channel, which stands for all.
Result<std::vector<std::unique_ptr<audio::ClipTrack>>> make_clip_tracks(const session::Session& session,
                                                                        const session::TempoMap& tempo_map,
                                                                        const Inputs& inputs, Diagnostics& diagnostics);

/// Tells the files which of their bytes the plan reads, whose steps hear frames [start, end) of the tracks: what is before the
/// samples, and the samples heard. Of responses and what was decoded all of them count. Follows from session and job alone.
void expect_reads(const Inputs& inputs, const graph::Plan& plan,
                  const std::vector<std::unique_ptr<audio::ClipTrack>>& tracks, FrameCount start, FrameCount end);

}  // namespace dubplate::render
