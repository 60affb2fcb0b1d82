#pragma once

/// A profile as a trace: what ran when on which thread, to be opened in ui.perfetto.dev or chrome://tracing.
///
/// JSON in the Trace Event Format: one row ("thread") per thread, the first one for the stages, and behind them one for each
/// step whose work is done elsewhere; one slice ("X") per task
/// and, inside it, one for each kind of work, of its total length, laid end to end in the order of their kinds: blocks of
/// microseconds take turns there, which no one could look at. A counter ("C") tells how many tasks could have been begun.
/// Beside "traceEvents" stands "dubplate": the profile's report. Threads: a plain function, once no task runs.
/// Errors: io.

#include "engine/audio/output_file.h"
#include "engine/render/profile_report.h"

namespace dubplate::render {

/// More tasks than these are shown without what is inside them: viewers hold only so much.
inline constexpr std::size_t kMostTasksWithWork = 20'000;

Result<void> write_trace(const nodes::Profile& profile, const ProfileReport& report, audio::OutputFile& file);

}  // namespace dubplate::render
