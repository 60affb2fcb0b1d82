#pragma once

/// What a device renders against what the CPU does.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/render_session.h"

namespace dubplate::test {

/// Every output's difference is below -120 dB of the output, as a whole and at every frame of its peak.
inline void expect_null(const Rendered& cpu, const Rendered& device) {
    ASSERT_EQ(cpu.outputs.size(), device.outputs.size());
    for (const auto& [name, audio] : cpu.outputs) {
        SCOPED_TRACE(name);
        const Audio& other = device.outputs.at(name);
        double squares = 0.0, difference = 0.0;
        for (std::size_t c = 0; c < audio.size(); ++c) {
            ASSERT_EQ(audio[c].size(), other[c].size());
            for (std::size_t f = 0; f < audio[c].size(); ++f) {
                squares += std::pow(audio[c][f], 2);
                difference += std::pow(static_cast<double>(audio[c][f]) - other[c][f], 2);
            }
        }
        EXPECT_LE(difference, 1e-12 * squares) << 10.0 * std::log10(difference / squares) << " dB";
        EXPECT_LT(difference_dbfs(audio, other), std::max(0.0, peak_dbfs(audio)) - 120.0);
    }
}

}  // namespace dubplate::test
