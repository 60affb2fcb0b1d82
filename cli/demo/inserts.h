#pragma once

/// Inserts of the demo session, short to write. Units: dB, Hz, ms; names and ranges are those of kernels/processors.

#include <initializer_list>
#include <string>

#include "session-format/model/session.h"

namespace dubplate::demo {

struct Band {
    const char* type;
    double hz;
    double gain = 0.0;
    double q = 0.0;  ///< 0: the processor's own
};
session::Insert eq(std::initializer_list<Band> bands);

struct Squeeze {
    double threshold = -20.0;
    double ratio = 2.0;
    double knee = 6.0;
    double attack_ms = 10.0;
    double release_ms = 120.0;
    double makeup = 0.0;
    const char* key = nullptr;  ///< a strip, tapped before its fader; nullptr: listens to itself
};
session::Insert compressor(const Squeeze& squeeze);

session::Insert limiter(double ceiling, double release_ms);
session::Insert convolution(const std::string& impulse, double gain, double predelay_ms);
/// Echoes alone, from side to side. `quarters`: the time as a note value; `feedback`: gain from echo to echo.
session::Insert echo(double quarters, double feedback, double high_pass_hz, double low_pass_hz);

}  // namespace dubplate::demo
