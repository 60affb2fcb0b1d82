#pragma once

/// What `dubplate doctor` finds, line by line.

#include <string>
#include <vector>

namespace dubplate::cli {

struct Finding {
    enum class State {
        ok,
        note,     ///< renders work, something is worth knowing
        problem,  ///< renders cannot work
    };
    State state = State::ok;
    std::string area;         ///< "temporary"
    std::string text;         ///< what was found
    std::string advice = {};  ///< what to do, where there is something
};
using Findings = std::vector<Finding>;

}  // namespace dubplate::cli
