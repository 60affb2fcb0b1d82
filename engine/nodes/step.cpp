#include "engine/nodes/step.h"

#include <future>

namespace dubplate::nodes {

Result<void> AsyncStep::run(const Chunk& chunk) {
    std::promise<Result<void>> made;
    start(chunk, [&](Result<void> result) { made.set_value(std::move(result)); });
    return made.get_future().get();
}

}  // namespace dubplate::nodes
