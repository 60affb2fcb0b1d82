#pragma once

/// Strips of a plan cut in two: what stands before one of their inserts runs in a block of its own, a front, and the strip
/// goes on from a stream that the front writes. Which strips are summed together, in which order, stays as it was.
///
/// Fronts sum nothing, so they hold as many strips as fill a CPU's lanes.
/// Threads: plain functions and values.

#include <string>
#include <vector>

#include "engine/graph/plan.h"

namespace dubplate::graph {

class StripFronts {
public:
    /// Setups are [strip].
    StripFronts(Plan& plan, const session::Session& session, const std::vector<nodes::StripSetup>& setups)
        : plan_(plan), session_(session), setups_(setups) {}

    /// Cuts `strip`, which has inserts before `begin` or an entry tap, and adds what stands before to the fronts.
    void cut(PlanStrip& strip, int begin);
    /// The fronts so far, of strips that are copies for `stem`; those cut from now on begin new ones.
    std::vector<PlanBlock> take(const std::string& stem = {});
    /// How many fronts there are so far.
    std::size_t size() const { return fronts_.size(); }

private:
    Plan& plan_;
    const session::Session& session_;
    const std::vector<nodes::StripSetup>& setups_;
    std::vector<PlanBlock> fronts_;
    int room_ = 0;  // lanes of the last front
};

/// Cuts strips of a CPU's blocks before the insert where their equal channels part, where what is saved by running those
/// before as one channel is more than the stream costs. Times the plan anew where it cuts any. Setups are [strip].
void cut_where_channels_part(Plan& plan, const session::Session& session, const std::vector<nodes::StripSetup>& setups);

/// "Kick", "Kick, Snare", "Kick .. Tom 3 (16 strips)", and the stem before it that they are copies for.
std::string name_of_strips(const session::Session& session, const PlanBlock& block);

}  // namespace dubplate::graph
