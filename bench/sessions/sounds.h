#pragma once

/// The audio of generated sessions: not music, but with music's distribution of level over time and frequency (bursts,
/// decays, sustained tones, a noise floor), so that dynamics work and nothing is digital silence.
///
/// Samples are within +-0.99. Determinism: no libm; the same settings give the same samples on every machine.

#include <vector>

#include "bench/sessions/plan.h"

namespace dubplate::bench {

/// One channel of a file, [frame].
std::vector<float> make_sound(const SoundFile& file, int channel);

/// Writes the file into `folder`, 24-bit WAV. Errors: io with the path.
Result<void> write_sound(const SoundFile& file, const std::string& folder);

}  // namespace dubplate::bench
