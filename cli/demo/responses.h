#pragma once

/// Three rooms to hear the demo in, made rather than recorded: noise that dies away at its own pace in three bands,
/// after a handful of early reflections. The same samples on every machine and every run.
///
/// Files are 32-bit float WAV at 48 kHz. Every channel has unit energy: white noise comes back as loud as it went in.
/// The hall has four channels (left to left, left to right, right to left, right to right), the others two.

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace dubplate::demo {

inline constexpr const char* kRoomFile = "responses/room.wav";
inline constexpr const char* kPlateFile = "responses/plate.wav";
inline constexpr const char* kHallFile = "responses/hall.wav";

struct Room {
    const char* file;
    int channels;
    double seconds;                           ///< length of the response
    double decay_low, decay_mid, decay_high;  ///< seconds to -60 dB, below / between / above the splits
    double low_hz, high_hz;                   ///< where the bands split
    double build_ms;                          ///< how slowly the late sound sets in
    double early_ms;                          ///< time by which the early reflections have passed
    double early_level;                       ///< of the first reflection, against the late sound's peak
};

/// [channel][frame]
std::vector<std::vector<float>> make_response(const Room& room);
/// Room, plate and hall.
const std::vector<Room>& rooms();
/// Writes all of them below `folder`. Errors: io.
Result<void> write_responses(const std::string& folder);

}  // namespace dubplate::demo
