#pragma once

/// Channel layouts: how many channels a strip, a file or a bus has, and which loudspeaker each one feeds.
///
/// Channel order is that of WAVE_FORMAT_EXTENSIBLE: L R C LFE Ls Rs (5.1), L R C LFE Lb Rb Ls Rs (7.1, back before
/// side), then the four heights Ltf Rtf Ltb Rtb (7.1.4). `discrete` layouts have channels without places.

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dubplate {

inline constexpr int kMaxChannels = 16;

struct Layout {
    enum class Kind { mono, stereo, lcr, quad, surround_5_1, surround_7_1, surround_7_1_4, discrete };
    Kind kind = Kind::stereo;
    int channels = 2;

    friend bool operator==(const Layout&, const Layout&) = default;
};

/// "mono", "stereo", "LCR", "quad", "5.1", "7.1", "7.1.4" or "3 discrete" (1..16).
/// Errors: bad_argument naming the layouts there are.
Result<Layout> parse_layout(std::string_view text);
std::string to_string(Layout layout);

/// The WAVE_FORMAT_EXTENSIBLE loudspeaker mask; 0 for discrete layouts.
unsigned speaker_mask(Layout layout);

/// The layout a file of so many channels is taken to have: 1 mono, 2 stereo, 6 5.1, 8 7.1, 12 7.1.4, otherwise discrete.
Layout layout_of_channels(int channels);

}  // namespace dubplate
