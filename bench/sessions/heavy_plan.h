#pragma once

/// A session of long responses, HEAVY-tracks-seconds: every track goes through a stereo response of 3 s of its own and
/// one of 8 group buses, and nothing else: what convolution alone costs.
///
/// full_plan, FULL-tracks-seconds: the reference session, and on every track besides, after equaliser and compressor, a
/// linear-phase EQ of 4096 frames with the same bands and a stereo response of 3 s of its own: what a GPU is for.
///
/// moving_plan, MOVING-tracks-seconds: the full session, in which a band of the linear-phase EQs moves: all the time on every
/// fourth track, for a fifth of it on two of four, never on the others.
///
/// Tracks are stereo with mono files, so that both channels of a response are used; sounds, gains and buses are those
/// of the reference session. Determinism: a function of the settings; settings.repeat must be 1.

#include <string>

#include "bench/sessions/plan.h"

namespace dubplate::bench {

Plan heavy_plan(const PlanSettings& settings);
Plan full_plan(const PlanSettings& settings);
Plan moving_plan(const PlanSettings& settings);

/// The same session for programs that read DIR/session.json: {sr, seconds, buses, tracks: [{file, response, gain_db,
/// bus}]}.
std::string heavy_json(const PlanSettings& settings);

}  // namespace dubplate::bench
