#pragma once

/// Loads a response for convolution at the session's rate (resampled by libsoxr where the file's differs, scaled so
/// that the frequency response keeps its level).

#include <stop_token>
#include <string>

#include "engine/audio/source.h"
#include "kernels/processors/processor.h"

namespace dubplate::audio {

/// Errors: as open_source; corrupt_input for an empty file, unsupported beyond 60 s or 16 channels.
Result<kernels::ImpulseResponse> load_impulse(const std::string& path, int session_rate,
                                              const std::string& scratch_folder, const std::stop_token& stop = {});
Result<kernels::ImpulseResponse> load_impulse(std::shared_ptr<const InputFile> file, int session_rate,
                                              const std::string& scratch_folder, const std::stop_token& stop = {});

}  // namespace dubplate::audio
