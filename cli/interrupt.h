#pragma once

/// Ctrl-C, and the system's other ways to ask a program to end (SIGTERM, SIGHUP), as a question that long work asks.
///
/// While an instance lives the first signal is noted, so that work can stop and clean up; the second ends the program at
/// once. Without an instance a signal ends the program as usual. Instances may nest; SIGHUP stays ignored where it was
/// (nohup). Threads: made and ended on the main thread; asked() from any.

namespace dubplate::cli {

class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    bool asked() const;
};

}  // namespace dubplate::cli
