#pragma once

/// From a strip to a destination: pan laws, balance and the folding of one layout into another.
///
/// docs/routing.md has the tables. Gains are linear. Determinism: own sine and cosine.

#include <array>

#include "engine/base/layout.h"
#include "session-format/model/session.h"

namespace dubplate::nodes {

/// gain[to][from] without any pan: identity where both have the same channel; the ITU-R BS.775 coefficients (-3 dB for
/// centre and surrounds, LFE left out) where loudspeakers fold into fewer; half of each side into mono.
using FoldMatrix = std::array<std::array<double, kMaxChannels>, kMaxChannels>;
FoldMatrix fold_matrix(Layout from, Layout to);

struct SideGains {
    double left = 1.0, right = 1.0;
};
/// A mono source at `position` (-1..1) between left and right.
SideGains pan_gains(session::PanLaw law, double position);
/// The balance of a source that already has two sides: 1 at the middle, the far side falls by the pan law.
SideGains balance_gains(session::PanLaw law, double position);

/// What pan does between two layouts: mono into sides (pan), sides into sides (balance), or nothing.
enum class PanUse { none, pan, balance };
PanUse pan_use(Layout from, Layout to);

}  // namespace dubplate::nodes
