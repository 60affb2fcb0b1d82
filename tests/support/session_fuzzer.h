#pragma once

/// Random sessions, the same for the same seed: nested buses, returns, sends before and after the fader, side-chains,
/// automation, layouts, gaps, inserts of every kind.

#include <cstdint>
#include <string>

#include "session-format/model/session.h"

namespace dubplate::test {

/// A small generator with nothing hidden (SplitMix64).
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    double uniform(double from, double to);
    int below(int count);
    bool chance(double probability) { return uniform(0.0, 1.0) < probability; }

private:
    std::uint64_t state_;
};

struct FuzzSettings {
    double seconds = 1.0;
    bool surround = false;  ///< some strips 5.1
    bool side_chains = true;
    bool split_keys = false;      ///< two strips key each other at different taps
    bool shared_dynamics = true;  ///< compressors and limiters on buses
};

/// Writes the sound files it uses into `folder`. The session's stems are left to its rule (each_bus).
session::Session random_session(std::uint64_t seed, const std::string& folder, const FuzzSettings& settings = {});

}  // namespace dubplate::test
