#pragma once

/// What `dubplate render` was asked for, and the job that it is for a session.
///
/// Threads: plain functions.

#include <string>
#include <vector>

#include "engine/render/render.h"
#include "session-format/model/session.h"

namespace dubplate::cli {

struct RenderOptions {
    std::vector<std::string> sessions;  ///< several: versions, one after the other
    std::string folder;
    std::string stems = "all";
    std::vector<std::string> stem_names;
    std::string returns;
    std::string range;
    std::string preroll;
    std::vector<std::string> formats;
    std::string name_template;
    int rate = 0;
    bool no_clobber = false;
    std::string device = "auto";
    std::string report;
    std::string profile;
    std::string executor = "tbb";
    int threads = 0;
    FrameCount chunk_frames = 0;
    bool premaster = false;
    bool dry_run = false;
    bool strict = false;
    bool json = false;
    bool quiet = false;

    bool has_versions() const { return sessions.size() > 1; }
};

/// Each of several sessions has a folder of its own: DIR/NAME for DIR/NAME.dub.json, or what it would have alone.
/// Errors: bad_argument, all of them the user's.
Result<render::RenderJob> make_job(const RenderOptions& options, const std::string& session_path,
                                   const session::Session& session);

}  // namespace dubplate::cli
