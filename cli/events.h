#pragma once

/// `render --json`: what happens, as one JSON object a line on stdout, for programs. Keys: docs/events.md.
///
/// Threads: the thread that renders.

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "engine/render/render.h"
#include "session-format/model/session.h"

namespace dubplate::cli {

class RenderEvents {
public:
    /// Of several versions: events from now on are of this one, counted from 1; 0: of none.
    void of_version(std::size_t version) { version_ = version; }
    void start(const session::Session& session, const render::RenderJob& job);
    /// False once nobody reads any more: the render is to be cancelled.
    bool progress(const render::Progress& progress);
    void warning(const Diagnostic& diagnostic);
    void error(const Error& error, Exit exit);
    /// One `output` event for each file, then `done`. False if they could not be written.
    bool done(const render::RenderReport& report, const std::string& receipt_path);
    /// Of several versions, once all have had their turn: which were rendered, and which not. False as done().
    bool end(const std::vector<std::string>& rendered, const std::vector<std::string>& not_rendered, Exit exit);

private:
    void write(const std::string& line);
    std::size_t version_ = 0;
    bool reader_is_gone_ = false;
};

}  // namespace dubplate::cli
