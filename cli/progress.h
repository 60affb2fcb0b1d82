#pragma once

/// How a render goes, on stderr: one line that is rewritten on a terminal, a line every 10 % otherwise.
///
/// Threads: show() on the thread that renders. Ctrl-C is watched for while an instance lives (cli/interrupt.h): the first
/// one makes show() return false, so that the render cancels and cleans up.

#include "cli/interrupt.h"
#include "engine/render/render.h"

namespace dubplate::cli {

enum class ProgressStyle { none, lines, terminal };

/// What fits stderr: none if `quiet`.
ProgressStyle progress_style(bool quiet);

class ProgressDisplay {
public:
    /// `what` stands in front of every line.
    ProgressDisplay(ProgressStyle style, int sample_rate, std::string what = {});
    ~ProgressDisplay();  ///< takes the line off the terminal again
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    /// To be handed to render(): false once the user has asked to stop.
    bool show(const render::Progress& progress);

private:
    Interrupt interrupt_;
    ProgressStyle style_;
    int sample_rate_;
    std::string what_;
    int tenths_shown_ = 0;
    bool line_is_drawn_ = false;
};

/// "3:05" or "1:02:45", rounded down to seconds.
std::string clock_time(double seconds);

}  // namespace dubplate::cli
