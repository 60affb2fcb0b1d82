#pragma once

/// The reference session, REF-tracks-seconds: what other programs can render too, so that speeds can be compared.
///
/// Mono tracks, each with a 4-band equaliser, a compressor, gain, pan, one of 8 group buses and a post-fader send to
/// one of 4 stereo convolution returns of 3 s; on the master equaliser, compressor and look-ahead limiter. Track k's
/// parameters are the draws of numpy.random.default_rng(5000 + k), rounded as Python rounds.

#include <string>

#include "bench/sessions/plan.h"

namespace dubplate::bench {

inline constexpr int kBusCount = 8;
inline constexpr int kReturnCount = 4;

/// What is drawn for one track.
struct TrackParameters {
    double gain_db = 0.0, pan = 0.0;
    std::array<Band, 4> bands;  ///< low shelf, bell, bell, high shelf
    Compression compression;
    double send_db = 0.0;
    int bus = 0, send_to = 0;
};

TrackParameters track_parameters(int track, std::uint64_t seed);

Plan reference_plan(const PlanSettings& settings);

/// The same session for programs that read DIR/session.json: {sr, seconds, tracks, irs, buses, master}. settings.repeat
/// must be 1.
std::string reference_json(const PlanSettings& settings);

}  // namespace dubplate::bench
